import type { QueryRow } from '../sql/queries.gen.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'
import {
  type Counts,
  countSides,
  differing,
  everything,
  inGroups,
  type Prints,
  printSides,
  type Scope,
  touchedSince,
} from './scope.ts'

/** How a run goes about it: which keys it looks at one by one, and what there is in all where it was counted. */
export type Plan = { kind: 'full' | 'incremental'; scope: Scope; counted: Map<string, Counted> }
export type Counted = { left_rows: string; right_rows: string; compared: string }

/** Of all rows, at most this share is looked at because a neighbour differs; beyond it, keys are compared one by one. */
const mostLookedAt = 0.03
/** Where groups that differ hold no more than this share of all rows, only they are read again. */
const mostRead = 0.5
/** Where the last full run found more than this share of its keys to differ, groups of keys would hardly ever agree. */
const muchDiffers = 0.005
/** So many rows are counted anew in some hundredths of a second. */
const quicklyCounted = 1_000_000

/**
 * Plans a run. What was touched since the last complete run is enough when that run judged every plant by the same rule
 * and no later than now; else every key is compared: by checksums of groups of keys first, where little differs.
 */
export async function planRun(store: Store, check: Check, judged: Judged[], isFull: boolean): Promise<Plan> {
  const plants = judged.map((each) => each.plant)
  const last = new Map(
    (await store.query('last_complete_runs', { check: check.check })).map((row) => [row.plant, row]),
  )
  const known = judged.flatMap((each) => {
    const row = last.get(each.plant)
    return row && row.rule === check.rule && new Date(row.clock) <= each.clock ? [row] : []
  })
  return !isFull && known.length === judged.length
    ? planChanges(store, check, known)
    : planEverything(store, check, plants, known)
}

type Last = QueryRow['last_complete_runs']

async function planChanges(store: Store, check: Check, known: Last[]): Promise<Plan> {
  const since = known.reduce(
    (least, row) => (BigInt(row.cut) < BigInt(least) ? row.cut : least),
    known[0]?.cut ?? '0',
  )
  const clock = new Date(Math.min(...known.map((row) => new Date(row.clock).getTime())))
  const runs = known.map((row) => row.run)
  const rows = known.reduce((sum, row) => sum + Number(row.left_rows) + Number(row.right_rows), 0)
  // to count millions of rows anew would cost more than the run: what the last run over every key counted stands
  const sides =
    rows > quicklyCounted
      ? new Map<string, Counted>()
      : await countAll(
          store,
          check,
          known.map((row) => row.plant),
        )
  return {
    kind: 'incremental',
    scope: touchedSince(check, runs, since, clock),
    counted: new Map(
      known.map((row) => {
        const { plant, left_rows, right_rows, compared } = row
        return [plant, { left_rows, right_rows, compared, ...sides.get(plant) }]
      }),
    ),
  }
}

async function planEverything(store: Store, check: Check, plants: string[], known: Last[]): Promise<Plan> {
  // that sides are equal says nothing there: every key is looked at
  if (check.matching === 'all')
    return { kind: 'full', scope: everything, counted: await countAll(store, check, plants) }
  const sum = (pick: (row: Last) => string) => known.reduce((total, row) => total + Number(pick(row)), 0)
  if (sum((row) => row.found) > muchDiffers * sum((row) => row.compared))
    return { kind: 'full', scope: differing(check), counted: await countAll(store, check, plants) }
  const prints = await printSides(store, check, plants)
  const total = (pick: (row: Prints) => string) => prints.reduce((all, row) => all + Number(pick(row)), 0)
  const groups = [...new Set(prints.flatMap((row) => row.groups))]
  const areNamed = prints.every((row) => row.groups.length === Number(row.differing))
  const share =
    total((row) => row.differing_rows) / (total((row) => row.left_rows) + total((row) => row.right_rows))
  return {
    kind: 'full',
    scope:
      areNamed && share <= mostLookedAt
        ? inGroups(check, groups)
        : differing(check, areNamed && share <= mostRead ? groups : undefined),
    counted: new Map(prints.map((row) => [row.plant, countedOf(row)])),
  }
}

/** How much there is in each plant. */
const countAll = async (store: Store, check: Check, plants: string[]): Promise<Map<string, Counted>> =>
  new Map((await countSides(store, check, plants)).map((row) => [row.plant, countedOf(row)]))

/** As many keys as the larger side has rows. */
const countedOf = ({ left_rows, right_rows }: Counts): Counted => ({
  left_rows,
  right_rows,
  compared: String(Math.max(Number(left_rows), Number(right_rows))),
})
