import { gunzipSync } from 'node:zlib'
import { SpanKind, SpanStatusCode, TraceFlags } from '@opentelemetry/api'
import { OTLPMetricExporter as JsonMetrics } from '@opentelemetry/exporter-metrics-otlp-http'
import { OTLPMetricExporter as ProtobufMetrics } from '@opentelemetry/exporter-metrics-otlp-proto'
import { OTLPTraceExporter as JsonTraces } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufTraces } from '@opentelemetry/exporter-trace-otlp-proto'
import { core, metrics, resources, tracing } from '@opentelemetry/sdk-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Capture, type Ingest, listen, openIngest } from '../../support/ingest.ts'
import {
  decodeOfficial,
  type MessageName,
  type MetricsRequest,
  readOfficialJson,
  type TraceRequest,
} from '../../support/otlp-official.ts'
import {
  expectedPoints,
  expectedSpans,
  inOrder,
  pointsInOrder,
  storedPoints,
  storedSpans,
} from '../../support/otlp-oracle.ts'
import { scenarioEstate } from '../../support/scenario.ts'

// the SDK's own exporters over a real connection: what they put on the wire is decoded by the official messages, byte
// for byte, and held against the store
let ingest: Ingest
let door: Awaited<ReturnType<typeof listen>>
beforeAll(async () => {
  ingest = await openIngest(scenarioEstate())
  door = await listen(ingest)
})
afterAll(async () => {
  door.close()
  await ingest.close()
})

/** The request of a capture by the official messages. */
function decode<Message>(name: MessageName, { headers, body }: Capture): Message {
  const plain = headers.get('content-encoding') === 'gzip' ? gunzipSync(body) : Buffer.from(body)
  const isJson = headers.get('content-type') === 'application/json'
  return decodeOfficial(name, isJson ? readOfficialJson(name, plain.toString()) : plain)
}
const resource = (service: string) =>
  resources.resourceFromAttributes({
    'service.name': service,
    'plumbline.plant': 'HAM',
    'process.pid': 4711,
    'process.ratio': 0.1,
    'service.tags': ['a', 'b/c"'],
    'host.virtual': false,
  })

