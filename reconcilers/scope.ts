import type { Bridge } from '../server/core/check-info.ts'
import type { Params, Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import { keyHashes } from './contributions.ts'

/** What a run looks at key by key: a condition over the contributions, with what it is bound to. SQL. */
export type Scope = { where: string; params: Params }

/** A check's contributions lie in a partition of their own: none has a version in another. */
export const ownPartition = { do_not_merge_across_partitions_select_final: 1 }

export const everything: Scope = { where: '1', params: {} }

/**
 * Keys that may be judged otherwise than by the last complete run: those with an arrival since its cut, and those it
 * found to differ, in grace or not; the clock alone can move only these.
 */
export const touchedSince = (check: Check, runs: string[], since: string, clock: Date): Scope => ({
  where: `(bucket, kh) IN (
      SELECT bucket, kh FROM contributions WHERE check = {check:String} AND plant IN {plants:Array(String)} AND load_seq > {since:UInt64}
      UNION DISTINCT
      SELECT toUInt32(bitShiftRight(kh, 44)), kh FROM variances WHERE run IN {last_runs:Array(String)} AND check = {check:String}
      ${check.depends.map(readBeside).join('\n      ')}
      ${check.bridge ? `UNION DISTINCT ${flownSince(check.bridge, check.near)}` : ''}
    )`,
  params: { since, last_runs: runs, last_clock: clock },
})

/** Keys whose verdict reads states that have arrived since: found by the columns in which their contributions name these. */
const readBeside = ({ entity, on }: Check['depends'][number]) =>
  `UNION DISTINCT
      SELECT bucket, kh FROM contributions WHERE check = {check:String} AND plant IN {plants:Array(String)}
        AND (plant, ${Object.values(on).join(', ')}) IN (SELECT DISTINCT plant, ${Object.keys(on).join(', ')} FROM ${entity}_log WHERE plant IN {plants:Array(String)} AND load_seq > {since:UInt64})`

const wereYoung = "occurred_at > {last_clock:DateTime64(3, 'UTC')} - toIntervalMillisecond({grace_ms:UInt64})"
/** Keys whose movements were young at the last run: what flew may have settled. */
const flownSince = ({ entity, key }: Bridge, near: number | undefined) => {
  const { kh } = keyHashes(key, near)
  return `SELECT toUInt32(bitShiftRight(hash, 44)), hash FROM (
        SELECT ${kh} AS hash FROM ${entity}
        WHERE plant IN {plants:Array(String)} AND ${wereYoung}
      )`
}

/** Of groups of neighbouring buckets whose sides differ, so many are named. */
const mostGroups = 20_000
const groupOf = 'intDiv(bucket, 16)'
const spoken = `FROM contributions FINAL
     WHERE check = {check:String} AND plant IN {plants:Array(String)} AND NOT deleted AND side != 'note'`

/** Keys that a check looks at whether their sides agree or not; more may be named than have such a row. */
const orSuspect = ({ suspect }: Check) =>
  suspect
    ? ` OR (bucket, kh) IN (SELECT bucket, kh FROM contributions WHERE check = {check:String} AND plant IN {plants:Array(String)} AND (${suspect}))`
    : ''

/** Every key in groups of buckets. */
export const inGroups = (check: Check, groups: number[]): Scope => ({
  // groups in the table's own order: only what is named is read
  where: `(${groupOf} IN {groups:Array(UInt32)}${orSuspect(check)})`,
  params: { groups },
})

/** Every key of which the sides say anything different; in some groups of buckets, where the others are known to agree. */
export const differing = (check: Check, groups?: number[]): Scope => {
  const among = groups ? `${groupOf} IN {groups:Array(UInt32)} AND ` : ''
  return {
    // by the hash alone, which the engine groups in half the time it takes with the plant beside it: an odd weight sets
    // plants apart
    where: `(${among}kh IN (SELECT kh ${spoken} ${among && `AND ${groupOf} IN {groups:Array(UInt32)}`} GROUP BY kh HAVING sum(bitOr(cityHash64(plant), 1) * print) != 0)${orSuspect(check)})`,
    params: groups ? { groups } : {},
  }
}

/** How much there is on both sides of a plant. */
export type Counts = { plant: string; left_rows: string; right_rows: string }

/** How much there is of each check, counted without looking further. */
export const countSides = (
  store: Store,
  checks: readonly string[],
): Promise<(Counts & { check: string })[]> =>
  store.rows(
    `SELECT check, plant, toString(countIf(side = 'left')) AS left_rows, toString(countIf(side = 'right')) AS right_rows
     FROM contributions FINAL WHERE check IN {checks:Array(String)} AND NOT deleted AND side != 'note'
     GROUP BY check, plant`,
    { checks: [...checks] },
    { lane: 'judge', settings: ownPartition },
  )

/** Rows that the engine reads at least, wherever it looks: the granularity of the table. */
const granule = 1024
const buckets = 2 ** 20

/** In how many places of the table keys were touched since a cut, among so many rows of these plants. */
export async function countPlaces(
  store: Store,
  check: Check,
  plants: string[],
  since: string,
  rows: number,
): Promise<number> {
  const [found] = await store.rows<{ places: string }>(
    `SELECT uniq(plant, intDiv(bucket, {width:UInt32})) AS places FROM contributions
     WHERE check = {check:String} AND plant IN {plants:Array(String)} AND load_seq > {since:UInt64}`,
    { check: check.check, plants, since, width: Math.max(1, Math.floor((buckets * granule) / rows)) },
    { lane: 'judge' },
  )
  return Number(found?.places ?? 0)
}

/** Whether movements were young at a moment: what flew then may have settled. */
export const isAnyFlying = async (store: Store, check: Check, plants: string[], clock: Date) =>
  check.bridge !== undefined &&
  (
    await store.rows(
      `SELECT 1 FROM ${check.bridge.entity} WHERE plant IN {plants:Array(String)} AND ${wereYoung} LIMIT 1`,
      { plants, last_clock: clock, grace_ms: check.grace },
      { lane: 'judge' },
    )
  ).length > 0

/** Counts with the groups of buckets whose sides differ, as far as they are named, and how many rows are in all that do. */
export type Prints = Counts & { differing: string; differing_rows: string; groups: number[] }

/** Counts and compares checksums in one pass. */
export const printSides = (store: Store, check: Check, plants: string[]): Promise<Prints[]> =>
  store.rows(
    `SELECT plant, toString(sum(lefts)) AS left_rows, toString(sum(rights)) AS right_rows,
       toString(countIf(print != 0)) AS differing, toString(sumIf(lefts + rights, print != 0)) AS differing_rows,
       groupArrayIf(${mostGroups})(group, print != 0) AS groups
     FROM (
       SELECT plant, ${groupOf} AS group, countIf(side = 'left') AS lefts, countIf(side = 'right') AS rights, sum(contributions.print) AS print
       ${spoken}
       GROUP BY plant, group
     )
     GROUP BY plant`,
    { check: check.check, plants },
    { lane: 'judge', settings: ownPartition },
  )
