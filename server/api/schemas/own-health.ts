import { z } from '@hono/zod-openapi'
import { alertSeverity, alertStatus } from './alerts.ts'
import { moment, status } from './common.ts'

const point = z.object({ at: moment, value: z.number().nullable() })

export const healthPart = z.enum([
  'spool',
  'spool_age',
  'loader_lag',
  'parts',
  'disk',
  'event_loop',
  'memory',
  'deliveries',
  'backup',
])

export const ownHealth = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    step_s: z.number(),
    started_at: moment,
    /** chdb: in this process; clickhouse: a server or cluster */
    engine: z.enum(['chdb', 'clickhouse']),
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    parts: z.array(
      z.object({
        part: healthPart,
        label: z.string(),
        status,
        /** null where it is not measured */
        value: z.number().nullable(),
        unit: z.enum(['bytes', 's', 'ms', 'count']),
        /** at which it is a breach; null where none is set */
        limit: z.number().nullable(),
        detail: z.string(),
        /** the page that shows more of it; null where there is none */
        href: z.string().nullable(),
        /** the highest of each step of the range; empty where no course is kept */
        series: z.array(point),
      }),
    ),
    runs: z.array(
      z.object({
        check: z.string(),
        title: z.string(),
        /** breach: the last run of a plant failed */
        status,
        runs: z.number(),
        failed: z.number(),
        incomplete: z.number(),
        p50_ms: z.number(),
        p95_ms: z.number(),
        max_ms: z.number(),
        last_at: moment,
      }),
    ),
    store: z.object({
      rows: z.number(),
      bytes: z.number(),
      parts: z.number(),
      tables: z.array(
        z.object({
          table: z.string(),
          rows: z.number(),
          bytes: z.number(),
          parts: z.number(),
          /** of the partition that is split into most */
          most_parts: z.number(),
          status,
        }),
      ),
      /** what the engine works on beside what it is asked */
      work: z.array(
        z.object({
          table: z.string(),
          what: z.enum(['merge', 'mutation']),
          /** from 0 to 1; of a mutation unknown */
          done: z.number().nullable(),
          elapsed_s: z.number(),
          parts: z.number(),
          bytes: z.number(),
          /** why it does not get on; '' when it does */
          failing: z.string(),
        }),
      ),
    }),
    /** how long what is stored is kept, as the engine has it: a group of the estate's `retention` each */
    kept: z.array(
      z.object({
        group: z.string(),
        /** 0 where the engine drops nothing */
        days: z.number(),
        /** breach: the engine has another age than the estate says */
        status,
        rows: z.number(),
        bytes: z.number(),
        oldest: moment.nullable(),
        tables: z.array(z.string()),
      }),
    ),
    /** alerts of Plumbline about itself that fire */
    alerts: z.array(
      z.object({
        fingerprint: z.string(),
        title: z.string(),
        severity: alertSeverity,
        status: alertStatus,
        starts_at: moment,
      }),
    ),
  })
  .openapi('OwnHealth')

export type OwnHealth = z.infer<typeof ownHealth>
export type HealthPart = OwnHealth['parts'][number]
