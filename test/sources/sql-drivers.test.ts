import { expect, test } from 'vitest'
import type { Page } from '../../collectors/sources/pull/fetcher.ts'
import { newTally } from '../../collectors/sources/pull/tally.ts'
import { createBatches } from '../../collectors/sources/sql/batches.ts'
import type { SqlColumn, SqlStatement } from '../../collectors/sources/sql/dialect.ts'
import { type Driver, openDriver, type Row, type Session } from '../../collectors/sources/sql/drivers.ts'
import { createDriverFetcher } from '../../collectors/sources/sql/fetch.ts'
import { describeRefusal } from '../../collectors/sources/sql/refusals.ts'
import type { SqlSourceConfig } from '../../server/core/estate-sql-schema.ts'
import { filesEstate } from '../support/files-world.ts'

// No server of these two can be had from npm or Debian: what they are asked, and what becomes of their answers, is held
// here on sessions that stand in for them; that they understand it is not. What their drivers make of what comes over
// the wire is held in sqlserver.test.ts, by recordings, and as far as it goes in oracle.test.ts.

const sourceOf = (dialect: 'sqlserver' | 'oracle', settings: string) =>
  filesEstate(
    '',
    `  - source: stock
    kind: sql
    dialect: ${dialect}
    system: wms
    host: 127.0.0.1
    port: 1
    database: WMS
    user: reader
    password_from: STOCK_PASSWORD
    plant: { const: HAM }
    states: { inventory_positions: { location: { const: A }, item: ITEM, quantity: QTY, occurred_at: CHANGED } }
    limits: { retries: 0, timeout: 300ms }
${settings
  .split('\n')
  .map((line) => `    ${line}`)
  .join('\n')}`,
  ).pulledSources[0] as SqlSourceConfig
const env = { STOCK_PASSWORD: 'canary-7531' }

/** A driver whose sessions answer by `answer`; everything asked is kept. */
function stand(source: SqlSourceConfig, columns: SqlColumn[], answer: (statement: SqlStatement) => Row[][]) {
  const asked: SqlStatement[] = []
  const state = { open: 0, asked }
  const session: Session = {
    columns: async (sql) => {
      asked.push({ sql, binds: [] })
      return columns
    },
    async *rows(statement) {
      asked.push(statement)
      if (statement.sql.includes('lacking')) yield [{ now: new Date().toISOString(), lacking: '0' }]
      else yield* answer(statement)
    },
    close: async () => {
      state.open--
    },
  }
  const driver: Driver = {
    ...openDriver(source, env),
    connect: async () => {
      state.open++
      return session
    },
  }
  const tally = newTally()
  const fetcher = createDriverFetcher(
    source,
    driver,
    () => tally,
    () => undefined,
  )
  const take = async (from: string, isWhole = false) => {
    const pages: Page[] = []
    for await (const page of fetcher.fetch(from, isWhole)) pages.push(page)
    return pages
  }
  return { state, tally, take }
}

const delta = 'schema: dbo\ntable: "Stock]s"\ncursor: { field: CHANGED }\nkey: [ITEM, LOT]\npage_rows: 2'
const row = (item: string, changed: string): Row => ({ ITEM: item, LOT: 'DE', QTY: '1.5', CHANGED: changed })

test('SQL Server: columns as text, the cursor as a parameter, the next page behind the last row', async () => {
  const columns = [
    { name: 'ITEM', type: 'VarChar' },
    { name: 'LOT', type: 'VarBinary' },
    { name: 'QTY', type: 'DecimalN' },
    { name: 'CHANGED', type: 'DateTimeOffset' },
  ]
  const pages = [
    [[row('1', '2026-01-05T08:00:00.1Z')], [row('2', '2026-01-05T08:00:00.1Z')]],
    [[row('3', '2026-01-05T09:00:00Z')]],
  ]
  const { state, tally, take } = stand(sourceOf('sqlserver', delta), columns, () => pages.shift() ?? [])
  const found = await take('2026-01-05T07:58:00.000Z')
  expect(found).toEqual([
    { items: [row('1', '2026-01-05T08:00:00.1Z')], isSafe: true },
    { items: [row('2', '2026-01-05T08:00:00.1Z')], isSafe: true },
    { items: [row('3', '2026-01-05T09:00:00Z')], isSafe: true },
  ])
  const select =
    'SELECT q.[ITEM] AS [ITEM], CONVERT(varchar(max), CONVERT(varbinary(max), q.[LOT]), 2) AS [LOT], CONVERT(varchar(100), q.[QTY]) AS [QTY], CONVERT(varchar(40), q.[CHANGED], 127) AS [CHANGED] FROM [dbo].[Stock]]s] AS q'
  const order = 'ORDER BY q.[CHANGED], q.[ITEM], q.[LOT] OFFSET 0 ROWS FETCH NEXT 2 ROWS ONLY'
  const at = (index: number) => `CONVERT(datetimeoffset, @p${index}, 127)`
  const item = (index: number) => `CONVERT(varchar(8000), @p${index})`
  expect(state.asked.map(({ sql }) => sql)).toEqual([
    'SELECT q.* FROM [dbo].[Stock]]s] AS q WHERE 1 = 0',
    "SELECT CONVERT(varchar(40), SYSUTCDATETIME(), 126) + 'Z' AS [now], CASE WHEN EXISTS (SELECT 1 FROM [dbo].[Stock]]s] AS q WHERE q.[CHANGED] IS NULL) THEN '1' ELSE '0' END AS [lacking]",
    `${select} WHERE q.[CHANGED] >= ${at(0)} ${order}`,
    `${select} WHERE q.[CHANGED] >= ${at(0)} AND (q.[CHANGED] > ${at(1)} OR (q.[CHANGED] = ${at(2)} AND (q.[ITEM] > ${item(3)} OR (q.[ITEM] = ${item(4)} AND q.[LOT] > CONVERT(varbinary(8000), @p5, 2))))) ${order}`,
  ])
  const moment = '2026-01-05T08:00:00.1Z'
  expect(state.asked.at(-1)?.binds).toEqual([moment, moment, moment, '2', '2', 'DE'])
  expect(state.open, 'the session is closed').toBe(0)
  expect(tally).toMatchObject({ requests: 4, skew_ms: 0 })
})

