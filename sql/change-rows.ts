import { setTimeout as sleep } from 'node:timers/promises'
import type { Params, Settings, Store } from './store.ts'

const lane = 'pull'
const lookMs = 20
/** Whoever changes rows tries again what did not come to its end. */
const longestMs = 60_000

/**
 * Changes or deletes rows of a table in place, and waits until every part that is read has it; on a cluster on every
 * replica. The embedded engine is asked how far it is: a statement that waits within it was seen never to return.
 * @param change what follows ALTER TABLE and its name
 * @param settings of the engine that this change needs besides
 * @throws Error when it is not through after a minute; it goes on, and may be asked for again
 */
export async function changeRows(
  store: Store,
  table: string,
  change: string,
  params: Params,
  settings: Settings = {},
): Promise<void> {
  const isEmbedded = store.engine === 'chdb'
  await store.command(`ALTER TABLE ${table} /*on cluster*/ ${change}`, params, {
    lane,
    isSecret: true,
    settings: {
      mutations_sync: isEmbedded ? 0 : 2,
      allow_nondeterministic_mutations: 1,
      ...settings,
    },
  })
  if (!isEmbedded) return
  const end = performance.now() + longestMs
  while ((await countMutations(store, [table])) > 0) {
    if (performance.now() > end) throw new Error(`a change of ${table} is not through yet`)
    await sleep(lookMs)
  }
}

/** How many changes of rows are still under way. */
export async function countMutations(store: Store, tables: readonly string[]): Promise<number> {
  const [found] = await store.rows<{ pending: number }>(
    `SELECT toUInt32(count()) AS pending FROM system.mutations
     WHERE database = currentDatabase() AND NOT is_done AND NOT is_killed AND replaceRegexpOne(table, '_local$', '') IN {tables:Array(String)}`,
    { tables: [...tables] },
    { lane },
  )
  return found?.pending ?? 0
}
