import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, readSchema } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'
import { startClickHouse } from '../support/clickhouse.ts'

let folder: string
let store: Store
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-migrate-'))
  store = await openStore({ dataFolder: folder })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

test('the schema is brought up twice without harm, also after a first time that broke off', async () => {
  await migrate(store)
  await store.command('TRUNCATE TABLE schema_made')
  await migrate(store)
  await migrate(store)
  // those of the versions before are noted only to tell the order, as of the beginning of time
  expect(
    await store.rows('SELECT uniqExact(digest) = 1 AS one FROM schema_made WHERE made_at > toDate(1)'),
  ).toEqual([{ one: 1 }])
})

test('a store that another version made is refused with what to do, and left as it is', async () => {
  await migrate(store)
  await store.command('TRUNCATE TABLE schema_made')
  await store.insert('schema_made', [{ digest: 'other', made_at: '2026-01-05T08:00:00Z' }])
  await expect(migrate(store)).rejects.toMatchObject({
    code: 'schema_other',
    mend: expect.stringMatching(/folder/),
  })
})

test('a store that a newer version brought up is refused, whether it was ours before or not', async () => {
  const { digest } = readSchema()
  const newer = 'f'.repeat(64)
  await store.command(readSchema().statements[0] ?? '')
  await store.insert('schema_made', [{ digest, made_at: '2026-01-05T08:00:00Z' }])
  await store.insert('schema_made', [{ digest: newer, made_at: '2199-01-05T08:00:00Z' }])
  await expect(migrate(store)).rejects.toMatchObject({
    code: 'schema_newer',
    mend: expect.stringMatching(/newer version/),
  })
  // one that the newer version made from nothing names ours among those it adds to, as of the beginning of time
  await store.command('TRUNCATE TABLE schema_made')
  await store.insert('schema_made', [
    { digest, made_at: '1970-01-01T00:00:00.001Z' },
    { digest: newer, made_at: '2026-01-05T08:00:00Z' },
  ])
  await expect(migrate(store)).rejects.toMatchObject({ code: 'schema_newer' })
  // and ours does so for those after it, wherever the clocks are
  await store.command('TRUNCATE TABLE schema_made')
  await store.insert('schema_made', [{ digest: before, made_at: '2199-01-05T08:00:00Z' }])
  await migrate(store, [newer, before])
  expect(await store.rows('SELECT digest FROM schema_made GROUP BY digest ORDER BY max(made_at)')).toEqual([
    { digest: newer },
    { digest: before },
    { digest },
  ])
})

test('two places bring one server up at the same time', {
  timeout: 120_000,
}, async () => {
  const engine = await startClickHouse()
  const bringUp = () => migrateProcess({ CLICKHOUSE_URL: engine.url, PLUMBLINE_DATA: folder })
  try {
    expect(await Promise.all([bringUp(), bringUp()])).toEqual([0, 0])
    const there = await openStore({ clickhouseUrl: engine.url, dataFolder: folder })
    expect(await there.rows('SELECT digest FROM schema_made FINAL WHERE made_at > toDate(1)')).toEqual([
      { digest: readSchema().digest },
    ])
    const [made] = await there.rows<{ tables: number }>(
      "SELECT toUInt32(count()) AS tables FROM system.tables WHERE database = currentDatabase() AND NOT startsWith(name, '.inner')",
    )
    expect(made?.tables).toBeGreaterThan(100)
    await there.close()
  } finally {
    await engine.stop()
  }
})

/** `plumbline migrate` as a process of its own; resolves with its exit code. */
function migrateProcess(env: Record<string, string>): Promise<number | null> {
  const command = fileURLToPath(new URL('../../server/plumbline.cjs', import.meta.url))
  const child = spawn(process.execPath, [command, 'migrate'], {
    env: { ...process.env, ...env },
    stdio: 'inherit',
  })
  return new Promise((resolve) => child.once('exit', resolve))
}

test('one from before schemas were noted is refused', async () => {
  await store.command('CREATE TABLE loads (load_seq UInt64) ENGINE = MergeTree ORDER BY load_seq')
  await expect(migrate(store)).rejects.toMatchObject({ code: 'schema_other' })
})

/** What this schema has more than the one before it. */
const added = [
  ...['by_hour', 'by_way', 'by_leaving', 'by_partner'].map(
    (name) => `ALTER TABLE passages DROP PROJECTION ${name}`,
  ),
  ...['by_hour', 'by_partner'].map((name) => `ALTER TABLE event_receipts DROP PROJECTION ${name}`),
  'ALTER TABLE span_latency_1m DROP PROJECTION by_hour',
  'ALTER TABLE passages DROP COLUMN latency_class',
  'ALTER TABLE event_receipts DROP INDEX ix_load, DROP COLUMN id_hash, DROP COLUMN lag_s',
  'ALTER TABLE otel_spans DROP COLUMN peer',
  'ALTER TABLE runs DROP INDEX ix_started',
  ...['services_seen_mv', 'span_samples_mv', 'services_seen', 'span_samples', 'receipts_again'].map(
    (name) => `DROP TABLE ${name}`,
  ),
  ...['latest_runs_mv', 'latest_runs'].map((name) => `DROP TABLE ${name}`),
]

