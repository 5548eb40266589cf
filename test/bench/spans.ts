import { createHash } from 'node:crypto'

const services = ['erp', 'wms', 'crm', 'hub', 'tms', 'edi', 'mes', 'portal']
const plants = ['HAM', 'LYO', 'GDN', 'PUE', 'CLE', 'NGO']
const operations = [
  'POST /goods-movements',
  'GET /orders/{id}',
  'process goods_issue',
  'publish order.accepted',
  'SELECT order_lines',
  'confirm shipment',
  'post invoice',
  'reserve stock',
]

/** A repeatable source of chance: a number from 0 up to `below`. */
export function createChance(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const whole = (key: string, intValue: number) => ({ key, value: { intValue: String(intValue) } })
const hexOf = (length: number, ...parts: unknown[]) =>
  createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, length)

const spansPerTrace = 8
/** How every trace id begins, in hex. */
export const traceMark = 'f0f1'

/**
 * Trace requests as exporters of several services send them, in the JSON encoding: each holds the spans one service had
 * in many traces; the spans of a trace lie within seconds and carry one business key. About twenty attributes a span,
 * ten of the resource, some 800 bytes in protobuf. Always the same for the same seed and `now`.
 */
export function makeTraceRequests(seed: number, traces: number, now = Date.now()) {
  const chance = createChance(seed)
  const spansOf = new Map<string, object[]>()
  for (let trace = 0; trace < traces; trace++) {
    const plant = plants[chance(plants.length)] as string
    const story = {
      seed,
      trace,
      plant,
      order: `SO-${4_711_000 + chance(400_000)}`,
      start: now - chance(300_000),
      bytes: 400 + chance(900),
    }
    for (let index = 0; index < spansPerTrace; index++) {
      const service = services[(trace + (index >> 1)) % services.length] as string
      const place = `${service} ${plant}`
      const list = spansOf.get(place) ?? []
      list.push(makeSpan(story, index, chance))
      spansOf.set(place, list)
    }
  }
  return [...spansOf].map(([place, spans]) => {
    const [service = '', plant = ''] = place.split(' ')
    return makeRequest(service, plant, spans)
  })
}

function makeRequest(service: string, plant: string, spans: object[]) {
  return {
    resourceSpans: [
      {
        resource: {
          attributes: [
            text('service.name', service),
            text('service.namespace', 'order-to-cash'),
            text('service.version', '4.18.2'),
            text('service.instance.id', hexOf(32, service, plant)),
            text('deployment.environment.name', 'production'),
            text('host.name', `${service}-1.${plant.toLowerCase()}.example`),
            text('k8s.pod.name', `${service}-7d9f8b6c5-${hexOf(5, service, plant)}`),
            text('telemetry.sdk.name', 'opentelemetry'),
            text('telemetry.sdk.language', 'java'),
            text('telemetry.sdk.version', '1.58.0'),
          ],
        },
        scopeSpans: [{ scope: { name: 'io.opentelemetry.camel', version: '2.20.1' }, spans }],
      },
    ],
  }
}

/** Microseconds: each operation around a mean of its own, now and then much slower. */
function durationOf(index: number, chance: (below: number) => number): number {
  const spread = (chance(1000) + chance(1000) + chance(1000)) / 1500 - 1
  return Math.floor(2_000 * (index + 1) * Math.exp(spread * (chance(50) === 0 ? 4 : 0.7)))
}

type Story = { seed: number; trace: number; plant: string; order: string; start: number; bytes: number }

function makeSpan(
  { seed, trace, plant, order, start, bytes }: Story,
  index: number,
  chance: (below: number) => number,
) {
  const operation = operations[index] as string
  const isError = chance(100) === 0
  const thread = chance(16)
  const from = BigInt(start + index * 120 + chance(90)) * 1_000_000n + BigInt(chance(1_000)) * 1_000n
  const attributes = [
    text('plumbline.plant', plant),
    text('plumbline.flow', 'order-to-cash'),
    text('plumbline.key', order),
    text('http.request.method', operation.startsWith('GET') ? 'GET' : 'POST'),
    text('url.path', `/api/v2/orders/${order}`),
    text('url.scheme', 'https'),
    whole('http.response.status_code', isError ? 500 : 200),
    text('server.address', `${services[(trace + (index >> 1) + 1) % services.length]}.internal`),
    whole('server.port', 8443),
    text('network.protocol.version', '1.1'),
    text('client.address', `10.0.${chance(2)}.${chance(12)}`),
    text('user_agent.original', 'Apache-HttpClient/5.3 (Java/21.0.4)'),
    text('code.function.name', `com.example.orders.${operation.replace(/\W+/g, '')}Route.process`),
    text('messaging.system', 'jms'),
    text('messaging.destination.name', `plant.${plant.toLowerCase()}.goods-issue`),
    whole('messaging.message.body.size', bytes + chance(40)),
    text('thread.name', `camel-${thread}`),
    whole('thread.id', 40 + thread),
    { key: 'plumbline.retry', value: { boolValue: chance(20) === 0 } },
    { key: 'plumbline.lines', value: { doubleValue: 1 + chance(12) / 2 } },
  ]
  if (index === 3) attributes.push(text('messaging.message.id', `ID:414d5120514d5f${hexOf(16, seed, trace)}`))
  return {
    // a fixed beginning, by which a sender finds the ids of an encoded request to change them
    traceId: `${traceMark}${hexOf(28, seed, trace)}`,
    spanId: hexOf(16, seed, trace, index),
    parentSpanId: index === 0 ? '' : hexOf(16, seed, trace, index - 1),
    name: operation,
    kind: 1 + (index % 5),
    startTimeUnixNano: String(from),
    endTimeUnixNano: String(from + BigInt(durationOf(index, chance)) * 1_000n),
    attributes,
    events: isError
      ? [
          {
            timeUnixNano: String(from + 1_000n),
            name: 'exception',
            attributes: [
              text('exception.type', 'ApplicationError'),
              text('exception.message', `51 Application document not posted for ${order}`),
            ],
          },
        ]
      : [],
    status: isError ? { code: 2, message: 'not posted' } : {},
  }
}
