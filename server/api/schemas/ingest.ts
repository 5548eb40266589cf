import { z } from '@hono/zod-openapi'
import { moment, scopeQuery, status } from './common.ts'

export const rangeQuery = scopeQuery.pick({ hours: true })

const point = z.object({ at: moment, value: z.number().nullable() })

/** The ways in that end in the spool. */
export const ingestKind = z.enum(['events', 'traces', 'metrics'])
export const ingest = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    step_s: z.number(),
    /** why nothing more is taken; empty when it is */
    refusing: z.string(),
    kinds: z.array(
      z.object({
        kind: ingestKind,
        /** breach: nothing more is taken; watch: the oldest that waits is older than it should be */
        status,
        waiting_bytes: z.number(),
        waiting_segments: z.number(),
        oldest_s: z.number(),
        /** what the last start cut off: torn when the process before ended, and never acknowledged */
        cut_bytes: z.number(),
        /** loads in the range, and their bytes */
        loads: z.number(),
        bytes: z.number(),
        /** from the receipt of a load's first message until the store had it; null without a load */
        lag_p50_ms: z.number().nullable(),
        lag_p95_ms: z.number().nullable(),
        lag_max_ms: z.number().nullable(),
        last_load_at: moment.nullable(),
        /** by steps of the range; null where nothing was loaded, or measured */
        series: z.array(
          z.object({
            at: moment,
            loads: z.number(),
            lag_p95_ms: z.number().nullable(),
            lag_max_ms: z.number().nullable(),
            waiting_bytes: z.number().nullable(),
            oldest_s: z.number().nullable(),
          }),
        ),
      }),
    ),
  })
  .openapi('Ingest')

export const queues = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    /** the names that say how much waits in a queue, from the estate */
    metrics: z.array(z.string()),
    rows: z.array(
      z.object({
        metric: z.string(),
        plant: z.string(),
        system: z.string(),
        system_name: z.string(),
        destination: z.string(),
        unit: z.string(),
        /** how many series it is the sum of */
        series_count: z.number(),
        /** unknown: not measured for longer than `stale_after_s` */
        status: status.extract(['ok', 'unknown']),
        value: z.number(),
        measured_at: moment,
        age_s: z.number(),
        /** against the first step of the range that was measured; null when there is none before */
        change: z.number().nullable(),
        highest: z.number(),
        series: z.array(point),
      }),
    ),
    stale_after_s: z.number(),
  })
  .openapi('Queues')

export const audits = z
  .object({
    as_of: moment,
    /** when the sums were compared last; null before the first time */
    audited_at: moment.nullable(),
    sums: z.array(
      z.object({
        /** the table of sums, and what it is called */
        rollup: z.string(),
        title: z.string(),
        status,
        hours: z.number(),
        /** counts as text */
        exact: z.string(),
        rolled_up: z.string(),
        /** hours whose sum is not what the exact table holds, newest first */
        drifted: z.array(
          z.object({
            hour: moment,
            audited_at: moment,
            exact: z.string(),
            rolled_up: z.string(),
            drift: z.string(),
          }),
        ),
      }),
    ),
  })
  .openapi('Audits')

export type Ingest = z.infer<typeof ingest>
export type IngestKind = z.infer<typeof ingestKind>
export type Queues = z.infer<typeof queues>
export type Audits = z.infer<typeof audits>
