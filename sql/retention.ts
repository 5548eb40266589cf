import type { Retention, RetentionGroup } from '../server/core/estate-retention-schema.ts'
import type { Store } from './store.ts'

/** A table whose rows go by themselves once they are as old as its group is kept. */
type Aged = {
  table: string
  group: RetentionGroup
  /** The moment that counts. SQL, as the engine itself writes it: what a table has is compared with it */
  since: string
  /** Partitioned by that moment: parts of which every row is old enough are dropped, and none is rewritten */
  byParts?: true
  /** Days longer than the group: a row of a month stands under its first day */
  more?: number
}

const received = 'toDateTime(received_at)'
const aged: readonly Aged[] = [
  { table: 'otel_spans', group: 'spans', since: received, byParts: true },
  { table: 'span_samples', group: 'spans', since: received, byParts: true },
  { table: 'key_index', group: 'spans', since: 'month', byParts: true, more: 32 },
  { table: 'span_latency_1m', group: 'calls', since: 'minute', byParts: true },
  { table: 'measurements', group: 'measurements', since: received, byParts: true },
  { table: 'business_events', group: 'events', since: 'toDateTime(occurred_at)', byParts: true },
  { table: 'event_receipts', group: 'arrivals', since: received, byParts: true },
  { table: 'receipts_again', group: 'arrivals', since: received, byParts: true },
  { table: 'findings', group: 'arrivals', since: 'hour', byParts: true },
  { table: 'hours_judged', group: 'arrivals', since: 'hour' },
  { table: 'quarantine', group: 'quarantine', since: received },
  { table: 'corrections', group: 'corrections', since: 'toDateTime(at)' },
  { table: 'correction_outcomes', group: 'corrections', since: 'toDateTime(at)' },
  { table: 'edi_interchanges', group: 'interchanges', since: 'toDateTime(read_at)' },
  { table: 'edi_acknowledgements', group: 'interchanges', since: 'toDateTime(at)' },
  { table: 'source_polls', group: 'polls', since: 'toDateTime(started_at)' },
  { table: 'source_arrivals', group: 'polls', since: received },
  { table: 'watermarks', group: 'polls', since: received },
  { table: 'rollup_audits', group: 'polls', since: 'toDateTime(audited_at)' },
  { table: 'runs', group: 'runs', since: 'toDateTime(started_at)' },
  { table: 'variances', group: 'differences', since: 'toDateTime(found_at)' },
  { table: 'tolerated', group: 'differences', since: 'toDateTime(found_at)' },
  { table: 'alert_steps', group: 'alerts', since: 'toDateTime(at)' },
  { table: 'notifications', group: 'alerts', since: 'toDateTime(created_at)' },
  { table: 'deliveries', group: 'alerts', since: 'toDateTime(at)' },
  { table: 'silences', group: 'alerts', since: 'toDateTime(to)' },
]

export type RetentionChange = { table: string; from: string; to: string }

/** How long a table keeps its rows, as the engine writes it. SQL. */
const ttlOf = ({ since, group, more = 0 }: Aged, retention: Retention) =>
  `${since} + toIntervalDay(${retention[group] + more})`

/** What stands behind `TTL` in the engine's words for a table; '' without one. */
export const readTtl = (engine: string): string => / TTL (.+?)(?: SETTINGS |$)/.exec(engine)?.[1] ?? ''

/**
 * Tells each table how long to keep its rows, where it does not have it so: what a table has is read back from the engine.
 * What became too old goes with the next merges, in the background.
 * @returns what was changed
 */
export async function applyRetention(store: Store, retention: Retention): Promise<RetentionChange[]> {
  const engines = await readEngines(store)
  const changes: RetentionChange[] = []
  for (const each of aged) {
    const engine = engines.get(each.table) ?? ''
    const [from, to] = [readTtl(engine), ttlOf(each, retention)]
    if (each.byParts && !/ttl_only_drop_parts = 1/.test(engine))
      await alter(store, each.table, 'MODIFY SETTING ttl_only_drop_parts = 1')
    if (from === to) continue
    // an age is reckoned anew for each part; rows are not rewritten for it
    await alter(store, each.table, 'MODIFY SETTING materialize_ttl_recalculate_only = 1')
    await alter(store, each.table, `MODIFY TTL ${to}`)
    changes.push({ table: each.table, from, to })
  }
  return changes
}

const alter = (store: Store, table: string, how: string) =>
  store.command(`ALTER TABLE ${table} /*on cluster*/ ${how}`, {}, { lane: 'load' })

async function readEngines(store: Store): Promise<Map<string, string>> {
  const rows = await store.rows<{ name: string; engine_full: string }>(
    'SELECT name, engine_full FROM system.tables WHERE database = currentDatabase() AND name IN {names:Array(String)}',
    { names: aged.map(({ table }) => table) },
    { lane: 'load' },
  )
  return new Map(rows.map((row) => [row.name, row.engine_full]))
}

/** How a table keeps what it has: as the engine says it, with its oldest row. */
export type Kept = {
  table: string
  group: RetentionGroup
  /** Days; 0 where the engine drops nothing */
  days: number
  rows: string
  bytes: string
  /** ISO 8601; null of an empty one */
  oldest: string | null
}

/** Every table that has an age, as it stands in the engine. */
export async function readKept(store: Store): Promise<Kept[]> {
  const engines = await readEngines(store)
  const sizes = await store.rows<{ table: string; rows: string; bytes: string }>(
    `SELECT table, toString(sum(rows)) AS rows, toString(sum(bytes_on_disk)) AS bytes FROM system.parts
     WHERE database = currentDatabase() AND active GROUP BY table`,
  )
  const sizeOf = new Map(sizes.map((size) => [size.table, size]))
  const filled = aged.filter(({ table }) => sizeOf.has(table))
  const oldest = filled.length
    ? await store.rows<{ table: string; oldest: string }>(
        filled
          .map(
            ({ table, since }) =>
              `SELECT '${table}' AS table, toDateTime(min(${since}), 'UTC') AS oldest FROM ${table}`,
          )
          .join(' UNION ALL '),
      )
    : []
  const oldestOf = new Map(oldest.map((row) => [row.table, row.oldest]))
  return aged.map(({ table, group, more = 0 }) => ({
    table,
    group,
    days: Math.max(
      0,
      Number(/toIntervalDay\((\d+)\)/.exec(readTtl(engines.get(table) ?? ''))?.[1] ?? more) - more,
    ),
    rows: sizeOf.get(table)?.rows ?? '0',
    bytes: sizeOf.get(table)?.bytes ?? '0',
    oldest: oldestOf.get(table) ?? null,
  }))
}
