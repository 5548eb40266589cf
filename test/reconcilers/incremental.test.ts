import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type RunRow, type Scenario, scenarioEstate } from '../support/scenario.ts'
import { agreement, statements } from '../support/statements.ts'

// What is compared by what changed must be what comparing everything finds: here the cut of every incremental run is
// judged again from every version ever loaded, and both must have found the same to the last digit.
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', checks))
})
afterAll(() => world.close())

const checks = [
  'order_lines',
  'goods_issue_billing',
  'ordered_received',
  'inventory_on_hand',
  'stock_type',
  'movements',
  'lifecycle',
  'in_transit',
  'shipment_goods_issue',
  'three_way_match',
  'masters',
  'price',
  'partners',
] as const
const plants = ['HAM', 'SHF']

const step = fc.record({
  said: fc.array(statements, { minLength: 1, maxLength: 12 }),
  minutes: fc.integer({ min: 1, max: 9 }),
})

/** What the store holds of a run and of its cut judged again, where they found otherwise: once in some hundred seeds. */
async function tellDifference(run: RunRow, again: RunRow): Promise<string> {
  if (run.variances === again.variances && run.result_hash === again.result_hash) return ''
  const params = { runs: [run.run, again.run] }
  const held = (table: string) =>
    world.store.rows(`SELECT * FROM ${table} WHERE run IN {runs:Array(String)}`, params)
  return JSON.stringify(
    [
      run,
      again,
      await held('run_counts'),
      await held('variances'),
      await world.store.query('run_outcome', params),
    ],
    null,
    1,
  )
}

test('an incremental run finds what comparing every key finds, and a past cut finds it again', async () => {
  let minute = 0
  await world.sayAll(minute, agreement)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 3 }), async (steps) => {
      const runs: { run: string; result_hash: string }[] = []
      for (const { said, minutes } of steps) {
        await world.sayAll(minute, said)
        minute += minutes
        await world.complete(minute)
        for (const run of await world.judge([...checks], minute)) {
          expect(run.outcome, run.reason).toBe('ok')
          runs.push(run)
          // what compared everything has nothing to be held against
          if (run.kind === 'full') continue
          const again = await world.rerun(run.run)
          const told = await tellDifference(run, again)
          expect([again.variances, again.result_hash], told).toEqual([run.variances, run.result_hash])
        }
      }
      // later loads change nothing of a cut
      const first = runs[0] as (typeof runs)[number]
      expect((await world.rerun(first.run)).result_hash).toBe(first.result_hash)
    }),
    { numRuns: 2, endOnFailure: true },
  )
  const [kinds] = await world.store.rows<{ incremental: string; full: string }>(
    "SELECT countIf(kind = 'incremental') AS incremental, countIf(kind = 'full') AS full FROM runs",
  )
  // each plant's first run compares everything, the others what changed
  expect(Number(kinds?.full)).toBe(checks.length * plants.length)
  expect(Number(kinds?.incremental)).toBeGreaterThan(checks.length * plants.length)
}, 480_000)
