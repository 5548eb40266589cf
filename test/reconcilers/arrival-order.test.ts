import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { everyCheck as checks, openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'
import { type Statement, statements } from '../support/statements.ts'

let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', checks))
})
afterAll(() => world.close())

/** What one plant sends to another, the other sends to the first: what is under way to either is then the same. */
const mirror = ({ row, ...said }: Statement): Statement => ({
  ...said,
  row: 'to_plant' in row ? { ...row, to_plant: row.to_plant === 'HAM' ? 'SHF' : 'HAM' } : row,
})

/**
 * Of two that name another plant under one version only the first: which content of a version counts is decided by all
 * of its text, and that of the mirrored plant is another.
 */
const unlikeMirrored = (said: Statement[]): Statement[] => {
  const named = new Set<string>()
  return said.filter(({ system, row }) => {
    if (!('to_plant' in row)) return true
    const version = [system, row.shipment_no, row.version].join(' ')
    return !named.has(version) && named.add(version)
  })
}

test('whatever the order and doubling in which statements arrive, and whatever was judged between them, both plants come to the same', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(statements, { minLength: 40, maxLength: 60 }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 80, maxLength: 80 }),
      async (stated, order) => {
        const said = unlikeMirrored(stated)
        const doubled = [...said, ...said.slice(0, 10)]
        const shuffled = doubled
          .map((each, index) => ({ each, at: order[index] as number }))
          .sort((a, b) => a.at - b.at)
          .map(({ each }) => each)
        await world.sayAll(0, said, 'HAM')
        const mirrored = shuffled.map(mirror)
        // the other plant hears it in pieces, and is judged after each
        const piece = Math.ceil(mirrored.length / 4)
        for (let at = 0; at < mirrored.length; at += piece) {
          const [first, ...others] = mirrored.slice(at, at + piece)
          if (first) await world.sayAll(0, [first], 'SHF')
          await world.sayAll(0, others, 'SHF')
          await world.complete(1 + at / piece)
          await world.judge([...checks], 1 + at / piece)
        }
        await world.complete(60)
        let found = 0
        const last = await world.judge([...checks], 60)
        for (const check of checks) {
          const [left, right] = await Promise.all(
            last
              .filter((run) => run.check === check)
              .map(({ run }) =>
                world.store.rows(
                  'SELECT key, class, left_value, right_value, difference, amount, in_grace FROM variances WHERE run = {run:String} ORDER BY key, class',
                  { run },
                ),
              ),
          )
          expect(right, check).toEqual(left)
          found += left?.length ?? 0
        }
        expect(found).toBeGreaterThan(5)
      },
    ),
    { numRuns: 1, endOnFailure: true },
  )
}, 300_000)
