import { carryEvents, clearStaged, eventsStaging } from '../../sql/events-load.ts'
import type { Store } from '../../sql/store.ts'

/** Lets the engine read a file of event lines as the loader does. Read again under the same token it changes nothing. */
export async function loadEventsFile(
  store: Store,
  { path, loadSeq, token }: { path: string; loadSeq: string; token: string },
): Promise<void> {
  await clearStaged(store, loadSeq)
  await store.insertFile({ ...eventsStaging, path, params: { load_seq: loadSeq, staging: '0' }, token })
  await carryEvents(store, { loadSeq, staging: '0', token })
  await clearStaged(store, loadSeq)
}

/** The same with lines at hand. */
export async function loadEventLines(
  store: Store,
  lines: readonly object[],
  { loadSeq, token }: { loadSeq: string; token: string },
): Promise<void> {
  await store.insert(
    'events_staged',
    lines.map((line) => ({ ...line, load_seq: loadSeq })),
  )
  await carryEvents(store, { loadSeq, staging: '0', token })
  await clearStaged(store, loadSeq)
}
