import type { EntityName } from '../core/model.ts'

/** One line of a stock document, in base units; issues are negative. */
export type Move = {
  /** the business document both systems name */
  ref: string
  location: string
  item: string
  batch: string
  quantity: number
  kind: string
  /** the type of stock, where it is not free to use */
  stock?: string
  /** the posting date, where it is not the day on which the document first moved anything */
  countsAt?: number
  /** which half of it happens: stock changes without a document, or is written up that has changed before */
  only?: 'position' | 'document'
}

export type StateRow = Record<string, string | number | boolean>
export type States = Partial<Record<EntityName, StateRow[]>>

/** Something one system does at a moment; it becomes one CloudEvent. */
export type Effect = {
  at: number
  system: string
  plant: string
  type: string
  key: string
  /** `traceparent` of the span that did it */
  traceparent?: string | undefined
  /** what a person reads in the event */
  facts: Record<string, string | number>
  states?: States
  /** stock documents: the positions that follow are worked out when the moment comes */
  moves?: Move[]
  /** the address of the layout the data is in, where the system names it */
  schema?: string
  /** what the system's clock said, where it is not `at` */
  stamp?: number
}

export type SpanKindName = 'INTERNAL' | 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER'

/** A span as the OpenTelemetry SDK is to make it. Times in ms since the epoch. */
export type SpanPlan = {
  traceId: string
  spanId: string
  /** W3C traceparent of the parent; undefined for a root */
  parent: string | undefined
  service: string
  plant: string
  flow: string
  key: string
  name: string
  kind: SpanKindName
  start: number
  end: number
  peer?: string | undefined
  /** what a call over HTTP was answered with */
  http?: number | undefined
  /** status message and exception of a span that failed */
  error?: { type: string; message: string } | undefined
}

/** A CloudEvent in its JSON format. */
export type CloudEventJson = {
  specversion: '1.0'
  id: string
  source: string
  type: string
  subject?: string
  time: string
  plant?: string
  partner?: string
  traceparent?: string
  dataschema?: string
  datacontenttype?: string
  data?: { [fact: string]: unknown; states?: States }
}

export const faultKinds = [
  'lost_message',
  'duplicate_posting',
  'wrong_unit',
  'wrong_sign',
  'stale_price',
  'delayed_edge',
  'cancelled_but_picked',
  'shipped_not_billed',
  'clock_skew',
  'stuck_interface',
  'unknown_item',
  'late_master',
  'mistyped_master',
  'partial_posting',
  'lost_release',
  'supplier_overcharge',
  'lost_transfer',
  'physical_loss',
  'back_dated',
  'unmapped_code',
] as const
export type FaultKind = (typeof faultKinds)[number]

/** What a check must find because of a fault, from when the grace has ended until people have mended it. */
export type Expected = {
  check: string
  plant: string
  key: string
  class: string
  visible_at: string
  corrected_at: string | null
  /** what it is worth in the plant's currency, where the simulated company knows */
  amount?: string
}

/** A line of the truth file: one fault, as it was injected. Only tests read it. */
export type TruthLine = {
  id: string
  kind: FaultKind
  plant: string
  injected_at: string
  /** when all that is expected must be open */
  visible_at: string
  corrected_at: string | null
  expected: Expected[]
  /** ids of events that must be in quarantine */
  quarantined: string[]
}

/** The W3C header of a span. */
export const traceparentOf = (span: { traceId: string; spanId: string }): string =>
  `00-${span.traceId}-${span.spanId}-01`

export const iso = (at: number): string => new Date(at).toISOString()
export const second = 1_000
export const minute = 60_000
export const hour = 3_600_000
