import type { ConnectionConfiguration, Connection as SqlConnection } from 'tedious'
import { SourceError } from '../pull/failure.ts'
import { createBatches } from './batches.ts'
import type { SqlColumn, SqlStatement } from './dialect.ts'
import type { Access, Row, Session } from './drivers.ts'

/** So many rows at once go on to a piece. */
const batchRows = 1_000

/** Signs in to SQL Server, as who only reads: a secondary that is open to such may answer. */
export async function openSqlServer(access: Access): Promise<Session> {
  const { Connection, Request, TYPES } = await import('tedious')
  const connection = new Connection(configure(access))
  /** Who waits for an answer is told that none can be read; nobody waits for two at once. */
  let giveUp: (failure: Error) => void = () => undefined
  expectUnreadable(connection, access, (failure) => {
    giveUp(failure)
    connection.close()
  })
  await connect(connection, (reject) => {
    giveUp = reject
  })

  const start = ({ sql, binds }: SqlStatement, onDone: (failure?: Error | null) => void) => {
    giveUp = onDone
    const request = new Request(sql, onDone)
    for (const [index, value] of binds.entries()) request.addParameter(`p${index}`, TYPES.NVarChar, value)
    return request
  }
  return {
    columns: (sql) =>
      new Promise<SqlColumn[]>((resolve, reject) => {
        let columns: SqlColumn[] = []
        const request = start({ sql, binds: [] }, (failure) => (failure ? reject(failure) : resolve(columns)))
        request.on('columnMetadata', (found) => {
          columns = (found as { colName: string; type: { name: string } }[]).map(({ colName, type }) => ({
            name: colName,
            type: type.name,
          }))
        })
        connection.execSql(request)
      }),
    rows: (statement) => {
      const way = createBatches<Row>(
        batchRows,
        () => request.pause(),
        () => request.resume(),
      )
      const request = start(statement, (failure) => way.end(failure ?? undefined))
      request.on('row', (cells: { value: unknown; metadata: { colName: string } }[]) =>
        way.push(
          Object.fromEntries(
            cells.map(({ value, metadata }) => [
              metadata.colName,
              value === null || value === undefined ? null : String(value),
            ]),
          ),
        ),
      )
      connection.execSql(request)
      return way.batches
    },
    close: async () => connection.close(),
  }
}

/** What its driver is told. Without `tls` the way is encrypted, and nobody proves who he is. */
export function configure({
  host,
  port,
  database,
  user,
  password,
  tls,
  timeoutMs,
}: Access): ConnectionConfiguration {
  return {
    server: host,
    authentication: { type: 'default', options: { userName: user, password } },
    options: {
      port,
      database,
      appName: 'plumbline',
      readOnlyIntent: true,
      encrypt: true,
      trustServerCertificate: tls === undefined,
      ...(tls?.ca && { cryptoCredentialsDetails: { ca: tls.ca } }),
      connectTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      // a time comes as text; nothing is to be read by the clock of this machine
      useUTC: true,
      rowCollectionOnDone: false,
    },
  }
}

const connect = (connection: SqlConnection, onWait: (reject: (failure: Error) => void) => void) =>
  new Promise<void>((resolve, reject) => {
    onWait(reject)
    // what breaks later is told by the request under way
    connection.on('error', () => undefined)
    // why is said first; that the login failed because of it is what the driver keeps
    let first: Error | undefined
    connection.once('errorMessage', ({ message }) => {
      first = new Error(message)
    })
    connection.connect((failure) => (failure ? reject(first ?? failure) : resolve()))
  })

/**
 * Hears of answers that can't be read. The driver has nobody listen for them, and an error that nobody listens for ends
 * the process; where it reads them is none of its published interface, so a test tells when that has moved.
 */
function expectUnreadable(connection: SqlConnection, { host }: Access, onFound: (failure: Error) => void) {
  const inner = connection as unknown as {
    createTokenStreamParser(...asked: unknown[]): { parser: NodeJS.EventEmitter }
  }
  const create = inner.createTokenStreamParser
  inner.createTokenStreamParser = (...asked) => {
    const made = create.apply(connection, asked)
    made.parser.on('error', (cause) =>
      onFound(
        new SourceError('answer_unreadable', `${host} answered with what is not of SQL Server's protocol`, {
          mend: 'See that host and port are those of a SQL Server, and that nothing in between changes what it says',
          cause,
        }),
      ),
    )
    return made
  }
}