/** A schema to which ours only adds. */
const before = 'b'.repeat(64)

test('a store of the version before is opened, and all that was added is filled with what it holds', async () => {
  await migrate(store)
  for (const statement of added) await store.command(statement)
  await store.command('TRUNCATE TABLE schema_made')
  await store.insert('schema_made', [{ digest: before, made_at: '2026-01-05T08:00:00Z' }])
  const at = "toDateTime64('2026-11-10 00:00:00', 3, 'UTC') + toIntervalMinute(number)"
  // every third message came twice, three hours apart
  for (const [load, every] of [
    [1, 1],
    [2, 3],
  ])
    await store.command(
      `INSERT INTO event_receipts (plant, flow, stage, system, source, partner, key, event_id, type, occurred_at, received_at, outcome, load_seq)
       SELECT 'HAM', 'otc', 'ordered', 'erp', 'erp', '', toString(number), toString(number), 't', ${at}, ${at} + INTERVAL ${(load as number) * 3} HOUR, 'accepted', ${load} FROM numbers(3000) WHERE number % ${every} = 0`,
    )
  await store.command(
    `INSERT INTO passages (plant, flow, handoff, arrived_ms, key, left_ms, sign)
     SELECT 'HAM', 'otc', 'a-b', toUnixTimestamp64Milli(${at}), toString(number), toUnixTimestamp64Milli(${at}) - 1000, 1 FROM numbers(3000)`,
  )
  await store.command(
    `INSERT INTO spans_in (ts, trace_id, span_id, plant, service, peer, name, kind, status, duration_ns, attributes, received_at)
     SELECT ${at}, reinterpretAsFixedString(sipHash128(number)), number + 1, 'HAM', concat('s', toString(number % 5)), 'carrier', 'call', 'CLIENT', 'OK', 1000000, map('server.address', 'carrier'), now64(3, 'UTC') FROM numbers(3000)`,
  )
  // number 9 comes after 10 by their text; the last one only judged the past again
  await store.command(
    `INSERT INTO runs (run, check, plant, kind, outcome, started_at, clock)
     SELECT toString(1 + number), ['stock', 'orders'][1 + number % 2], 'HAM', if(number = 11, 'as_of', 'full'), 'ok', ${at}, ${at} FROM numbers(12)`,
  )
  const count = async (sql: string) => Number((await store.rows<{ n: string }>(`SELECT ${sql}`))[0]?.n)

  // what is loaded and read meanwhile goes on
  let isUp = false
  const loadedMeanwhile = (async () => {
    let loads = 0
    for (; !isUp; loads++) {
      await store.insert('business_events', [{ plant: 'PAL', event_id: String(loads), load_seq: loads }], {
        lane: 'pull',
      })
      const [read] = await store.rows<{ n: string }>(
        "SELECT count() AS n FROM business_events WHERE plant = 'PAL'",
      )
      if (Number(read?.n) !== loads + 1) throw new Error(`of ${loads + 1} loads ${read?.n} are read`)
    }
    return loads
  })()
  await migrate(store, [before])
  isUp = true
  expect(await loadedMeanwhile).toBeGreaterThan(5)
  expect(await count('count() AS n FROM receipts_again FINAL WHERE hour_before > 0')).toBe(1000)
  expect(await count('uniqExact(service) AS n FROM services_seen')).toBe(5)
  const latest = await store.query('latest_runs', { plants: ['HAM'], since: new Date(0), checks: [] })
  expect(latest.map(({ check, run }) => `${check} ${run}`)).toEqual(['stock 11', 'orders 10'])
  const sampled = await count('countIf(bitAnd(cityHash64(trace_id), 7) = 0) AS n FROM otel_spans')
  expect(sampled).toBeGreaterThan(200)
  expect(await count("countIf(level >= 3 AND peer = 'carrier') AS n FROM span_samples")).toBe(sampled)
  // in the background: what is asked meanwhile is read from single rows
  const isFilled = async () =>
    (await count('countIf(NOT is_done) AS n FROM system.mutations WHERE database = currentDatabase()')) === 0
  for (let tries = 0; tries < 100 && !(await isFilled()); tries++)
    await new Promise((resolve) => setTimeout(resolve, 100))
  const parts = await store.rows<{ place: string }>(
    `SELECT DISTINCT concat(table, '.', name) AS place FROM system.projection_parts WHERE active AND database = currentDatabase() AND rows > 0 ORDER BY place`,
  )
  expect(parts.map(({ place }) => place)).toEqual([
    'event_receipts.by_hour',
    'event_receipts.by_partner',
    'passages.by_hour',
    'passages.by_leaving',
    'passages.by_partner',
    'passages.by_way',
    'span_latency_1m.by_hour',
  ])
  expect(
    await count("sum(sign) AS n FROM passages WHERE plant = 'HAM' AND intDiv(arrived_ms, 3600000) >= 0"),
  ).toBe(3000)
  // and it is the store of this version now
  await migrate(store)
  expect(await count('uniqExact(digest) AS n FROM schema_made WHERE made_at > toDate(1)')).toBe(2)
})
