import { goodOrder } from '../support/contract-estate.ts'
import { encodeOfficial, writeOfficialJson } from '../support/otlp-official.ts'
import { eventBatch } from './seeds.ts'

/** How many spans, points or events are in a request. */
export const perRequest = 20
/** What a table holds of a request: its rows, as they lie there, and how many of its own ids they have. */
export type Stored = { request: number; rows: number; ids: number }
export type Kind = {
  path: string
  type: string
  /** The same body again within a lifetime is one */
  isResendable: boolean
  write(request: number): string | Uint8Array
  /** By table: its rows by request */
  stored: Record<string, string>
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const nested = [
  text('text', 'Grüße'),
  {
    key: 'list',
    value: { arrayValue: { values: [{ intValue: '1' }, { arrayValue: { values: [{ boolValue: true }] } }] } },
  },
]

/**
 * Spans of a request under a service of its own, each with a business key, all crossing a boundary; as many as are bad
 * have no trace.
 */
function spans(service: string, request: number, bad = 0) {
  const start = BigInt(Date.now()) * 1_000_000n
  const id = (length: number, last: number) => {
    const bytes = Buffer.alloc(length, service.charCodeAt(0))
    bytes.writeUInt32BE(request, 0)
    bytes.writeUInt32BE(last, length - 4)
    return bytes
  }
  return {
    resourceSpans: [
      {
        resource: {
          attributes: [text('service.name', `${service}-${request}`), text('plumbline.plant', 'HAM')],
        },
        scopeSpans: [
          {
            spans: Array.from({ length: perRequest + bad }, (_, index) => ({
              traceId: index < perRequest ? id(16, Math.floor(index / 4)) : Buffer.alloc(16),
              spanId: id(8, index + 1),
              name: 'move stock',
              kind: 2 + (index % 4),
              startTimeUnixNano: String(start + BigInt(index)),
              endTimeUnixNano: String(start + BigInt(index) * 1_000_000n),
              attributes: [text('plumbline.key', `${service}-${request}-${index}`), ...nested],
              events: [{ timeUnixNano: String(start), name: 'step' }],
            })),
          },
        ],
      },
    ],
  }
}

function points(service: string, request: number) {
  const now = BigInt(Date.now()) * 1_000_000n
  return {
    resourceMetrics: [
      {
        resource: { attributes: [text('service.name', `${service}-${request}`)] },
        scopeMetrics: [
          {
            metrics: [
              {
                name: 'depth',
                gauge: {
                  dataPoints: Array.from({ length: perRequest }, (_, index) => ({
                    timeUnixNano: String(now + BigInt(index)),
                    asInt: String(index),
                    attributes: [text('queue', String(index))],
                  })),
                },
              },
            ],
          },
        ],
      },
    ],
  }
}

const request = (column: string) => `toUInt32(splitByChar('-', toString(${column}))[2]) AS request`
const counts = (ids: string) => `toUInt32(count()) AS rows, toUInt32(uniqExact(${ids})) AS ids`
const ofSpans = (service: string) => ({
  [`otel_spans of ${service}`]: `SELECT ${request('service')}, ${counts('trace_id, span_id')} FROM otel_spans WHERE startsWith(service, '${service}-') GROUP BY request`,
  // sums never collapse: a request loaded twice is seen here for ever
  [`span_latency_1m of ${service}`]: `SELECT ${request('service')}, toUInt32(sum(calls)) AS rows, toUInt32(sum(calls)) AS ids FROM span_latency_1m WHERE startsWith(service, '${service}-') GROUP BY request`,
  [`key_index of ${service}`]: `SELECT ${request('key')}, ${counts('key, trace_id')} FROM key_index FINAL WHERE startsWith(key, '${service}-') GROUP BY request`,
})
const ofPoints = (service: string) => ({
  [`measurements of ${service}`]: `SELECT ${request('service')}, ${counts('attributes')} FROM measurements WHERE startsWith(service, '${service}-') GROUP BY request`,
})

/** Events that name items which they state themselves, as the contract of their type asks. */
const references = (request: number) =>
  Array.from({ length: perRequest }, (_, index) => ({
    specversion: '1.0',
    id: `r-${request}-${index}`,
    source: 'erp',
    type: 'order.accepted',
    subject: `R-${request}-${index}`,
    time: '2026-01-05T08:00:00Z',
    plant: 'HAM',
    data: {
      states: {
        items: [{ item: `I-${request}-${index}` }],
        order_lines: [
          {
            order_type: 'sales',
            order_no: `R-${request}-${index}`,
            line_no: '10',
            item: `I-${request}-${index}`,
            quantity: '1',
            unit: 'PCE',
            unit_price: '1',
          },
        ],
      },
    },
  }))

/**
 * Events of a flow. Two requests, often of two processes, speak of the same keys at times of their own: what one load
 * says of a passage the next one changes.
 */
const begun = Date.now()
const ofFlow = (request: number) =>
  Array.from({ length: perRequest }, (_, index) => ({
    specversion: '1.0',
    id: `f-${request}-${index}`,
    source: 'crm',
    type: 'order.created',
    subject: `SO-${Math.floor(request / 2)}${String(index).padStart(2, '0')}`,
    time: new Date(begun - 60_000 * (1 + (request % 7))).toISOString(),
    plant: 'HAM',
    partner: `C-${request % 3}`,
    data: {
      ...goodOrder(),
      states: {
        order_lines: goodOrder().states.order_lines.map((line) => ({
          ...line,
          order_no: `F-${request}-${index}`,
        })),
      },
    },
  }))

/** The mixed load: every way in over HTTP, in every encoding. */
export const kinds = {
  spans: {
    path: '/v1/traces',
    type: 'application/x-protobuf',
    isResendable: true,
    write: (own) => encodeOfficial('ExportTraceServiceRequest', spans('binary', own)),
    stored: ofSpans('binary'),
  },
  spansAsJson: {
    path: '/v1/traces',
    type: 'application/json',
    isResendable: true,
    write: (own) => writeOfficialJson(spans('text', own)),
    stored: ofSpans('text'),
  },
  spansAmongBad: {
    path: '/v1/traces',
    type: 'application/x-protobuf',
    isResendable: true,
    write: (own) => encodeOfficial('ExportTraceServiceRequest', spans('mixed', own, perRequest)),
    stored: {
      ...ofSpans('mixed'),
      // the id of a bad span begins with its request
      'quarantine of mixed': `SELECT reinterpretAsUInt32(reverse(unhex(substring(message_id, 34, 8)))) AS request, ${counts('message_id')} FROM quarantine FINAL WHERE kind = 'span' GROUP BY request`,
    },
  },
  points: {
    path: '/v1/metrics',
    type: 'application/x-protobuf',
    isResendable: true,
    write: (own) => encodeOfficial('ExportMetricsServiceRequest', points('binary', own)),
    stored: ofPoints('binary'),
  },
  pointsAsJson: {
    path: '/v1/metrics',
    type: 'application/json',
    isResendable: true,
    write: (own) => writeOfficialJson(points('text', own)),
    stored: ofPoints('text'),
  },
  events: {
    path: '/v1/events',
    type: 'application/cloudevents-batch+json',
    isResendable: false,
    write: (own) => JSON.stringify(eventBatch(own, perRequest)),
    stored: {
      business_events: `SELECT ${request('event_id')}, ${counts('event_id')} FROM business_events WHERE startsWith(event_id, 'e-') GROUP BY request`,
      stock_movements_log: `SELECT ${request('movement_no')}, ${counts('movement_no')} FROM stock_movements_log GROUP BY request`,
      stock_movements: `SELECT ${request('movement_no')}, ${counts('movement_no')} FROM stock_movements FINAL GROUP BY request`,
    },
  },
  eventsOfFlow: {
    path: '/v1/events',
    type: 'application/cloudevents-batch+json',
    isResendable: false,
    write: (own) => JSON.stringify(ofFlow(own)),
    stored: {
      'business_events of a flow': `SELECT ${request('event_id')}, ${counts('event_id')} FROM business_events WHERE startsWith(event_id, 'f-') GROUP BY request`,
    },
  },
  eventsWithReferences: {
    path: '/v1/events',
    type: 'application/cloudevents-batch+json',
    isResendable: false,
    write: (own) => JSON.stringify(references(own)),
    stored: {
      'business_events with references': `SELECT ${request('event_id')}, ${counts('event_id')} FROM business_events WHERE startsWith(event_id, 'r-') GROUP BY request`,
      order_lines_log: `SELECT ${request('order_no')}, ${counts('order_no')} FROM order_lines_log WHERE startsWith(order_no, 'R-') GROUP BY request`,
      items_log: `SELECT ${request('item')}, ${counts('item')} FROM items_log GROUP BY request`,
      order_lines: `SELECT ${request('order_no')}, ${counts('order_no')} FROM order_lines FINAL WHERE startsWith(order_no, 'R-') GROUP BY request`,
    },
  },
} satisfies Record<string, Kind>
export type KindName = keyof typeof kinds
