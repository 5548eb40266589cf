import { type EntityName, entityNames, entityOf } from '../server/core/model.ts'
import { changeRows } from './change-rows.ts'
import type { Params, Store } from './store.ts'

/** Loads and checks have sessions of their own: what is rewritten at night holds up neither. */
const lane = 'pull'

/** Deletes rows and waits until they are gone from the disk's parts that are read. */
export const deleteRows = (store: Store, table: string, where: string, params: Params): Promise<void> =>
  changeRows(store, table, `DELETE WHERE ${where}`, params)

/** Versions of an entity that another one of the same state had replaced by a load. SQL, with {cut:UInt64}. */
function replacedOf(entity: EntityName): string {
  const state = ['plant', 'system', ...entityOf(entity).key].join(', ')
  return `load_seq <= {cut:UInt64} AND (${state}, stamp) NOT IN (
    SELECT ${state}, max(stamp) FROM ${entity}_log WHERE load_seq <= {cut:UInt64} GROUP BY ${state})`
}

/**
 * Leaves of each state its last version up to a load, and all that came later: what any later cut is judged from is the
 * same as before. Done twice it ends in the same.
 * @returns how many versions are gone
 */
export async function thinHistory(store: Store, cut: string): Promise<number> {
  let gone = 0
  for (const entity of entityNames) {
    const where = replacedOf(entity)
    const [found] = await store.rows<{ rows: string }>(
      `SELECT count() AS rows FROM ${entity}_log WHERE ${where}`,
      { cut },
      { lane },
    )
    const rows = Number(found?.rows ?? 0)
    if (rows === 0) continue
    await deleteRows(store, `${entity}_log`, where, { cut })
    gone += rows
  }
  return gone
}

/** What belongs to a case; the case itself last: as long as it stands, the rest is looked for again. */
const ofCases = [
  'exception_causes',
  'cause_verdicts',
  'case_mentions',
  'exception_acts',
  'exception_steps',
  'exception_rows',
  'exception_cases',
] as const

/** Deletes cases with all that runs and people did to them. */
export async function deleteCases(store: Store, numbers: readonly string[]): Promise<void> {
  for (const table of ofCases)
    await deleteRows(store, table, 'number IN {numbers:Array(UInt64)}', { numbers: numbers.map(Number) })
}
