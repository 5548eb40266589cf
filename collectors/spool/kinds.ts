import type { Estate } from '../../server/core/estate.ts'
import { eventsStaging } from '../../sql/events-load.ts'
import { otlpProtobuf, otlpSettings } from '../../sql/otlp-format.ts'
import { measurementsLoad } from '../../sql/otlp-measurements.ts'
import { badSpansLoad, nameParams, spansLoad } from '../../sql/otlp-spans.ts'
import type { FileLoad, Lane, Params } from '../../sql/store.ts'
import { type Framing, protobufFraming, rowsFraming } from './frames.ts'

/** What senders know it by, and what is told of it. */
export type SpoolSignal = 'events' | 'traces' | 'metrics'

type Kind = {
  signal: SpoolSignal
  framing: Framing
  /** Which of the engine's sessions loads it, and how many segments of it at a time */
  lane: Lane
  width: number
  /** When an open segment is sealed, however small: a load has its price whatever it holds */
  sealMs: number
  /** What is done with a segment, one after the other; each of them happens once. Absent where it is carried otherwise */
  loads?(
    estate: Estate,
  ): Pick<FileLoad, 'format' | 'structure' | 'table' | 'select' | 'from' | 'settings' | 'protobuf'>[]
  params(estate: Estate): Params
}

const traces = {
  signal: 'traces',
  framing: protobufFraming,
  lane: 'spans',
  // spans stand for themselves: two segments at a time
  width: 2,
  sealMs: 2_000,
} as const
const limitParams = ({ allowed_age, allowed_skew }: Estate['spans']) => ({
  oldest_ms: allowed_age,
  ahead_ms: allowed_skew,
})
const asTraces = { format: 'Protobuf', settings: otlpSettings, protobuf: otlpProtobuf('Traces') }

/** What a spool holds, and how the engine takes a segment of it. */
export const spoolKinds = {
  // facts are judged by their order: one segment after the other
  events: {
    signal: 'events',
    framing: rowsFraming,
    lane: 'load',
    width: 1,
    sealMs: 1_000,
    // staged first; what follows of it is sql/events-load.ts
    loads: () => [eventsStaging],
    params: () => ({}),
  },
  // what webhooks and brokers push, as it came: a carrier maps it by the rules of its source
  deliveries: {
    signal: 'events',
    framing: rowsFraming,
    lane: 'load',
    width: 1,
    sealMs: 1_000,
    params: () => ({}),
  },
  // requests in which the walk found every span good: nothing is asked of them again
  traces: {
    ...traces,
    loads: ({ spans }) => [{ ...asTraces, ...spansLoad(spans) }],
    params: ({ spans }) => nameParams(spans),
  },
  // requests with spans that are not taken: the good ones are stored, the others kept in quarantine
  traces_mixed: {
    ...traces,
    loads: ({ spans }) => [
      // quarantine first: were the segment to be halved after it, a row said twice is one, a call counted twice is two
      { ...asTraces, ...badSpansLoad(spans) },
      { ...asTraces, ...spansLoad(spans, true) },
    ],
    params: ({ spans }) => ({ ...nameParams(spans), ...limitParams(spans) }),
  },
  metrics: {
    signal: 'metrics',
    framing: protobufFraming,
    lane: 'spans',
    width: 1,
    sealMs: 2_000,
    loads: ({ spans }) => [
      {
        format: 'Protobuf',
        ...measurementsLoad(spans),
        settings: otlpSettings,
        protobuf: otlpProtobuf('Metrics'),
      },
    ],
    params: ({ spans }) => ({ ...nameParams(spans), ...limitParams(spans) }),
  },
} as const satisfies Record<string, Kind>

export type SpoolKind = keyof typeof spoolKinds
export const spoolKindNames = Object.keys(spoolKinds) as SpoolKind[]
export const kindOf = (kind: SpoolKind): Kind => spoolKinds[kind]
/** The kinds that hold messages of a signal; all of them when none is named. */
export const kindsOf = (signal?: SpoolSignal): SpoolKind[] =>
  spoolKindNames.filter((kind) => signal === undefined || kindOf(kind).signal === signal)
