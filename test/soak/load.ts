import { makeEvent } from '../bench/events.ts'
import { rotate } from '../bench/ingest-spans.ts'
import type { Body } from '../bench/load.ts'
import { makeTraceRequests } from '../bench/spans.ts'
import { encodeOtlp } from '../support/otlp.ts'

/** What a request holds of what is counted at the end. */
export type SoakBody = Body & {
  /** spans that cross a boundary, which the sums of calls count */
  calls: number
  /** orders that CRM and ERP state with different quantities */
  differing: number
}
/** What keeps the senders of a kind going. */
export type Kind = 'spans' | 'events' | 'points'

/** Of so many orders one differs: a finding of the check, and not so many that a run holds them back. */
const ordersPerDifference = 2_000
const eventsPerRequest = 500
const pointsPerRequest = 100
/** Traces of eight spans each are made before; where fewer are sent, fewer are made. */
const mostTraces = 10_000
const tracesPerSeed = 2_500
const internal = 1
const types = { crm: 'order.sold', erp: 'order.accepted' } as const
/** The service that points are of. */
export const pointService = 'soak'

/** Requests of one kind, one after the other, each of new things; of so many things a second. */
export const bodiesOf: Record<Kind, (perSecond: number) => () => SoakBody> = {
  spans: makeSpanBodies,
  events: makeOrderBodies,
  points: makePointBodies,
}

function makeSpanBodies(perSecond: number): () => SoakBody {
  const pool: SoakBody[] = []
  const traces = Math.min(mostTraces, Math.ceil(perSecond / 2))
  for (let seed = 0; seed * tracesPerSeed < traces; seed++)
    for (const request of makeTraceRequests(seed, Math.min(tracesPerSeed, traces))) {
      const spans = request.resourceSpans.flatMap(({ scopeSpans }) =>
        scopeSpans.flatMap((scoped) => scoped.spans as { kind: number }[]),
      )
      pool.push({
        path: '/v1/traces',
        headers: { 'content-type': 'application/x-protobuf' },
        bytes: Buffer.from(encodeOtlp(request)),
        items: spans.length,
        calls: spans.filter(({ kind }) => kind !== internal).length,
        differing: 0,
      })
    }
  return rotate(pool)
}

/** Each order as the CRM and the ERP have it, in the same request. */
function makeOrderBodies(): () => SoakBody {
  let count = 0
  return () => {
    let differing = 0
    const events = Array.from({ length: eventsPerRequest }, () => {
      const index = count++
      const source = index % 2 ? 'crm' : 'erp'
      const event = makeEvent(index)
      const isDifferent = source === 'crm' && (index >> 1) % ordersPerDifference === 0
      if (isDifferent) differing++
      const { order_lines, ...states } = event.data.states
      return {
        ...event,
        source,
        type: types[source],
        data: {
          ...event.data,
          states: {
            ...states,
            order_lines: order_lines.map((line) => (isDifferent ? { ...line, quantity: '6' } : line)),
          },
        },
      }
    })
    return {
      path: '/v1/events',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      bytes: Buffer.from(JSON.stringify(events)),
      items: eventsPerRequest,
      calls: 0,
      differing,
    }
  }
}

/** Depths of queues, each point of a moment of its own. */
function makePointBodies(): () => SoakBody {
  let count = 0
  return () => {
    const now = BigInt(Date.now()) * 1_000_000n
    const request = {
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: pointService } }] },
          scopeMetrics: [
            {
              metrics: [
                {
                  name: 'messaging.queue.depth',
                  gauge: {
                    dataPoints: Array.from({ length: pointsPerRequest }, (_, index) => ({
                      // nobody measures twice in a nanosecond: no two are one point sent again
                      timeUnixNano: String(now + BigInt(count++ % 1_000_000)),
                      asInt: String(index),
                      attributes: [{ key: 'queue', value: { stringValue: `queue-${index}` } }],
                    })),
                  },
                },
              ],
            },
          ],
        },
      ],
    }
    return {
      path: '/v1/metrics',
      headers: { 'content-type': 'application/json' },
      bytes: Buffer.from(JSON.stringify(request)),
      items: pointsPerRequest,
      calls: 0,
      differing: 0,
    }
  }
}

/** Says of both systems, in every plant, that all up to a moment was told. */
export async function tellComplete(url: string, at: Date): Promise<void> {
  const events = ['crm', 'erp'].map((source) => ({
    specversion: '1.0',
    id: `complete-${source}-${at.getTime()}`,
    source,
    type: 'com.plumbline.watermark.v1',
    time: at.toISOString(),
  }))
  const answer = await fetch(`${url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  })
  const said = await answer.text()
  if (!answer.ok) throw new Error(`what is complete was answered ${answer.status}: ${said}`)
}
