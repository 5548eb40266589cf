import type { Estate } from '../server/core/estate.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'
import { ownPartition } from './scope.ts'

/**
 * Plants of which one side says nothing at all while the other does, each with the reason why its run may not speak: a
 * plant left out of an export is no thousand missing documents, and what is open there has not come to agree. Asked
 * after the keys are judged, of plants in which all that was found stands on one side only, so it costs nothing where
 * both speak. A side that never had a row is missed only once the other side's are out of grace: the first goods on
 * their way to a plant have not come yet.
 */
export async function findAbsentSides(
  store: Store,
  estate: Estate,
  check: Check,
  judged: Judged[],
): Promise<Map<string, string>> {
  if (check.may_be_silent) return new Map()
  const onesided = await store.rows<{ run: string; lefts: string; rights: string; standing: boolean }>(
    `SELECT run, toString(sum(left_rows)) AS lefts, toString(sum(right_rows)) AS rights, toBool(sum(variances) > 0) AS standing
     FROM run_counts WHERE run IN {runs:Array(String)}
     GROUP BY run HAVING sum(variances) + sum(in_grace) > 0 AND (sum(left_rows) = 0 OR sum(right_rows) = 0)`,
    { runs: judged.map(({ run }) => run) },
    { lane: 'judge' },
  )
  const absent = new Map<string, string>()
  for (const { run, lefts, rights, standing } of onesided) {
    const plant = judged.find((each) => each.run === run)?.plant ?? ''
    const side = lefts === '0' ? 'left' : 'right'
    // one row says enough: millions are not counted
    const findOne = (rows: string) =>
      store.rows(
        `SELECT 1 FROM contributions ${rows} check = {check:String} AND plant = {plant:String} AND side = {side:String} LIMIT 1`,
        { check: check.check, plant, side },
        { lane: 'judge', settings: ownPartition },
      )
    if ((await findOne('FINAL WHERE NOT deleted AND')).length > 0) continue
    if (!standing && (await findOne('WHERE')).length === 0) continue
    const silent = estate.systemsOf(check[side], plant).map(({ name }) => name)
    const rows = side === 'left' ? rights : lefts
    absent.set(plant, `${silent.join(', ')} says nothing at all of ${plant}, the other side ${rows} rows`)
  }
  return absent
}
