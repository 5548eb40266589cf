import { afterAll, beforeAll, expect, test } from 'vitest'
import { advanceStates } from '../../reconcilers/advance.ts'
import { loadChecks } from '../../reconcilers/check.ts'
import { planRun, readStanding } from '../../reconcilers/plan.ts'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

// Which way a run goes about what has changed: key by key, or by the checksums of all there is.
const estate = scenarioEstate()
const check = loadChecks(estate).find((each) => each.check === 'order_lines')
const clock = new Date(Date.UTC(2026, 0, 5, 9))
let world: Scenario
beforeAll(async () => {
  world = await openScenario(estate)
})
afterAll(() => world?.close())

/** A complete run over so many keys, that found so many to differ. */
const ran = (run: number, cut: number, compared: number, found: number) =>
  world.store.insert('runs', [
    {
      run: String(run),
      cut: String(cut),
      check: 'order_lines',
      plant: 'HAM',
      kind: 'full',
      outcome: 'ok',
      started_at: clock.toISOString(),
      clock: clock.toISOString(),
      rule: check?.rule,
      left_rows: compared,
      right_rows: compared,
      compared,
      variances: found,
    },
  ])
const plan = async (isFull = false) => {
  if (!check) throw new Error('no such check')
  const each = [{ plant: 'HAM', run: '99', clock }]
  return (await planRun(world.store, check, each, await readStanding(world.store, [check]), isFull)).kind
}

test('keys one by one while they lie in few places; checksums of all where they lie everywhere, unless much differs', async () => {
  const { store } = world
  let load = Number((await store.query('newest_load', {}))[0]?.load_seq ?? 0)
  const arrive = async (apart: number) => {
    load++
    for (const system of ['crm', 'erp'])
      await store.command(
        `INSERT INTO order_lines_log (plant, system, order_type, order_no, line_no, quantity, unit, status, version, occurred_at, received_at, source, load_seq)
         SELECT 'HAM', {system:String}, 'sales', toString(number * {apart:UInt64}), '10', 1, 'PCE', 'open', 1, now64(3), now64(3), {system:String}, {load:UInt64} FROM numbers(3000)`,
        { system, apart, load },
      )
    const loaded_at = clock.toISOString()
    await store.insert('loads', [
      { load_seq: load, kind: 'test', source: '', name: 'plan', bytes: 0, loaded_at },
    ])
    await advanceStates(store, estate, check ? [check] : [])
  }
  await ran(1, load, 10_000_000, 0)
  await arrive(1)
  expect(await plan(), 'three thousand orders one after the other lie together').toBe('incremental')
  await ran(2, load, 400_000, 0)
  await arrive(1_000_003)
  expect(await plan(), 'there is so little that it makes no difference').toBe('incremental')
  await ran(3, load - 1, 100_000_000, 0)
  expect(await plan(), 'three thousand places of a hundred million keys').toBe('incremental')
  await ran(4, load - 1, 10_000_000, 0)
  expect(await plan(), 'three thousand places of ten million').toBe('full')
  await ran(5, load, 10_000_000, 0)
  expect(await plan(), 'nothing is new').toBe('incremental')
  await ran(6, load - 1, 10_000_000, 200_000)
  expect(await plan(), 'checksums find nothing where much differs').toBe('incremental')
  expect(await plan(true)).toBe('full')
})
