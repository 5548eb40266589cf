import type { QueryRow } from '../sql/queries.gen.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'
import { countSides, differing, type Scope, touchedSince } from './scope.ts'

/** How a run goes about it: which keys it looks at one by one, and what there is in all where it was counted. */
export type Plan = { kind: 'full' | 'incremental'; scope: Scope; counted: Map<string, Counted> }
export type Counted = { left_rows: string; right_rows: string; compared: string } & Partial<
  Record<'tolerated' | 'tolerated_amount' | 'tolerated_net', string>
>

/** Of all keys, at most this share is looked at one by one because a neighbour differs. */
const mostLookedAt = 0.03
/** So many rows are counted anew in some hundredths of a second. */
const quicklyCounted = 1_000_000

/**
 * Plans a run. What was touched since the last complete run is enough when that run judged every plant by the same rule
 * and no later than now; else every key is compared, by fingerprint where the last run found little to differ.
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
      ? new Map()
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
        const { plant, left_rows, right_rows, compared, tolerated, tolerated_amount, tolerated_net } = row
        const counts = { left_rows, right_rows, compared, ...sides.get(plant)?.counted }
        return [plant, { ...counts, tolerated, tolerated_amount, tolerated_net }]
      }),
    ),
  }
}

async function planEverything(store: Store, check: Check, plants: string[], known: Last[]): Promise<Plan> {
  const sides = [...(await countAll(store, check, plants))]
  const sum = (pick: (side: Sides) => number) => sides.reduce((total, [, side]) => total + pick(side), 0)
  const keys = sum(({ counted }) => Number(counted.compared))
  const found = known.reduce((total, row) => total + Number(row.found), 0)
  const keysPerBucket =
    keys /
    Math.max(
      1,
      sum(({ buckets }) => buckets),
    )
  return {
    kind: 'full',
    scope: differing(check, chooseShift(keysPerBucket, found / Math.max(1, keys))),
    counted: new Map(sides.map(([plant, side]) => [plant, side.counted])),
  }
}

type Sides = { counted: Counted; buckets: number }

/** How much there is in each plant; as many keys as the larger side has rows. */
async function countAll(store: Store, check: Check, plants: string[]): Promise<Map<string, Sides>> {
  const rows = await countSides(store, check, plants)
  return new Map(
    rows.map(({ plant, left_rows, right_rows, buckets }) => {
      const compared = String(Math.max(Number(left_rows), Number(right_rows)))
      return [plant, { counted: { left_rows, right_rows, compared }, buckets: Number(buckets) }]
    }),
  )
}

/** Groups of more keys are fewer to add up; of groups in which something differs, every key is looked at. */
function chooseShift(keysPerBucket: number, share: number): number {
  for (let shift = 44; shift >= 36; shift -= 2)
    if ((keysPerBucket / 2 ** (44 - shift)) * share <= mostLookedAt) return shift
  return 0
}