test('Oracle: in its own words, and a time without a zone stays one', async () => {
  const columns = [
    { name: 'ITEM', type: 'VARCHAR2' },
    { name: 'LOT', type: 'RAW' },
    { name: 'QTY', type: 'NUMBER' },
    { name: 'CHANGED', type: 'DATE' },
  ]
  const settings = delta.replace('schema: dbo\ntable: "Stock]s"', 'query: SELECT * FROM stock')
  const { state, take } = stand(sourceOf('oracle', settings), columns, () => [])
  expect(await take('2026-01-05T07:58:00.000Z')).toEqual([])
  expect(state.asked.at(-1)).toEqual({
    sql: `SELECT q."ITEM" AS "ITEM", LOWER(RAWTOHEX(q."LOT")) AS "LOT", TO_CHAR(q."QTY", 'TM9') AS "QTY", TO_CHAR(q."CHANGED", 'YYYY-MM-DD"T"HH24:MI:SS') AS "CHANGED" FROM (SELECT * FROM stock\n) q WHERE q."CHANGED" >= TO_DATE(:1, 'YYYY-MM-DD"T"HH24:MI:SS') ORDER BY q."CHANGED", q."ITEM", q."LOT" FETCH FIRST 2 ROWS ONLY`,
    binds: ['2026-01-05T07:58:00'],
  })
  await take('', true)
  expect(state.asked.at(-1)?.sql, 'a whole is one statement').toMatch(/FROM \(SELECT \* FROM stock\n\) q$/)
})

test('what does not answer in time is ended; what lacks a column says which', async () => {
  const columns = ['ITEM', 'LOT', 'QTY', 'CHANGED'].map((name) => ({ name, type: 'DateTime2N' }))
  const source = sourceOf('sqlserver', delta)
  const { state, take } = stand(source, columns, () => {
    throw Object.assign(new Error('Timeout: Request failed to complete in 300ms'), { code: 'ETIMEOUT' })
  })
  await expect(take('')).rejects.toMatchObject({ code: 'timed_out' })
  expect(state.open).toBe(0)
  const other = stand(source, columns.slice(1), () => [])
  await expect(other.take('')).rejects.toThrow('It lacks the column "ITEM"; it has LOT, QTY, CHANGED')
})

test('rows wait until they are taken: the driver pauses while a batch is full', async () => {
  const told: string[] = []
  const way = createBatches<number>(
    2,
    () => told.push('pause'),
    () => told.push('resume'),
  )
  for (const value of [1, 2, 3]) way.push(value)
  const batches = way.batches[Symbol.asyncIterator]()
  expect((await batches.next()).value).toEqual([1, 2, 3])
  expect(told[0]).toBe('pause')
  const next = batches.next()
  way.push(4)
  way.end()
  expect((await next).value).toEqual([4])
  expect(told).toContain('resume')
  expect((await batches.next()).done).toBe(true)
})

test.each(['sqlserver', 'oracle'] as const)(
  '%s: its driver is there, and says that nobody is at the other end',
  async (dialect) => {
    const source = {
      ...sourceOf(dialect, delta),
      limits: { ...sourceOf(dialect, delta).limits, timeout: 5_000 },
    }
    const tally = newTally()
    const fetcher = createDriverFetcher(
      source,
      openDriver(source, env),
      () => tally,
      () => undefined,
    )
    const fetched = fetcher.fetch('', false)[Symbol.asyncIterator]().next()
    await expect(fetched).rejects.toMatchObject({ code: 'not_answered' })
    await expect(fetched).rejects.not.toThrow('canary')
  },
)

test.each([
  ["Login failed for user 'reader'.", 'unauthorized'],
  ['Cannot open database "WMS" requested by the login. The login failed.', 'database_missing'],
  ["Invalid object name 'dbo.stock'.", 'table_missing'],
  ["Invalid column name 'QTY'.", 'schema_changed'],
  ["The SELECT permission was denied on the object 'stock'", 'forbidden'],
  ['ORA-01017: invalid username/password; logon denied', 'unauthorized'],
  ['ORA-01031: insufficient privileges', 'forbidden'],
  ['ORA-00942: table or view does not exist', 'table_missing'],
  ['ORA-00904: "QTY": invalid identifier', 'schema_changed'],
  [
    'ORA-12514: Cannot connect to database. Service WMS is not registered with the listener',
    'database_missing',
  ],
  ['ORA-01456: may not perform insert, delete, update operation inside a READ ONLY transaction', 'writes'],
  ['NJS-123: call timeout of 300 ms exceeded', 'timed_out'],
])('"%s" is %s', (said, code) => {
  expect(describeRefusal(sourceOf('oracle', delta), new Error(said))).toMatchObject({ code })
})
