import { z } from '@hono/zod-openapi'
import { moment, status } from './common.ts'

const latency = {
  p50_ms: z.number().nullable(),
  p95_ms: z.number().nullable(),
  p99_ms: z.number().nullable(),
}

export const flowDetail = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    flow: z.string(),
    name: z.string(),
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    /** keys whose first stage falls into the range; completed + in_flight + stuck + ended = cohort */
    cohort: z.object({
      total: z.number(),
      completed: z.number(),
      in_flight: z.number(),
      stuck: z.number(),
      ended: z.number(),
    }),
    /** how many keys of the cohort reached each stage */
    stages: z.array(
      z.object({
        stage: z.string(),
        name: z.string(),
        role: z.string(),
        reached: z.number(),
        share: z.number().nullable(),
        previous_share: z.number().nullable(),
      }),
    ),
    handoffs: z.array(
      z.object({
        handoff: z.string(),
        name: z.string(),
        from_stage: z.string(),
        to_stage: z.string(),
        from_role: z.string(),
        to_role: z.string(),
        objective_ms: z.number(),
        status,
        /** of hand-offs done in the last 60 min, open ones counted at their age; falls back to the range when there are none */
        ...latency,
        /** waiting at this hand-off now: within the objective, and over it */
        in_flight: z.number(),
        stuck: z.number(),
        oldest_s: z.number().nullable(),
        series: z.array(z.object({ at: moment, ...latency })),
      }),
    ),
    /** all that waits now, by age */
    backlog: z.array(
      z.object({
        from_s: z.number(),
        to_s: z.number().nullable(),
        label: z.string(),
        moving: z.number(),
        stuck: z.number(),
      }),
    ),
    backlog_total: z.number(),
    oldest_s: z.number().nullable(),
    stuck: z.array(
      z.object({
        key: z.string(),
        plant: z.string(),
        handoff: z.string(),
        waiting_for: z.string(),
        since: moment,
        age_s: z.number(),
        trace_id: z.string(),
        exception: z.number().nullable(),
      }),
    ),
    dependencies: z
      .array(
        z.object({
          caller: z.string(),
          callee: z.string(),
          name: z.string(),
          calls: z.number(),
          errors: z.number(),
          p50_ms: z.number(),
          p95_ms: z.number(),
          p99_ms: z.number(),
        }),
      )
      .openapi({
        description:
          'Calls between systems seen in traces in the range; percentiles are within 1 % of the exact ones, by classes of latency that grow by 2 %',
      }),
  })
  .openapi('Flow')
export const flowList = z
  .object({
    as_of: moment,
    flows: z.array(
      z.object({
        flow: z.string(),
        name: z.string(),
        tier: z.number(),
        owner: z.string(),
        status,
        reached: z.number(),
        waiting: z.number(),
        stuck: z.number(),
        oldest_s: z.number().nullable(),
        p95_ms: z.number().nullable(),
        worst_handoff: z.string(),
      }),
    ),
  })
  .openapi('FlowList')
export type FlowDetail = z.infer<typeof flowDetail>
export type FlowList = z.infer<typeof flowList>
