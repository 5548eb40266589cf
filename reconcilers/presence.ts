import type { Estate } from '../server/core/estate.ts'
import type { Store } from '../sql/store.ts'
import type { Applied } from './cases.ts'
import { ownPartition } from './scope.ts'

/** What runs found, by run: rows of each side, and the differences out of grace and in it. */
export type Tally = { lefts: string; rights: string; variances: string; in_grace: string }

/** Counts what runs found, as the engine kept it while they judged; a run that judged no key has none. */
export async function readTallies(store: Store, verdicts: readonly Applied[]): Promise<Map<string, Tally>> {
  const rows = await store.query('run_tallies', {
    runs: verdicts.flatMap(({ applied }) => applied.map(({ run }) => run)),
  })
  return new Map(rows.map((row) => [row.run, row]))
}

/**
 * Runs of plants of which one side says nothing at all while the other does, each with the reason why it may not speak:
 * a plant left out of an export is no thousand missing documents, and what is open there has not come to agree. Asked
 * after the keys are judged, of plants in which all that was found stands on one side only, so it costs nothing where
 * both speak. A side that never had a row is missed only once the other side's are out of grace: the first goods on
 * their way to a plant have not come yet.
 */
export async function findAbsentSides(
  store: Store,
  estate: Estate,
  verdicts: readonly Applied[],
  tallies: ReadonlyMap<string, Tally>,
): Promise<Map<string, string>> {
  const absent = new Map<string, string>()
  for (const { check, applied } of verdicts.filter((verdict) => !verdict.check.may_be_silent))
    for (const { run, plant } of applied) {
      const { lefts, rights, variances, in_grace } = tallies.get(run) ?? nothing
      const isAnyFound = variances !== '0' || in_grace !== '0'
      if (!isAnyFound || (lefts !== '0' && rights !== '0')) continue
      const side = lefts === '0' ? 'left' : 'right'
      // one row says enough: millions are not counted
      const findOne = (rows: string) =>
        store.rows(
          `SELECT 1 FROM contributions ${rows} check = {check:String} AND plant = {plant:String} AND side = {side:String} LIMIT 1`,
          { check: check.check, plant, side },
          { lane: 'judge', settings: ownPartition },
        )
      if ((await findOne('FINAL WHERE NOT deleted AND')).length > 0) continue
      if (variances === '0' && (await findOne('WHERE')).length === 0) continue
      const silent = estate.systemsOf(check[side], plant).map(({ name }) => name)
      const rows = side === 'left' ? rights : lefts
      absent.set(run, `${silent.join(', ')} says nothing at all of ${plant}, the other side ${rows} rows`)
    }
  return absent
}

const nothing: Tally = { lefts: '0', rights: '0', variances: '0', in_grace: '0' }
