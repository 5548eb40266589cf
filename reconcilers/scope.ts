import type { Bridge } from '../server/core/check-info.ts'
import type { Params, Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import { keyHashes } from './contributions.ts'

/** What a run looks at key by key: a condition over the contributions, with what it is bound to. SQL. */
export type Scope = { where: string; params: Params }

/** How much there is on both sides of a plant, and in how many buckets. */
export type Counts = { plant: string; left_rows: string; right_rows: string; buckets: string }
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
      ${check.bridge ? `UNION DISTINCT ${flownSince(check.bridge, check.near)}` : ''}
    )`,
  params: { since, last_runs: runs, last_clock: clock },
})

/** Keys whose movements were young at the last run: what flew may have settled. */
const flownSince = ({ entity, key }: Bridge, near: number | undefined) => {
  const { kh } = keyHashes(key, near)
  return `SELECT toUInt32(bitShiftRight(hash, 44)), hash FROM (
        SELECT ${kh} AS hash FROM ${entity}
        WHERE plant IN {plants:Array(String)} AND occurred_at > {last_clock:DateTime64(3, 'UTC')} - toIntervalMillisecond({grace_ms:UInt64})
      )`
}

/**
 * Keys in groups whose sides differ. A linear fingerprint per group of keys: every quantity times an odd weight of its
 * key, left minus right, in arithmetic modulo 2^64. Equal sides come to zero; a single key that differs never does, and
 * several cancel out once in 2^64. It proves equality only: what differs is compared exactly.
 * @param shift how many low bits of a key's hash a group takes in: 44 is a whole bucket, 0 a single key
 */
export const differing = (check: Check, shift: number): Scope => ({
  // a whole bucket is found by the table's own order
  where: `${groupOf(shift)} IN (
      SELECT ${groupOf(shift)} AS group FROM contributions FINAL
      WHERE check = {check:String} AND plant IN {plants:Array(String)} AND NOT deleted AND side != 'note'
      GROUP BY plant, group
      HAVING ${
        // that sides are equal says nothing there: every key is looked at
        check.matching === 'all'
          ? '1'
          : `sum(if(side = 'left', toUInt64(1), toUInt64(18446744073709551615)) * (${fingerprintOf(check)})) != 0`
      }
    )`,
  params: {},
})

const groupOf = (shift: number) => (shift === 44 ? 'bucket' : `bitShiftRight(kh, ${shift})`)

/** How much there is, counted without looking further. */
export const countSides = (store: Store, check: Check, plants: string[]): Promise<Counts[]> =>
  store.rows(
    `SELECT plant, toString(countIf(side = 'left')) AS left_rows, toString(countIf(side = 'right')) AS right_rows, toString(uniq(bucket)) AS buckets
     FROM contributions FINAL
     WHERE check = {check:String} AND plant IN {plants:Array(String)} AND NOT deleted AND side != 'note'
     GROUP BY plant`,
    { check: check.check, plants },
    { lane: 'judge', settings: ownPartition },
  )

/** The low 64 bits of a decimal's whole number: adding and taking them is the same either way round. */
const low = (column: string) => `reinterpretAsUInt64(${column})`
const fingerprintOf = (check: Check) => {
  const quantity = `${low('quantity')} * bitOr(kh, 1)`
  if (check.matching === 'sums') return quantity
  if (check.matching === 'states') return `${low('quantity')} * bitOr(cityHash64(kh, state), 1)`
  return `${quantity} + ${low('price')} * bitOr(kx, 1) + cityHash64(state) * bitOr(bitXor(kh, kx), 1) + kx`
}
