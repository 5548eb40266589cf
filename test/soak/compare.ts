import { setTimeout as sleep } from 'node:timers/promises'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'
import { pointService } from './load.ts'

/** What was acknowledged of everything that is counted. */
export type Acknowledged = {
  spans: number
  events: number
  points: number
  /** of the spans, those that cross a boundary */
  calls: number
  /** of the orders, those that CRM and ERP state differently */
  differing: number
}
export type Compared = { what: string; acknowledged: number; stored: number }

/** Ids of so many spans are in memory at once, while they are counted exactly. */
const spansPerCount = 4_000_000
const own = "service != 'plumbline'"

/**
 * Lets the check compare every key as of a moment that all sides have told of, and counts what it found in all plants.
 * @throws Error when a run is not complete, or knows nothing of that moment for a minute
 */
export async function judgeAll(url: string, told: Date): Promise<number> {
  for (let tries = 0; tries < 60; tries++) {
    const answer = await fetch(`${url}/api/checks/order_lines/runs`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ full: true }),
    })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`the last run was answered ${answer.status}: ${text.slice(0, 200)}`)
    const { runs } = JSON.parse(text) as { runs: RunRow[] }
    const wrong = runs.find(({ outcome, held }) => outcome !== 'ok' || held > 0)
    if (wrong) throw new Error(`the last run of ${wrong.plant} is ${wrong.outcome}: ${wrong.reason}`)
    if (runs.every(({ clock }) => Date.parse(clock ?? '') >= told.getTime()))
      return runs.reduce((sum, { variances }) => sum + variances, 0)
    await sleep(1_000)
  }
  throw new Error(`no run judges as of ${told.toISOString()}`)
}

/** Counts what is in the store of a product that has ended, beside what was acknowledged. */
export async function compareStore(
  dataFolder: string,
  sent: Acknowledged,
  found: number,
): Promise<Compared[]> {
  const store = await openStore({ dataFolder })
  try {
    const count = (sql: string) => countRows(store, sql)
    const { ids, traces } = await countIds(store, sent.spans)
    const rows = (what: string, acknowledged: number, stored: number) => ({ what, acknowledged, stored })
    const ofEvents = "type IN ('order.sold', 'order.accepted')"
    return [
      rows('spans, as rows', sent.spans, await count(`SELECT count() AS count FROM otel_spans WHERE ${own}`)),
      rows('spans, by their ids', sent.spans, ids),
      // sums never collapse: what was loaded twice is seen here for ever
      rows(
        'calls in the sums by minute',
        sent.calls,
        await count(`SELECT sum(calls) AS count FROM span_latency_1m WHERE ${own}`),
      ),
      rows(
        'traces in the key index',
        traces,
        await count(
          'SELECT count() AS count FROM (SELECT key, trace_id FROM key_index GROUP BY key, trace_id)',
        ),
      ),
      rows(
        'events, as rows',
        sent.events,
        await count(`SELECT count() AS count FROM business_events WHERE ${ofEvents}`),
      ),
      rows(
        'events received',
        sent.events,
        await count(`SELECT count() AS count FROM event_receipts WHERE ${ofEvents}`),
      ),
      rows('states', sent.events, await count('SELECT count() AS count FROM order_lines FINAL')),
      rows(
        'points',
        sent.points,
        await count(`SELECT count() AS count FROM measurements WHERE service = '${pointService}'`),
      ),
      rows('messages in quarantine', 0, await count('SELECT count() AS count FROM quarantine')),
      rows('orders that differ', sent.differing, found),
    ]
  } finally {
    await store.close()
  }
}

/** Different spans, and different traces, piece by piece: all their ids at once would be gigabytes. */
async function countIds(store: Store, spans: number): Promise<{ ids: number; traces: number }> {
  const pieces = Math.ceil(spans / spansPerCount) || 1
  let [ids, traces] = [0, 0]
  for (let piece = 0; piece < pieces; piece++) {
    const [row] = await store.rows<{ ids: string; traces: string }>(
      `SELECT uniqExact(trace_id, span_id) AS ids, uniqExactIf((key, trace_id), key != '') AS traces
       FROM otel_spans WHERE ${own} AND cityHash64(trace_id) % {pieces:UInt64} = {piece:UInt64}`,
      { pieces, piece },
    )
    ids += Number(row?.ids)
    traces += Number(row?.traces)
  }
  return { ids, traces }
}

async function countRows(store: Store, sql: string): Promise<number> {
  const [row] = await store.rows<{ count: string }>(sql)
  return Number(row?.count)
}
