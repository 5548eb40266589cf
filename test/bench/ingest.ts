import { serve } from '@hono/node-server'
import { encodeJsonTraces } from '../../collectors/http/otlp-json.ts'
import { openIngest } from '../support/ingest.ts'
import { scenarioEstate } from '../support/scenario.ts'
import type { Figure } from './table.ts'

const spansPerRequest = 500
const eventsPerRequest = 500
const requests = 120
const senders = 8

/** Acknowledged and stored per second over real HTTP, beside a collector that inserts each request by itself. */
export async function measureIngest(): Promise<Figure[]> {
  const ingest = await openIngest(scenarioEstate())
  const server = serve({ fetch: ingest.app.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  const traces = {
    path: '/v1/traces',
    type: 'application/x-protobuf',
    body: encodeJsonTraces(JSON.stringify(traceRequest())),
  }
  const events = {
    path: '/v1/events',
    type: 'application/cloudevents-batch+json',
    body: JSON.stringify(Array.from({ length: eventsPerRequest }, (_, index) => event(index))),
  }

  const figures: Figure[] = []
  for (const [name, kind, perRequest] of [
    ['spans', traces, spansPerRequest],
    ['events', events, eventsPerRequest],
  ] as const) {
    const send = async () => {
      const answer = await fetch(url + kind.path, {
        method: 'POST',
        body: kind.body as BodyInit,
        headers: { 'content-type': kind.type },
      })
      if (!answer.ok) throw new Error(`${kind.path} answered ${answer.status}`)
      await answer.arrayBuffer()
    }
    await send()
    await ingest.loader.drain()
    const started = performance.now()
    await inParallel(requests, senders, send)
    const acknowledged = (requests * perRequest) / ((performance.now() - started) / 1000)
    await ingest.loader.drain()
    const stored = (requests * perRequest) / ((performance.now() - started) / 1000)

    // the baseline: no spool, one insert a request, answered when the engine has it
    const lone = Math.round(requests / 8)
    const before = performance.now()
    for (let index = 0; index < lone; index++) {
      await send()
      await ingest.loader.drain()
    }
    const single = (lone * perRequest) / ((performance.now() - before) / 1000)
    const baseline = 'one insert per request'
    figures.push({
      what: `${name} acknowledged, on disk`,
      unit: `${name}/s`,
      ours: acknowledged,
      baseline,
      theirs: single,
      isHigherBetter: true,
    })
    figures.push({
      what: `${name} acknowledged and in the engine`,
      unit: `${name}/s`,
      ours: stored,
      baseline,
      theirs: single,
      isHigherBetter: true,
    })
  }
  await new Promise((resolve) => server.close(resolve))
  await ingest.close()
  return figures
}

async function inParallel(count: number, lanes: number, work: () => Promise<void>): Promise<void> {
  let left = count
  await Promise.all(
    Array.from({ length: lanes }, async () => {
      while (left-- > 0) await work()
    }),
  )
}

/** Spans as middleware writes them: some twenty attributes, about 800 bytes each. */
function traceRequest() {
  const now = BigInt(Date.now()) * 1_000_000n
  const attributes = Array.from({ length: 18 }, (_, index) => ({
    key: `http.request.header.x-attribute-${index}`,
    value: { stringValue: `value of attribute ${index}` },
  }))
  const spans = Array.from({ length: spansPerRequest }, (_, index) => ({
    traceId: (index + 1).toString(16).padStart(32, 'a'),
    spanId: (index + 1).toString(16).padStart(16, 'b'),
    name: 'POST /goods-movements',
    kind: 2,
    startTimeUnixNano: String(now + BigInt(index)),
    endTimeUnixNano: String(now + 5_000_000n),
    attributes: [
      { key: 'plumbline.plant', value: { stringValue: 'HAM' } },
      { key: 'plumbline.key', value: { stringValue: `SO-${index}` } },
      ...attributes,
    ],
  }))
  return {
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'erp' } }] },
        scopeSpans: [{ scope: { name: 'bench' }, spans }],
      },
    ],
  }
}

const event = (index: number) => ({
  specversion: '1.0',
  id: `e${index}`,
  source: 'erp',
  type: 'order.accepted',
  subject: `SO-${index}`,
  time: new Date().toISOString(),
  plant: 'HAM',
  data: {
    states: {
      order_lines: [
        {
          order_type: 'sales',
          order_no: `SO-${index}`,
          line_no: '10',
          item: 'DX-40',
          quantity: '5',
          unit: 'PCE',
          unit_price: '712.00',
          currency: 'EUR',
          status: 'open',
        },
      ],
    },
  },
})
