import { entityNames } from '../server/core/model.ts'
import type { Store } from '../sql/store.ts'

/**
 * Brings the current states up to the newest committed load and returns that cut. Only committed loads are copied, so
 * a half-read file is never seen; copying one twice after a crash changes nothing, since the same version wins again.
 */
export async function advanceStates(store: Store): Promise<string> {
  const [head] = await store.query('newest_load', {})
  const cut = head?.load_seq ?? '0'
  const done = new Map((await store.query('advanced', {})).map((row) => [row.entity, row.load_seq]))
  const at = new Date()
  for (const entity of entityNames) {
    const from = done.get(entity) ?? '0'
    if (from === cut) continue
    const range = { from, cut }
    await store.command(
      `INSERT INTO ${entity} SELECT * FROM ${entity}_log
       WHERE load_seq > {from:UInt64} AND load_seq <= {cut:UInt64}
         AND load_seq IN (SELECT load_seq FROM loads WHERE load_seq > {from:UInt64} AND load_seq <= {cut:UInt64})`,
      range,
    )
    await store.insert('advanced', [{ entity, load_seq: cut, at: at.toISOString() }])
  }
  return cut
}
