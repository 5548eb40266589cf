import { encodeOfficial, writeOfficialJson } from '../support/otlp-official.ts'

export type Seed = { path: string; type: string; signal: 'traces' | 'metrics' | 'events'; isJson: boolean }

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const ids = (number: number, index: number) => {
  const traceId = Buffer.alloc(16, 7)
  traceId.writeUInt32BE(number, 0)
  const spanId = Buffer.alloc(8, 9)
  spanId.writeUInt32BE(index + 1, 0)
  return { traceId, spanId }
}

/** A trace request with every kind of value, an event, a link; no two numbers give the same. */
export function traceRequest(number: number) {
  const start = BigInt(Date.now() - 1000) * 1_000_000n
  const values = [
    { stringValue: 'Grüße "x"' },
    { boolValue: true },
    { intValue: '-9007199254740993' },
    { doubleValue: 0.1 },
    { bytesValue: Buffer.from([0, 255]) },
  ]
  return {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'erp'), text('plumbline.plant', 'HAM')] },
        scopeSpans: [
          {
            scope: { name: 'torture', version: '1', attributes: [text('a', 'b')] },
            spans: [0, 1, 2].map((index) => ({
              ...ids(number, index),
              parentSpanId: Buffer.alloc(8, 3),
              traceState: 'a=b',
              name: `span ${number}`,
              kind: 1 + index,
              startTimeUnixNano: String(start),
              endTimeUnixNano: String(start + 5_000_000n),
              attributes: [
                text('plumbline.key', `SO-${number}`),
                ...values.map((value, place) => ({ key: `v${place}`, value })),
                { key: 'list', value: { arrayValue: { values: [...values, { arrayValue: { values } }] } } },
                { key: 'pairs', value: { kvlistValue: { values: [{ key: 'k', value: values[2] }] } } },
              ],
              events: [{ timeUnixNano: String(start + 1n), name: 'step', attributes: [text('e', 'f')] }],
              links: [{ ...ids(number, 9), attributes: [text('l', 'm')] }],
              status: { code: index, message: 'said' },
              flags: 257,
            })),
          },
        ],
      },
    ],
  }
}

/** A metrics request with a gauge, a sum and a histogram. */
export function metricsRequest(number: number) {
  const timeUnixNano = String(BigInt(Date.now()) * 1_000_000n + BigInt(number))
  const attributes = [text('queue', `q ${number}`), { key: 'n', value: { intValue: String(number) } }]
  return {
    resourceMetrics: [
      {
        resource: { attributes: [text('service.name', 'queue')] },
        scopeMetrics: [
          {
            scope: { name: 'torture' },
            metrics: [
              {
                name: 'depth',
                unit: '1',
                gauge: { dataPoints: [{ timeUnixNano, asDouble: 1.5, attributes }] },
              },
              {
                name: 'sent',
                sum: {
                  isMonotonic: true,
                  aggregationTemporality: 2,
                  dataPoints: [{ startTimeUnixNano: '1', timeUnixNano, asInt: String(number), attributes }],
                },
              },
              {
                name: 'took',
                histogram: { dataPoints: [{ timeUnixNano, count: '1', bucketCounts: ['1'] }] },
              },
            ],
          },
        ],
      },
    ],
  }
}

/** A batch of events, each with a state. */
export const eventBatch = (number: number, size = 2) =>
  Array.from({ length: size }, (_, index) => ({
    specversion: '1.0',
    id: `e-${number}-${index}`,
    source: 'wms',
    type: 'stock.moved',
    subject: `M-${number}-${index}`,
    time: '2026-01-05T08:00:00Z',
    plant: 'HAM',
    data: {
      states: {
        stock_movements: [
          { movement_no: `M-${number}-${index}`, ref: 'R', location: 'A', item: 'I', quantity: '1' },
        ],
      },
    },
  }))

const protobuf = 'application/x-protobuf'
const json = 'application/json'
/** Sound requests of every kind, to be mutated. */
export const seeds: ((number: number) => Seed & { body: Uint8Array })[] = [
  (number) => ({
    path: '/v1/traces',
    type: protobuf,
    signal: 'traces',
    isJson: false,
    body: encodeOfficial('ExportTraceServiceRequest', traceRequest(number)),
  }),
  (number) => ({
    path: '/v1/metrics',
    type: protobuf,
    signal: 'metrics',
    isJson: false,
    body: encodeOfficial('ExportMetricsServiceRequest', metricsRequest(number)),
  }),
  (number) => ({
    path: '/v1/traces',
    type: json,
    signal: 'traces',
    isJson: true,
    body: Buffer.from(writeOfficialJson(traceRequest(number))),
  }),
  (number) => ({
    path: '/v1/metrics',
    type: json,
    signal: 'metrics',
    isJson: true,
    body: Buffer.from(writeOfficialJson(metricsRequest(number))),
  }),
  (number) => ({
    path: '/v1/events',
    type: 'application/cloudevents-batch+json',
    signal: 'events',
    isJson: true,
    body: Buffer.from(JSON.stringify(eventBatch(number))),
  }),
]
