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
  if (!isFull && known.length === judged.length) {
    const since = known.reduce(
      (least, row) => (BigInt(row.cut) < BigInt(least) ? row.cut : least),
      known[0]?.cut ?? '0',
    )
    const clock = new Date(Math.min(...known.map((row) => new Date(row.clock).getTime())))
    return {
      kind: 'incremental',
      scope: touchedSince(
        check,
        known.map((row) => row.run),
        since,
        clock,
      ),
      counted: new Map(
        // what only a run over every key can count stands until the next
        known.map(
          ({ plant, left_rows, right_rows, compared, tolerated, tolerated_amount, tolerated_net }) => [
            plant,
            { left_rows, right_rows, compared, tolerated, tolerated_amount, tolerated_net },
          ],
        ),
      ),
    }
  }
  const counts = await countSides(store, check, plants)
  const keys = counts.reduce((sum, row) => sum + Math.max(Number(row.left_rows), Number(row.right_rows)), 0)
  const buckets = counts.reduce((sum, row) => sum + Number(row.buckets), 0)
  const found = known.reduce((sum, row) => sum + Number(row.found), 0)
  return {
    kind: 'full',
    scope: differing(check, chooseShift(keys / Math.max(1, buckets), found / Math.max(1, keys))),
    counted: new Map(
      counts.map(({ plant, left_rows, right_rows }) => [
        plant,
        { left_rows, right_rows, compared: String(Math.max(Number(left_rows), Number(right_rows))) },
      ]),
    ),
  }
}

/** Groups of more keys are fewer to add up; of groups in which something differs, every key is looked at. */
function chooseShift(keysPerBucket: number, share: number): number {
  for (let shift = 44; shift >= 36; shift -= 2)
    if ((keysPerBucket / 2 ** (44 - shift)) * share <= mostLookedAt) return shift
  return 0
}
