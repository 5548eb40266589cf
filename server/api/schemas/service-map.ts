import { z } from '@hono/zod-openapi'
import { moment, scopeQuery } from './common.ts'

export const serviceMapQuery = scopeQuery.extend({
  flow: z.string().default('').openapi({ description: 'A flow; all when absent' }),
})

export const serviceMap = z
  .object({
    as_of: moment,
    from: moment,
    to: moment,
    /** counts are of one in so many traces, times that; 1 when all were read */
    one_in: z.number(),
    services: z.array(
      z.object({
        service: z.string(),
        name: z.string(),
        /** it sends spans of its own; else it is only known from its callers */
        is_traced: z.boolean(),
        /** it is a dependency of the estate, or called as one */
        is_dependency: z.boolean(),
      }),
    ),
    edges: z.array(
      z.object({
        caller: z.string(),
        callee: z.string(),
        /** by a message; else by a call that waits for its answer */
        is_message: z.boolean(),
        calls: z.number(),
        errors: z.number(),
        p50_ms: z.number(),
        /** of a call as its caller saw it; of a message until it was processed */
        p95_ms: z.number(),
        p99_ms: z.number(),
      }),
    ),
  })
  .openapi('ServiceMap')

export type ServiceMap = z.infer<typeof serviceMap>
