import { wholeHours } from '../../server/api/whole-hours.ts'
import { openStore } from '../../sql/open.ts'
import type { Params, Store } from '../../sql/store.ts'
import { collectorIndexes, collectorTable, fillCollectorTable } from './collector-table.ts'
import { printTable, quantile, write } from './table.ts'

const rounds = 7
const hourMs = 3_600_000

type Question = {
  title: string
  ours: (store: Store) => Promise<unknown[]>
  /** The same of the Collector's tables. */
  theirs: string
  params?: Params
}

/**
 * The same questions asked of our tables, as pages ask them, and of the OpenTelemetry Collector's default ClickHouse schema
 * with its indexes, filled with the same spans. Where only classes are kept, ours answers within 1 %; theirs samples.
 */
export async function compareCollector(folder: string): Promise<void> {
  const store = await openStore({ dataFolder: folder })
  try {
    await makeTables(store)
    const rows: string[][] = []
    for (const { title, ours, theirs, params = {} } of await listQuestions(store)) {
      const own = await time(() => ours(store))
      const other = await time(() => store.rows(theirs, params))
      rows.push([title, write(own), write(other), `${(other / own).toFixed(1)}×`])
      console.error(rows.at(-1)?.join(' | '))
    }
    printTable(
      ['asked of 12 million spans', 'ours, p50 ms', 'the Collector’s default schema', 'times as long'],
      rows,
    )
  } finally {
    await store.close()
  }
}

async function makeTables(store: Store): Promise<void> {
  const lane = 'load'
  const [made] = await store.rows(
    "SELECT 1 FROM system.tables WHERE database = currentDatabase() AND name = 'otel_traces'",
  )
  if (made) return
  for (const statement of [collectorTable, ...collectorIndexes]) await store.command(statement, {}, { lane })
  const days = await store.rows<{ day: string }>(
    'SELECT DISTINCT toString(toDate(received_at)) AS day FROM otel_spans ORDER BY day',
  )
  for (const { day } of days)
    await store.command(
      fillCollectorTable('WHERE toDate(otel_spans.received_at) = {day:Date}'),
      { day },
      { lane },
    )
  // as merged as ours: a part for each day
  for (const table of ['otel_traces', 'otel_traces_trace_id_ts'])
    await store.command(`OPTIMIZE TABLE ${table} FINAL`, {}, { lane })
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round++) {
    const from = performance.now()
    await work()
    // the first is not counted: nothing has been read yet
    if (round > 0) times.push(performance.now() - from)
  }
  return quantile(times, 0.5)
}

