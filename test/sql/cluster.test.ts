import { afterAll, beforeAll, expect, test } from 'vitest'
import { clusterStatements, clusterStore, localName, quorumOf } from '../../sql/cluster.ts'
import { readSchema } from '../../sql/migrate.ts'
import { created, placeTables } from '../../sql/placement.ts'
import type { Settings, Store } from '../../sql/store.ts'
import { openEmptyStore } from '../support/store.ts'

const { statements } = readSchema()
const places = placeTables(statements)
const derived = clusterStatements(statements, 'north-1')
const madeBy = (table: string) => derived.find((sql) => created.exec(sql)?.[1] === table) ?? ''
const sharded = [...places].filter(([, { by }]) => by).map(([table]) => table)

let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

test('the engine parses every statement of a cluster, and none is left with a mark of its source', async () => {
  expect(derived.length).toBeGreaterThan(statements.length)
  for (const sql of derived) {
    expect(sql).not.toMatch(/\/\*(on cluster|replicated)\*\//)
    expect(sql).toContain("ON CLUSTER 'north-1'")
    const [parsed] = await store.rows<{ text: string }>('SELECT formatQuery({sql:String}) AS text', { sql })
    expect(parsed?.text).toContain('ON CLUSTER')
  }
})

test('every table that the engine has of the schema has a place, and one only', async () => {
  const tables = await store.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View' ORDER BY name",
  )
  expect([...places.keys()].sort()).toEqual(tables.map(({ name }) => name))
  for (const { name } of tables) expect(madeBy(name), name).not.toBe('')
})

test('every table with rows is replicated, and forgets what it was given no sooner than the embedded one', () => {
  for (const [table, { by }] of places) {
    const own = statements.find((sql) => created.exec(sql)?.[1] === table) ?? ''
    const made = madeBy(by ? localName(table) : table)
    if (/ENGINE = Null/.test(own)) {
      expect(made).toMatch(/ENGINE = Null/)
      continue
    }
    const path = by ? `{shard}/${table}', '{replica}'` : `all/${table}', '{shard}-{replica}'`
    expect(made).toContain(`MergeTree('/clickhouse/tables/{database}/${path}`)
    const window = /non_replicated_deduplication_window = (\d+)/.exec(own)?.[1] ?? '0'
    expect(made).toMatch(new RegExp(`\\breplicated_deduplication_window = ${window}\\b`))
    expect(made).not.toContain('non_replicated')
  }
})

test('versions of a row never lie on two shards: what shards a table is a part of its sorting key', async () => {
  const keys = await store.rows<{ name: string; sorting_key: string; engine: string }>(
    "SELECT name, sorting_key, engine FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree'",
  )
  const off = keys.filter(({ name, sorting_key, engine }) => {
    const by = places.get(name)?.by
    const named = by?.match(/\w+/g)?.filter((word) => word !== 'cityHash64') ?? []
    return engine !== 'MergeTree' && named.some((column) => !new RegExp(`\\b${column}\\b`).test(sorting_key))
  })
  // a message says its plant itself, and is a part of the key: of one message there is one plant
  expect(off.map(({ name }) => name)).toEqual(['quarantine'])
})

test('what is compared together lies together; what the work is done with is everywhere', () => {
  for (const table of ['contributions', 'order_lines', 'order_lines_log', 'business_events', 'otel_spans'])
    expect(places.get(table), table).toEqual({ by: 'cityHash64(plant)' })
  for (const table of [
    ...['schema_made', 'estate_handoffs', 'estate_masters', 'access_steps', 'audit_trail', 'runs', 'loads'],
    ...['exception_cases', 'exception_acts', 'exception_steps', 'advanced', 'contributed'],
  ])
    expect(places.get(table), table).toEqual({ by: undefined })
})

test('views carry rows from local tables to local tables, under the names their columns are told by', () => {
  const views = derived.filter((sql) => sql.includes('CREATE MATERIALIZED VIEW'))
  expect(views.length).toBeGreaterThan(10)
  for (const sql of views) {
    const [, to = '', from = ''] = / TO (\w+) AS[\s\S]*?\bFROM (\w+)/.exec(sql) ?? []
    expect(sharded, `${to} of a view`).not.toContain(to)
    expect(sharded, `${from} of a view`).not.toContain(from)
    if (from.endsWith('_local')) expect(sql).toContain(`FROM ${from} AS ${from.slice(0, -6)}`)
  }
})

test('a view that would carry each row of every node into one shard is refused', () => {
  const table = (name: string, key: string) =>
    `CREATE TABLE IF NOT EXISTS ${name} /*on cluster*/ (\n  plant String,\n  id String\n) ENGINE = /*replicated*/MergeTree\nORDER BY ${key}`
  const view = 'CREATE MATERIALIZED VIEW IF NOT EXISTS v /*on cluster*/ TO b AS\nSELECT * FROM a'
  expect(() => placeTables([table('a', 'id'), table('b', '(plant, id)'), view])).toThrow('b is sharded')
  expect(placeTables([table('a', '(plant, id)'), table('b', 'id'), view]).get('b')?.by).toBe(
    'cityHash64(plant)',
  )
})

test('what changes a table goes to its parts on every node, and an insert asks for its replicas', async () => {
  const told: { sql: string; settings: Settings | undefined }[] = []
  const cluster = clusterStore(
    {
      ...store,
      command: async (sql, _params, options) => void told.push({ sql, settings: options?.settings }),
      insert: async (table, _rows, options) => void told.push({ sql: table, settings: options?.settings }),
    },
    { name: 'north-1', replicas: 2 },
    statements,
  )
  await cluster.command('ALTER TABLE contributions DROP PARTITION {check:String}', { check: 'x' })
  await cluster.command('TRUNCATE TABLE passages')
  await cluster.command('ALTER TABLE file_rows DROP PARTITION 1')
  await cluster.command(
    'INSERT INTO order_lines SELECT * FROM order_lines_log',
    {},
    { settings: { max_threads: 1 } },
  )
  await cluster.insert('loads', [{}])
  expect(told).toEqual([
    {
      sql: "ALTER TABLE contributions_local ON CLUSTER 'north-1' DROP PARTITION {check:String}",
      settings: undefined,
    },
    { sql: "TRUNCATE TABLE passages_local ON CLUSTER 'north-1'", settings: undefined },
    { sql: 'ALTER TABLE file_rows DROP PARTITION 1', settings: undefined },
    {
      sql: 'INSERT INTO order_lines SELECT * FROM order_lines_log',
      settings: { insert_quorum: 2, max_threads: 1 },
    },
    { sql: 'loads', settings: { insert_quorum: 'auto' } },
  ])
  expect(quorumOf('order_lines', places, 1)).toEqual({})
})
