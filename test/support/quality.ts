import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { listHandoffs } from '../../server/api/estate.ts'
import type { Estate } from '../../server/core/estate.ts'
import { eventsStructure } from '../../sql/events-structure.ts'
import type { Store } from '../../sql/store.ts'

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
  await store.insertFile({
    path,
    format: 'JSONEachRow',
    structure: eventsStructure,
    table: 'events_in',
    select: '*, {load_seq:UInt64}',
    params: { load_seq: 1 },
    settings: { max_partitions_per_insert_block: 0 },
    token: name,
  })
}

/** The estate's hand-offs, as every start writes them. */
export async function writeHandoffs(store: Store, estate: Estate): Promise<void> {
  await store.insert(
    'estate_handoffs',
    estate.flows.flatMap((flow) =>
      listHandoffs(flow).map((handoff, position) => ({
        loaded_at: new Date().toISOString(),
        flow: flow.flow,
        position,
        handoff: handoff.handoff,
        from_stage: handoff.from_stage,
        to_stage: handoff.to_stage,
        later_stages: flow.stages.slice(position + 2).map((stage) => stage.stage),
        objective_ms: handoff.objective_ms,
      })),
    ),
  )
}
