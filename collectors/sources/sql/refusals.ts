import { describeError } from '../../../server/core/errors.ts'
import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { SourceError } from '../pull/failure.ts'

type Kind = { code: string; says: RegExp; mend: string }

/** What databases say when they refuse, each in its own words; the first that fits counts. */
const kinds: Kind[] = [
  {
    code: 'database_missing',
    says: /database ".*" does not exist|unknown database|cannot open database|ORA-12514|ORA-12505|NJS-518/i,
    mend: 'Name the database as it is called there',
  },
  {
    code: 'unauthorized',
    says: /password authentication failed|no pg_hba\.conf entry|role ".*" does not exist|access denied for user|login failed|ORA-01017|ORA-28000|ORA-28001/i,
    mend: 'See that user and password_from are what the database knows, and that the user may connect from here',
  },
  {
    code: 'writes',
    says: /read-only transaction|ORA-01456/i,
    mend: 'It calls something that writes: fetch from what only reads',
  },
  {
    code: 'forbidden',
    says: /permission denied|command denied to user|permission was denied|ORA-01031/i,
    mend: 'Let its user SELECT from it',
  },
  {
    code: 'table_missing',
    says: /(relation|schema) ".*" does not exist|table '.*' doesn't exist|invalid object name|ORA-00942/i,
    mend: 'See that schema and table are named as they are called there',
  },
  {
    code: 'schema_changed',
    says: /column .* does not exist|unknown column|invalid column name|ORA-00904/i,
    mend: 'Name the columns in the source as they are called now',
  },
  {
    code: 'timed_out',
    says: /canceling statement|statement timeout|max_execution_time|max_statement_time|lost connection to .* during query|request failed to complete|ORA-01013|NJS-123|ETIMEOUT/i,
    mend: 'See that cursor and key have an index there, ask for fewer rows by page_rows, or raise limits.timeout',
  },
  {
    code: 'not_answered',
    says: /connections? to .* failed|could not connect|can't connect|server closed the connection|terminating connection|lost connection|broken pipe|connection reset|socket hang up|ECONN|ENOTFOUND|ESOCKET|NJS-5\d\d|ORA-12\d\d\d|database system is (starting up|shutting down)|too many (clients|connections)/i,
    mend: 'See that host and port are right, and that it can be reached from here',
  },
]

/** A failure of a database as one of ours, in its words, without the statement and without what is around them. */
export function describeRefusal(source: SqlSourceConfig, error: unknown): SourceError {
  if (error instanceof SourceError) return error
  const all = describeError(error).replace(/ \[in [^[]*$/, '')
  const kind = kinds.find(({ says }) => says.test(all))
  const words = clean(all)
  return new SourceError(
    kind?.code ?? 'query_refused',
    kind?.code === 'not_answered'
      ? `${source.host} could not be reached: ${words}`
      : `${source.host} says: ${words}`,
    { mend: kind?.mend ?? 'See that the source asks for what the database understands', cause: error },
  )
}

/** The database's own sentence: what the engine puts before it, and the statement behind it, are left out. */
const clean = (text: string): string =>
  text
    .replace(/^.*?(?:ERROR|FATAL):\s+/, '')
    .replace(/^Try \d+\. Connection to `[^`]*` failed with error: /, '')
    .replace(/ LINE \d+: .*$/, '')
    .replace(/^Connections to mysql failed: .*mysqlxx::\w+: (.*) \(.*:\d+\)/, '$1')
    // of MySQL the engine does not pass on why
    .replace(/^(mysqlxx::)?BadQuery: .*$/i, 'the statement is not understood')
    .replace(/^mysqlxx::\w+: /, '')
    .replace(/: While executing (PostgreSQL|MySQL).*$/i, '')
    .replace(/[\s.]+$/, '')
    .slice(0, 300)
