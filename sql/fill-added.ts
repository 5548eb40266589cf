import { markAllRepeats } from './repeats.ts'
import type { Store } from './store.ts'

/** Columns, and then projections, are made of the rows of parts from before; what is read meanwhile is right without. */
const columns = [
  ['passages', 'latency_class'],
  ['event_receipts', 'id_hash'],
  ['event_receipts', 'lag_s'],
  ['otel_spans', 'peer'],
]
const indexes = [
  ['event_receipts', 'ix_load'],
  ['runs', 'ix_started'],
]
const projections = [
  ['passages', 'by_hour'],
  ['passages', 'by_way'],
  ['passages', 'by_leaving'],
  ['passages', 'by_partner'],
  ['event_receipts', 'by_hour'],
  ['event_receipts', 'by_partner'],
  ['span_latency_1m', 'by_hour'],
]

const seen =
  'INSERT INTO services_seen (service, last_at) SELECT service, max(ts) FROM otel_spans GROUP BY service'

const samples = `INSERT INTO span_samples (level, plant, flow, ts, trace_id, span_id, parent_span_id, service, peer, kind, status, duration_ns, linked, received_at)
SELECT arrayMax(id -> toUInt8(bitCount(bitXor(cityHash64(id), cityHash64(id) - 1)) - 1), ids) AS level,
  plant, flow, ts, trace_id, span_id, parent_span_id, service, peer, kind, status, duration_ns, arrayZip(links.trace_id, links.span_id) AS linked, received_at
FROM (SELECT *, peer, arrayConcat([trace_id], if(kind IN ('SERVER', 'CONSUMER'), links.trace_id, [])) AS ids FROM otel_spans
  WHERE toDate(received_at) = {day:Date} AND kind IN ('SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'))
WHERE arrayExists(id -> bitAnd(cityHash64(id), 7) = 0, ids)`

const newestRuns = `INSERT INTO latest_runs
SELECT *, toUInt64(run) AS number FROM runs WHERE kind != 'as_of' ORDER BY number DESC LIMIT 1 BY check, plant`

/**
 * Fills what this schema has more than the one a store was made with, before anything is loaded. What is not a part of the
 * rows themselves is filled here and now, from nothing: it may have been cut short before.
 */
export async function fillAdded(store: Store): Promise<void> {
  const run = (sql: string, params = {}, token?: string) =>
    store.command(sql, params, {
      lane: 'load',
      // two places may do so at once: what one has put in, the other finds
      ...(token ? { settings: { insert_deduplication_token: token } } : {}),
    })
  for (const table of ['services_seen', 'span_samples', 'receipts_again', 'latest_runs'])
    await run(`TRUNCATE TABLE ${table}`)
  await run(seen)
  await run(newestRuns)
  const days = await store.rows<{ day: string }>(
    'SELECT DISTINCT toString(toDate(received_at)) AS day FROM otel_spans',
    {},
    { lane: 'load' },
  )
  for (const { day } of days) await run(samples, { day }, `fill-${day}`)
  await markAllRepeats(store)
  for (const [table, column] of columns) await run(`ALTER TABLE ${table} MATERIALIZE COLUMN ${column}`)
  for (const [table, index] of indexes) await run(`ALTER TABLE ${table} MATERIALIZE INDEX ${index}`)
  for (const [table, projection] of projections)
    await run(`ALTER TABLE ${table} MATERIALIZE PROJECTION ${projection}`)
}
