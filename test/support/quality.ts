import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Store } from '../../sql/store.ts'
import { asLoad } from './as-load.ts'
import { loadEventsFile } from './events-load.ts'

/** A line of an events segment with times of its own choice; what is absent takes its default. */
export type Line = {
  kind?: string
  source: string
  plant: string
  occurred_at: Date
  received_at?: Date
  [column: string]: unknown
}

/** Lets the engine read a segment as the loader does. A segment is known by its name: read again, it changes nothing. */
export async function loadSegment(store: Store, folder: string, name: string, lines: Line[]): Promise<void> {
  const path = join(folder, `${name}.jsonl`)
  const text = lines.map((line) =>
    JSON.stringify({ kind: 'event', system: line.source, received_at: line.occurred_at, ...line }),
  )
  writeFileSync(path, text.join('\n'))
  await asLoad(store, (loadSeq) => loadEventsFile(store, { path, loadSeq, token: name }))
}