async function listQuestions(store: Store): Promise<Question[]> {
  const [last] = await store.rows<{ to: string; trace_id: string; key: string }>(
    'SELECT toString(max(ts)) AS to, lower(hex(any(trace_id))) AS trace_id, any(key) AS key FROM otel_spans WHERE ts >= now() - INTERVAL 3 DAY',
  )
  const to = new Date(last?.to ?? 0)
  const plants = (await store.rows<{ plant: string }>('SELECT DISTINCT plant FROM span_latency_1m')).map(
    ({ plant }) => plant,
  )
  const ranges = [
    ['a day', 24],
    ['30 days', 720],
  ] as const
  const of = (hours: number) => {
    const from = new Date(Math.floor((to.getTime() - hours * hourMs) / hourMs) * hourMs)
    return { plants, from, to, ...wholeHours(from, to) }
  }
  const from = of(24).from
  const calls = "SpanKind IN ('CLIENT', 'PRODUCER') AND SpanAttributes['server.address'] != ''"
  const inRange = 'Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)}'
  return [
    ...ranges.flatMap(([name, hours]): Question[] => [
      {
        title: `p95 of the calls to a dependency by the hour, ${name}`,
        ours: () =>
          store.query('dependency_series', { ...of(hours), flow: '', spellings: ['carrier'], step_s: 3600 }),
        theirs: `SELECT toStartOfHour(Timestamp) AS at, count(), countIf(StatusCode = 'ERROR'), quantiles(0.5, 0.95, 0.99)(Duration) FROM otel_traces
          WHERE SpanKind IN ('CLIENT', 'PRODUCER') AND SpanAttributes['server.address'] = 'carrier' AND ${inRange} GROUP BY at ORDER BY at`,
        params: { from: of(hours).from, to },
      },
      {
        title: `errors and p95 of each dependency, ${name}`,
        ours: () =>
          store.query('dependency_calls', {
            ...of(hours),
            previous_from: of(hours).from,
            previous_to: of(hours).from,
            flow: '',
            spellings: ['carrier'],
            meant: ['carrier'],
            limits: [65_535],
          }),
        theirs: `SELECT SpanAttributes['server.address'] AS peer, count(), countIf(StatusCode = 'ERROR'), quantiles(0.5, 0.95, 0.99)(Duration) FROM otel_traces
          WHERE ${calls} AND ${inRange} GROUP BY peer`,
        params: { from: of(hours).from, to },
      },
    ]),
    {
      title: 'who calls whom, a day: every second trace',
      ours: () => store.query('service_edges', { ...of(24), flow: '', level: 1, one_in: 2 }),
      theirs: `SELECT calls.ServiceName AS caller, received.ServiceName AS callee, count(), countIf(calls.StatusCode = 'ERROR'), quantiles(0.5, 0.95, 0.99)(calls.Duration)
        FROM (SELECT TraceId, SpanId, ServiceName, StatusCode, Duration FROM otel_traces WHERE SpanKind IN ('CLIENT', 'PRODUCER') AND ${inRange} AND cityHash64(TraceId) % 2 = 0) AS calls
        INNER JOIN (SELECT TraceId, ParentSpanId, ServiceName FROM otel_traces WHERE SpanKind IN ('SERVER', 'CONSUMER') AND ${inRange} AND cityHash64(TraceId) % 2 = 0) AS received
          ON received.TraceId = calls.TraceId AND received.ParentSpanId = calls.SpanId
        WHERE caller != callee GROUP BY caller, callee`,
      params: { from, to },
    },
    {
      title: 'a trace by its id',
      ours: () => store.query('trace_spans', { trace_id: last?.trace_id ?? '' }),
      theirs: `WITH (SELECT (min(Start), max(End) + 1) FROM otel_traces_trace_id_ts WHERE TraceId = {id:String}) AS told
        SELECT * FROM otel_traces WHERE TraceId = {id:String} AND Timestamp >= told.1 AND Timestamp <= told.2 ORDER BY Timestamp`,
      params: { id: last?.trace_id ?? '' },
    },
    {
      title: 'the newest 50 traces with an error in a service, of the last hour of a day',
      ours: () =>
        store.query('traces', {
          from: new Date(to.getTime() - hourMs),
          to,
          plant: '',
          flow: '',
          service: 'erp',
          key: '',
          errors: true,
          min_ms: 0,
          ids: [],
          limit: 50,
        }),
      theirs: `SELECT TraceId, min(Timestamp) AS started, groupUniqArray(ServiceName), countIf(StatusCode = 'ERROR') AS errors, count() FROM otel_traces
        WHERE Timestamp >= {from:DateTime64(9)} AND Timestamp < {to:DateTime64(9)} GROUP BY TraceId
        HAVING errors > 0 AND has(groupUniqArray(ServiceName), 'erp') ORDER BY started DESC LIMIT 50`,
      params: { from: new Date(to.getTime() - hourMs), to },
    },
    {
      title: 'the traces of an order',
      ours: () => store.query('traces_of_key', { plant: plants[0] ?? '', key: last?.key ?? '', limit: 20 }),
      theirs: `SELECT TraceId, min(Timestamp), count() FROM otel_traces
        WHERE TraceId IN (SELECT TraceId FROM otel_traces WHERE has(mapValues(SpanAttributes), {path:String})) GROUP BY TraceId`,
      params: { path: `/orders/${last?.key ?? ''}` },
    },
  ]
}
