import type { Say } from './estate-rows-references.ts'
import type { EstateFile } from './estate-schema.ts'
import type { SqlSourceConfig } from './estate-sql-schema.ts'

/** What a schema can't see in a source that is a database. */
export function checkSqlSource(estate: EstateFile, source: SqlSourceConfig, at: string, say: Say): void {
  if ((source.table === undefined) === (source.query === undefined))
    say(`${at}.table`, 'is needed, or else query; expected one of the two')
  for (const name of ['columns', 'where', 'schema'] as const)
    if (source.query !== undefined && source[name] !== undefined)
      say(`${at}.${name}`, 'belongs to a table; expected it inside of query')
  if ((source.user === undefined) === (source.user_from === undefined))
    say(`${at}.user`, 'is needed, or else user_from; expected one of the two')
  if (source.mode === 'delta' && !source.cursor)
    say(`${at}.cursor`, 'is missing; expected the column that says how new a row is, or mode snapshot')
  if (source.cursor && source.key.length === 0)
    say(`${at}.key`, 'is missing; expected the columns that tell one row from another')
  for (const [index, name] of [source.cursor?.field, ...source.key].entries())
    if (name !== undefined && source.columns && !source.columns.includes(name))
      say(
        `${at}.${index === 0 ? 'cursor.field' : 'key'}`,
        `"${name}" is not among the columns; expected it there`,
      )
  checkWhatIsOfHttp(source, at, say)
  checkTls(estate, source, at, say)
}

/** Settings of what is asked over HTTP: to say them here would promise what is not done. */
function checkWhatIsOfHttp(source: SqlSourceConfig, at: string, say: Say): void {
  if (source.auth) say(`${at}.auth`, 'is for sources over HTTP; expected user and password_from')
  if (source.records !== undefined)
    say(`${at}.records`, 'is for items of an API; expected rows as they are to be, by query')
  if (source.limits.per_second !== undefined)
    say(`${at}.limits.per_second`, 'is for sources over HTTP; expected a longer poll')
}

function checkTls(estate: EstateFile, source: SqlSourceConfig, at: string, say: Say): void {
  if (!source.tls) return
  if (source.dialect === 'mysql')
    say(
      `${at}.tls`,
      'can not be had of mysql, which the engine asks without; expected a tunnel, and its end as host',
    )
  if (source.dialect !== 'postgresql') {
    if (source.tls.cert_from) say(`${at}.tls.cert_from`, 'is for postgresql only; expected a password alone')
    return
  }
  // the engine takes them from the environment of the process
  const first = estate.sources.find(
    (other) => other.kind === 'sql' && other.dialect === 'postgresql' && other.tls !== undefined,
  ) as SqlSourceConfig
  if (JSON.stringify(first.tls) !== JSON.stringify(source.tls))
    say(`${at}.tls`, `differs from that of ${first.source}; expected the same for every source of PostgreSQL`)
}
