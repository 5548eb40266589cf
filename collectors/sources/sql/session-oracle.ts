import type { Access, Row, Session } from './drivers.ts'

/** So many rows at once go on to a piece. */
const batchRows = 1_000

/** Signs in to Oracle by the thin driver, in a transaction that only reads: all that it asks is as of one moment. */
export async function openOracle(access: Access): Promise<Session> {
  const { default: oracledb } = await import('oracledb')
  const connection = await oracledb.getConnection(configure(access))
  connection.callTimeout = access.timeoutMs
  await connection.execute("ALTER SESSION SET NLS_NUMERIC_CHARACTERS = '.,'")
  await connection.execute('SET TRANSACTION READ ONLY')
  return {
    columns: async (sql) => {
      const { metaData } = await connection.execute(sql)
      return (metaData ?? []).map(({ name, dbTypeName }) => ({ name, type: String(dbTypeName) }))
    },
    async *rows({ sql, binds }) {
      const { resultSet } = await connection.execute(sql, binds, {
        resultSet: true,
        outFormat: oracledb.OUT_FORMAT_OBJECT,
        fetchArraySize: batchRows,
        // long texts come as text too, not as something to be read piece by piece
        fetchTypeHandler: () => ({ type: oracledb.STRING }),
      })
      if (!resultSet) return
      try {
        for (;;) {
          const rows = (await resultSet.getRows(batchRows)) as Row[]
          if (rows.length > 0) yield rows
          if (rows.length < batchRows) return
        }
      } finally {
        await resultSet.close()
      }
    },
    close: () => connection.close({ drop: true }),
  }
}

/** What its driver is told; with `tls` the server must prove who it is. */
export function configure({ host, port, database, user, password, tls, timeoutMs }: Access) {
  return {
    user,
    password,
    connectString: `${tls ? 'tcps' : 'tcp'}://${host}:${port}/${database}`,
    connectTimeout: Math.max(1, Math.ceil(timeoutMs / 1000)),
    ...(tls && { sslServerDNMatch: true }),
    ...(tls?.ca && { walletContent: tls.ca }),
  }
}
