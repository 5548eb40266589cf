import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAudit } from '../../reconcilers/audit.ts'
import { createSweeper } from '../../reconcilers/sweeper.ts'
import { parseEstate } from '../../server/core/estate.ts'
import { applyRetention, readKept } from '../../sql/retention.ts'
import { openScenario, type Scenario, type StateRow, scenarioEstate } from '../support/scenario.ts'

/** What is kept, and what goes: by the engine itself, and by the sweep. */
const dayMs = 86_400_000
const now = Date.now()
const ago = (days: number) => new Date(now - days * dayMs).toISOString()
const estate = scenarioEstate('', ['inventory_on_hand'])
let world: Scenario
beforeAll(async () => {
  world = await openScenario(estate)
  await applyRetention(world.store, estate.retention)
})
afterAll(() => world.close())

const count = async (table: string, where = '1') =>
  Number(
    (await world.store.rows<{ rows: string }>(`SELECT count() AS rows FROM ${table} WHERE ${where}`))[0]
      ?.rows,
  )

const spansOf = (days: number, spans: number) =>
  world.store.insert(
    'spans_in',
    Array.from({ length: spans }, (_, index) => ({
      ts: ago(days),
      trace_id: `trace-${days}`.padEnd(16, '-'),
      span_id: String(index + 1),
      plant: 'HAM',
      service: 'erp',
      name: 'post',
      kind: 'SERVER',
      key: 'SO-1',
      duration_ns: '1000000',
      received_at: ago(days),
    })),
  )

test('every table is as the estate says, read back from the engine, and told only what it does not have', async () => {
  expect(await applyRetention(world.store, estate.retention)).toEqual([])
  const kept = await readKept(world.store)
  expect(kept.length).toBeGreaterThan(20)
  for (const { table, group, days } of kept) expect([table, days]).toEqual([table, estate.retention[group]])
})

test('what is older goes with a merge, what is younger stays, and sums stay those of what they summed', async () => {
  await spansOf(45, 4)
  await spansOf(10, 5)
  await spansOf(1, 3)
  await world.store.insert('measurements', [
    { ts: ago(31), received_at: ago(31), name: 'depth', kind: 'gauge', value: 1 },
    { ts: ago(1), received_at: ago(1), name: 'depth', kind: 'gauge', value: 2 },
  ])
  const changes = await applyRetention(world.store, { ...estate.retention, spans: 7 })
  expect(changes.map(({ table }) => table).sort()).toEqual(['key_index', 'otel_spans', 'span_samples'])
  for (const table of ['otel_spans', 'measurements'])
    await world.store.command(`OPTIMIZE TABLE ${table} FINAL`)
  expect(await count('otel_spans')).toBe(3)
  expect(await count('measurements')).toBe(1)
  expect(await world.store.rows('SELECT sum(calls) AS calls FROM span_latency_1m')).toEqual([{ calls: '12' }])
  const kept = (await readKept(world.store)).find(({ table }) => table === 'otel_spans')
  expect(kept).toMatchObject({ days: 7, rows: '3' })
  expect(Date.parse(kept?.oldest as string)).toBeGreaterThan(now - 2 * dayMs)
  // hours that the engine has dropped are not held against their sums
  const audited = await createAudit(world.store, { spansKept: 7, settleMs: 1 }).audit(new Date(now))
  expect(audited.filter(({ drift }) => drift !== '0')).toEqual([])
})

const stock = (quantity: string, item = 'A'): StateRow => ({
  location: 'FG1',
  item,
  batch: 'L',
  quantity,
  unit: 'PCE',
})
/** The load that was last, as if it had come so many days ago. */
const backdate = (load: number, days: number) =>
  world.store.insert('loads', [
    {
      load_seq: load,
      kind: 'events',
      source: '',
      name: 'old',
      bytes: 0,
      received_at: ago(days),
      took_ms: 1,
      loaded_at: ago(days),
    },
  ])

