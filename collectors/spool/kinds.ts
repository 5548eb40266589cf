import type { Estate } from '../../server/core/estate.ts'
import { eventsStructure } from '../../sql/events-structure.ts'
import { otlpProtobuf, otlpSettings, otlpStructure } from '../../sql/otlp-format.ts'
import type { FileLoad, Params } from '../../sql/store.ts'

type Kind = {
  /** How frames are told apart: by a line feed, or by a varint length before each */
  framing: 'line' | 'varint'
  load: Pick<FileLoad, 'format' | 'structure' | 'table' | 'select' | 'settings' | 'protobuf'>
  params(estate: Estate): Params
}

/** What a spool holds, and how the engine takes a segment of it. */
export const spoolKinds = {
  events: {
    framing: 'line',
    load: {
      format: 'JSONEachRow',
      structure: eventsStructure,
      table: 'events_in',
      select: '*, {load_seq:UInt64}',
      settings: {
        // half a surrogate pair in somebody's text must not hold up the segment
        input_format_json_throw_on_bad_escape_sequence: 0,
        // years of history may come in one segment
        max_partitions_per_insert_block: 0,
      },
    },
    params: () => ({}),
  },
  traces: {
    framing: 'varint',
    load: {
      format: 'Protobuf',
      structure: otlpStructure,
      table: 'otlp_in',
      select:
        '*, {plant_names:Array(String)}, {flow_names:Array(String)}, {key_names:Array(String)}, {system_names:Array(String)}, {load_seq:UInt64}',
      settings: otlpSettings,
      protobuf: otlpProtobuf,
    },
    params: ({ spans }) => ({
      plant_names: spans.plant,
      flow_names: spans.flow,
      key_names: spans.key,
      system_names: spans.system,
    }),
  },
} as const satisfies Record<string, Kind>

export type SpoolKind = keyof typeof spoolKinds

/** How many bytes from the start are whole frames. */
export function wholeFrames(kind: SpoolKind, bytes: Uint8Array): number {
  if (spoolKinds[kind].framing === 'line') return bytes.lastIndexOf(10) + 1
  let whole = 0
  for (let at = 0; at < bytes.length; ) {
    let length = 0
    let factor = 1
    let byte: number | undefined
    do {
      byte = bytes[at++]
      if (byte === undefined) return whole
      length += (byte & 127) * factor
      factor *= 128
    } while (byte >= 128)
    at += length
    if (at > bytes.length) return whole
    whole = at
  }
  return whole
}
