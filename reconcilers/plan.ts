import type { QueryRow } from '../sql/queries.gen.ts'
import type { Store } from '../sql/store.ts'
import type { Advanced } from './advance.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'
import {
  type Counts,
  countPlaces,
  countSides,
  differing,
  everything,
  inGroups,
  isAnyFlying,
  type Prints,
  printSides,
  type Scope,
  touchedSince,
} from './scope.ts'

/** How a run goes about it: which keys it looks at one by one, and what there is in all where it was counted. */
export type Plan = {
  kind: 'full' | 'incremental'
  /** none where no key can be judged otherwise than before, and all agreed */
  scope?: Scope | undefined
  counted: Map<string, Counted>
}
export type Counted = { left_rows: string; right_rows: string; compared: string }
type Last = QueryRow['last_complete_runs']
/** What plans are made from: of each check the last complete runs, and how much there is of each plant where that is quickly counted. */
export type Standing = { last: Map<string, Last[]>; counts: Map<string, Map<string, Counted>> }

/** Of all rows, at most this share is looked at because a neighbour differs; beyond it, keys are compared one by one. */
const mostLookedAt = 0.03
/** Where groups that differ hold no more than this share of all rows, only they are read again. */
const mostRead = 0.5
/** Where the last full run found more than this share of its keys to differ, groups of keys would hardly ever agree. */
const muchDiffers = 0.005
/** So many rows are counted anew in some hundredths of a second. */
const quicklyCounted = 1_000_000
/** To read what lies about one key takes as long as the checksums of so many rows. */
const rowsAPlace = 16_000

/** Reads what the plans of these checks are made from. */
export async function readStanding(store: Store, checks: readonly Check[]): Promise<Standing> {
  const names = checks.map(({ check }) => check)
  const last = groupBy(await store.query('last_complete_runs', { checks: names }))
  const rowsOf = (check: string) =>
    last.get(check)?.reduce((sum, row) => sum + Number(row.left_rows) + Number(row.right_rows), 0)
  // to count millions of rows anew would cost more than the run: what the last run over every key counted stands
  const small = names.filter((check) => (rowsOf(check) ?? Number.POSITIVE_INFINITY) <= quicklyCounted)
  return { last, counts: await countAll(store, small) }
}

/**
 * Plans a run. What was touched since the last complete run is enough when that run judged every plant by the same rule
 * and no later than now; else every key is compared: by checksums of groups of keys first, where little differs.
 * @param advanced how the states were brought to where they are; when left out, nobody knows
 */
export async function planRun(
  store: Store,
  check: Check,
  judged: Judged[],
  standing: Standing,
  isFull: boolean,
  advanced?: Advanced,
): Promise<Plan> {
  const plants = judged.map((each) => each.plant)
  const last = new Map((standing.last.get(check.check) ?? []).map((row) => [row.plant, row]))
  const counts = standing.counts.get(check.check)
  const known = judged.flatMap((each) => {
    const row = last.get(each.plant)
    return row && row.rule === check.rule && new Date(row.clock) <= each.clock ? [row] : []
  })
  const isEnough =
    !isFull && known.length === judged.length && !(await isScattered(store, check, plants, known))
  return isEnough
    ? planChanges(store, check, known, counts, advanced)
    : planEverything(store, check, plants, known, counts)
}

/**
 * Whether what was touched lies in so many places that comparing checksums of all there is costs less than looking at
 * each: a tenth of a thousandth of ten million keys, scattered, takes three times as long (test/bench/reconcile.ts).
 */
async function isScattered(store: Store, check: Check, plants: string[], known: Last[]): Promise<boolean> {
  const sum = (pick: (row: Last) => string) => known.reduce((total, row) => total + Number(pick(row)), 0)
  const rows = sum((row) => row.left_rows) + sum((row) => row.right_rows)
  // there, every key is looked at anyway; or little is there; or much differs, which checksums do not help with
  if (check.matching === 'all' || rows <= quicklyCounted) return false
  if (sum((row) => row.found) > muchDiffers * sum((row) => row.compared)) return false
  return (await countPlaces(store, check, plants, leastCut(known), rows)) > rows / rowsAPlace
}

async function planChanges(
  store: Store,
  check: Check,
  known: Last[],
  counts: Map<string, Counted> | undefined,
  advanced: Advanced | undefined,
): Promise<Plan> {
  const since = leastCut(known)
  const clock = new Date(Math.min(...known.map((row) => new Date(row.clock).getTime())))
  const runs = known.map((row) => row.run)
  const counted = new Map(
    known.map((row) => {
      const { plant, left_rows, right_rows, compared } = row
      return [plant, { left_rows, right_rows, compared, ...counts?.get(plant) }]
    }),
  )
  const isIdle =
    advanced !== undefined &&
    BigInt(since) >= BigInt(advanced.from) &&
    known.every((row) => row.standing === '0') &&
    !entitiesOf(check).some((entity) => advanced.changed.has(entity)) &&
    !(await isAnyFlying(
      store,
      check,
      known.map((row) => row.plant),
      clock,
    ))
  return {
    kind: 'incremental',
    scope: isIdle ? undefined : touchedSince(check, runs, since, clock),
    counted,
  }
}

const leastCut = (known: Last[]): string =>
  known.reduce((least, row) => (BigInt(row.cut) < BigInt(least) ? row.cut : least), known[0]?.cut ?? '0')

/** Whose arrival may change a verdict of the check. */
const entitiesOf = ({ reads, depends, bridge }: Check) => [
  ...reads.map(({ entity }) => entity),
  ...depends.map(({ entity }) => entity),
  ...(bridge ? [bridge.entity] : []),
]

async function planEverything(
  store: Store,
  check: Check,
  plants: string[],
  known: Last[],
  counts: Map<string, Counted> | undefined,
): Promise<Plan> {
  const countAnew = async () =>
    counts ?? (await countAll(store, [check.check])).get(check.check) ?? new Map<string, Counted>()
  // that sides are equal says nothing there: every key is looked at
  if (check.matching === 'all') return { kind: 'full', scope: everything, counted: await countAnew() }
  const sum = (pick: (row: Last) => string) => known.reduce((total, row) => total + Number(pick(row)), 0)
  if (sum((row) => row.found) > muchDiffers * sum((row) => row.compared))
    return { kind: 'full', scope: differing(check), counted: await countAnew() }
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

/** How much there is of each check in each plant. */
async function countAll(store: Store, checks: readonly string[]) {
  if (checks.length === 0) return new Map<string, Map<string, Counted>>()
  const rows = groupBy(await countSides(store, checks))
  return new Map(
    checks.map((check) => [
      check,
      new Map((rows.get(check) ?? []).map((row) => [row.plant, countedOf(row)])),
    ]),
  )
}

function groupBy<Row extends { check: string }>(rows: Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(row.check, [...(groups.get(row.check) ?? []), row])
  return groups
}

/** As many keys as the larger side has rows. */
const countedOf = ({ left_rows, right_rows }: Counts): Counted => ({
  left_rows,
  right_rows,
  compared: String(Math.max(Number(left_rows), Number(right_rows))),
})