test('versions that were replaced go, and every later cut is judged the same; an earlier one is refused', async () => {
  world.say('erp', 0, 'inventory_positions', [stock('5'), stock('7', 'B')])
  world.say('wms', 0, 'inventory_positions', [stock('5'), stock('8', 'B')])
  await world.complete(20)
  const [first] = await world.judge(['inventory_on_hand'], 20)
  world.say('erp', 30, 'inventory_positions', [stock('6')])
  world.say('wms', 30, 'inventory_positions', [stock('6')])
  await world.complete(60)
  const [second] = await world.judge(['inventory_on_hand'], 60)
  // both systems state A once more: what they said before is what the second cut was judged from
  world.say('erp', 70, 'inventory_positions', [stock('9')])
  world.say('wms', 70, 'inventory_positions', [stock('9')])
  await world.complete(100)
  await world.judge(['inventory_on_hand'], 100)
  for (const cut of [first, second]) await backdate(Number(cut?.cut), 900)
  const before = await world.rerun(second?.run as string)
  const states = await count('inventory_positions')
  const sweeper = createSweeper({ estate, store: world.store })
  expect(await sweeper.sweep(new Date(now))).toEqual({ versions: 2, cases: 0 })
  expect(await sweeper.sweep(new Date(now))).toEqual({ versions: 0, cases: 0 })
  expect(await count('inventory_positions')).toBe(states)
  // B was stated once, long ago: it is there
  expect(await count('inventory_positions_log', "item = 'B'")).toBe(2)
  expect((await world.rerun(second?.run as string)).result_hash).toBe(before.result_hash)
  await expect(world.rerun(first?.run as string)).rejects.toMatchObject({ code: 'history_gone', status: 409 })
})

test('cases closed long ago go with all that was done to them; open ones stay, and no number comes again', async () => {
  world.say('erp', 110, 'inventory_positions', [stock('1', 'C'), stock('1', 'D'), stock('1', 'E')])
  world.say('wms', 110, 'inventory_positions', [stock('2', 'C'), stock('2', 'D'), stock('2', 'E')])
  await world.complete(140)
  await world.judge(['inventory_on_hand'], 140)
  const open = await world.open('inventory_on_hand')
  expect(open).toHaveLength(4)
  world.say('wms', 150, 'inventory_positions', [stock('1', 'C'), stock('1', 'D')])
  await world.complete(180)
  await world.judge(['inventory_on_hand'], 180)
  const sweeper = createSweeper({ estate, store: world.store })
  const later = (days: number) => new Date(Date.UTC(2026, 0, 5) + days * dayMs)
  expect(await sweeper.sweep(later(799))).toMatchObject({ cases: 0 })
  expect(await sweeper.sweep(later(802))).toMatchObject({ cases: 2 })
  expect(await sweeper.sweep(later(802))).toMatchObject({ cases: 0 })
  expect((await world.open('inventory_on_hand')).map(([, key]) => key).join()).toMatch(/B.*E/)
  const cases = await world.store.rows<{ number: string }>('SELECT number FROM exceptions ORDER BY number')
  for (const table of ['exception_steps', 'exception_rows', 'exception_cases'])
    expect(await world.store.rows(`SELECT DISTINCT number FROM ${table} ORDER BY number`)).toEqual(cases)
})

test('an estate that takes in what it would not keep is refused with every reason', () => {
  const text = (retention: string) => `
name: Short
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems: [{ system: erp, name: ERP, role: erp }]
teams: [{ team: ops, name: Operations }]
sources: [{ source: erp, kind: events, system: erp }]
retention: ${retention}`
  expect(() => parseEstate(text('{ events: 100d, spans: 1d, quarantine: 90 }'))).toThrow(
    /retention\.spans: .*3d(.|\n)*retention\.quarantine: .*number of days/,
  )
  expect(() => parseEstate(text('{ events: 100d, quarantine: 90d, corrections: 97d }'))).toThrow(
    /retention\.events: "100d" is too short; expected 400d or more/,
  )
  expect(parseEstate(text('{ events: 400d, spans: 3d }')).retention).toMatchObject({
    events: 400,
    spans: 3,
    cases: 800,
  })
})