const traceExporters = [
  ['JSON', 'none', JsonTraces],
  ['JSON', 'gzip', JsonTraces],
  ['protobuf', 'none', ProtobufTraces],
  ['protobuf', 'gzip', ProtobufTraces],
] as const
test.each(traceExporters)(
  'spans of the %s exporter (compression %s) are stored as they were sent',
  async (name, compression, Exporter) => {
    const service = `erp-${name}-${compression}`
    const exporter = new Exporter({ url: `${door.url}/v1/traces`, compression: compression as never })
    const outcomes: unknown[] = []
    const provider = new tracing.BasicTracerProvider({
      resource: resource(service),
      spanProcessors: [
        new tracing.BatchSpanProcessor({
          export: (spans, done) =>
            exporter.export(spans, (result) => {
              outcomes.push(result)
              done(result)
            }),
          shutdown: () => exporter.shutdown(),
        }),
      ],
      spanLimits: { eventCountLimit: 3, attributeCountLimit: 30 },
    })
    const tracer = provider.getTracer('goods', '1.2.3', {
      schemaUrl: 'https://opentelemetry.io/schemas/1.30.0',
    })
    const first = Date.now() - 5000
    for (let index = 0; index < 25; index++) {
      const span = tracer.startSpan(`post ${index}`, {
        kind: [SpanKind.INTERNAL, SpanKind.SERVER, SpanKind.CLIENT, SpanKind.PRODUCER, SpanKind.CONSUMER][
          index % 5
        ] as SpanKind,
        startTime: [Math.floor(first / 1000), 123_456_789 + index],
        attributes: {
          'plumbline.key': `SO-${index}`,
          'plumbline.flow': 'order_to_cash',
          'peer.service': 'wms',
          text: 'Grüße "x" 😀 \u2028',
        },
        links: [
          {
            context: {
              traceId: 'ab'.repeat(16),
              spanId: 'cd'.repeat(8),
              traceFlags: TraceFlags.SAMPLED,
              isRemote: true,
              traceState: new core.TraceState('vendor=1,other=2'),
            },
            attributes: { why: 'batch', n: index },
          },
        ],
      })
      // every kind of value the wire knows; the API's own types leave some of them out
      Object.assign((span as unknown as { attributes: object }).attributes, {
        yes: true,
        whole: 2 ** 53,
        negative: -(2 ** 31) - 1,
        real: 0.1 + 0.2,
        tiny: 5e-324,
        texts: ['a', 'b/c', ''],
        numbers: [1, 2.5, -3],
        flags: [true, false],
        raw: new Uint8Array([0, 1, 254, 255]),
        pairs: { inner: 'x', deeper: { list: [1, [2, 3]], raw: new Uint8Array([7]) } },
        mixed: ['a', 1, true, ['b']],
        none: undefined,
      })
      for (let event = 0; event < index % 6; event++)
        span.addEvent(`step ${event}`, { at: event, list: ['x', 'y'] }, [Math.floor(first / 1000) + 1, event])
      if (index % 3 === 0) span.recordException(new Error(`error ${index}`))
      span.setStatus({
        code: [SpanStatusCode.UNSET, SpanStatusCode.OK, SpanStatusCode.ERROR][index % 3] as SpanStatusCode,
        message: `said ${index}`,
      })
      span.end([Math.floor(first / 1000) + 2, index])
    }
    const before = door.captured.length
    await provider.forceFlush()
    await provider.shutdown()
    expect(outcomes).toEqual([{ code: core.ExportResultCode.SUCCESS }])
    const captured = door.captured.slice(before)
    expect(
      captured.map(({ path, headers }) => [
        path,
        headers.get('content-type'),
        headers.get('content-encoding') ?? 'none',
      ]),
    ).toEqual([['/v1/traces', name === 'JSON' ? 'application/json' : 'application/x-protobuf', compression]])
    const sent = captured.flatMap((capture) =>
      expectedSpans(decode<TraceRequest>('ExportTraceServiceRequest', capture)),
    )
    expect(sent).toHaveLength(25)
    expect(new Set(sent.flatMap((span) => [...span.attribute_types]))).toEqual(
      new Set(['1', '2', '3', '4', '5', '6', '7', '0']),
    )
    expect(sent.some((span) => span.dropped[1] !== 0)).toBe(true)
    await ingest.loader.drain()
    expect(await storedSpans(ingest.store, 'service = {service:String}', { service })).toEqual(inOrder(sent))
    // and in the rollup: a call for each span that crosses a boundary, by the peer it went to
    const calls = await ingest.store.rows<{ kind: string; peer: string; calls: number; errors: number }>(
      'SELECT kind, peer, toUInt32(sum(calls)) AS calls, toUInt32(sum(errors)) AS errors FROM span_latency_1m WHERE service = {service:String} GROUP BY kind, peer ORDER BY kind',
      { service },
    )
    expect(calls).toEqual(
      ['SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'].map((kind) => {
        const spans = sent.filter((span) => span.kind === kind)
        return {
          kind,
          peer: 'wms',
          calls: spans.length,
          errors: spans.filter((span) => span.status === 'ERROR').length,
        }
      }),
    )
  },
)

const metricExporters = [
  ['JSON', JsonMetrics],
  ['protobuf', ProtobufMetrics],
] as const
test.each(metricExporters)(
  'points of the %s exporter are stored as they were sent; a histogram is counted back',
  async (name, Exporter) => {
    const service = `queue-${name}`
    const reader = new metrics.PeriodicExportingMetricReader({
      exporter: new Exporter({ url: `${door.url}/v1/metrics` }),
      exportIntervalMillis: 600_000,
    })
    const provider = new metrics.MeterProvider({ resource: resource(service), readers: [reader] })
    const meter = provider.getMeter('queues', '2')
    meter.createCounter('sent', { unit: '{message}' }).add(3, { queue: 'a/b' })
    meter.createUpDownCounter('depth').add(-2.5, { queue: 'c', n: 7, list: ['x'] })
    meter.createGauge('age', { unit: 's' }).record(12.75, { queue: 'c' })
    meter.createObservableGauge('disk').addCallback((result) => result.observe(0.1, { host: 'h' }))
    meter.createHistogram('latency').record(5)
    const before = door.captured.length
    await provider.forceFlush()
    await provider.shutdown()
    const captured = door.captured.slice(before)
    expect(captured.length).toBeGreaterThan(0)
    const sent = captured.flatMap((capture) =>
      expectedPoints(decode<MetricsRequest>('ExportMetricsServiceRequest', capture)),
    )
    expect(sent.map((point) => point.name)).toEqual(expect.arrayContaining(['sent', 'depth', 'age', 'disk']))
    await ingest.loader.drain()
    expect(await storedPoints(ingest.store, 'service = {service:String}', { service })).toEqual(
      pointsInOrder(sent),
    )
    // the histogram's point, told to whoever sends the same bytes again
    const [again] = captured
    const answer = await fetch(`${door.url}/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': again?.headers.get('content-type') ?? '' },
      body: again?.body as BodyInit,
    })
    expect(answer.status).toBe(200)
    expect(Buffer.from(await answer.arrayBuffer()).toString()).toContain('histograms')
  },
)
