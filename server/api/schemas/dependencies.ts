import { z } from '@hono/zod-openapi'
import { moment, scopeQuery, status } from './common.ts'

const flow = z.string().default('').openapi({ description: 'A flow; all when absent' })
export const dependenciesQuery = scopeQuery.extend({ flow })
export const weeksQuery = scopeQuery.pick({ plant: true }).extend({
  flow,
  dependency: z.string().default('').openapi({ description: 'One dependency; all when absent' }),
  weeks: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(53)
    .default(8)
    .openapi({ description: 'How many ISO weeks, the running one included' }),
})

/** What was agreed; null where nothing was. */
const agreement = z
  .object({
    latency_ms: z.number().nullable(),
    /** the share of calls, in percent, for which that latency is agreed */
    within: z.number(),
    availability: z.number().nullable(),
  })
  .nullable()

/** Calls and how they went; shares are in percent, and null where nothing was called or agreed. */
const counted = {
  calls: z.number(),
  errors: z.number(),
  /** answered 429 or RESOURCE_EXHAUSTED; as a rule they are among the errors */
  throttled: z.number(),
  error_rate: z.number().nullable(),
  throttled_rate: z.number().nullable(),
  /** answered in the agreed time */
  in_time_share: z.number().nullable(),
  latency_status: status.nullable(),
  /** ended without an error */
  available_share: z.number().nullable(),
  availability_status: status.nullable(),
  /** the worse of the two, by how much of what the agreement leaves is used up; null without one */
  status: status.nullable(),
}
const latency = { p50_ms: z.number(), p95_ms: z.number(), p99_ms: z.number() }

const identity = {
  dependency: z.string(),
  name: z.string(),
  operator: z.string(),
  agreement,
}
const row = z.object({
  ...identity,
  ...counted,
  ...latency,
  /** p95 against that of the range it is compared with, in percent; null without calls there */
  p95_change: z.number().nullable(),
  /** error rate then, in percent */
  previous_error_rate: z.number().nullable(),
})

export const dependencyList = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    rows: z.array(row),
  })
  .openapi('Dependencies')

export const dependencyWeeks = z
  .object({
    as_of: moment,
    /** oldest first; from and to are those of the plants of the scope together */
    weeks: z.array(z.object({ week: z.string(), from: moment, to: moment, is_running: z.boolean() })),
    rows: z.array(
      z.object({
        ...identity,
        weeks: z.array(z.object({ week: z.string(), in_time: z.number(), ...counted })),
      }),
    ),
  })
  .openapi('DependencyWeeks')

export const dependencyDetail = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    ...row.shape,
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    series: z.array(
      z.object({
        at: moment,
        calls: z.number(),
        errors: z.number(),
        throttled: z.number(),
        p50_ms: z.number().nullable(),
        p95_ms: z.number().nullable(),
        p99_ms: z.number().nullable(),
      }),
    ),
    plants: z.array(z.object({ plant: z.string(), ...counted, ...latency })),
    flows: z.array(z.object({ flow: z.string(), ...counted, ...latency })),
    calls_by: z.array(z.object({ caller: z.string(), name: z.string(), ...counted, ...latency })),
  })
  .openapi('Dependency')

export type DependencyList = z.infer<typeof dependencyList>
export type DependencyRow = DependencyList['rows'][number]
export type DependencyWeeks = z.infer<typeof dependencyWeeks>
export type DependencyDetail = z.infer<typeof dependencyDetail>
export type DependenciesQuery = z.infer<typeof dependenciesQuery>
export type WeeksQuery = z.infer<typeof weeksQuery>
