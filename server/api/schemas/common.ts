import { z } from '@hono/zod-openapi'
import { moneyNames } from '../money.ts'

/** A decimal as text, never a float: "412380.00". */
export const decimal = z.string().regex(/^-?\d+(\.\d+)?$/)
/** A moment, ISO 8601 in UTC. */
export const moment = z.string()
/** Status as drawn: ok < 80 % of the limit, watch 80–100 %, breach above; unknown = stale, incomplete or no data. */
export const status = z.enum(['ok', 'watch', 'breach', 'unknown'])
export const severity = z.enum(['low', 'medium', 'high', 'critical'])

/** One error shape for every route: what, where, why, how to mend. */
export const problem = z
  .object({
    error: z.object({
      code: z.string(),
      message: z.string(),
      where: z.string().optional(),
      mend: z.string().optional(),
      details: z.array(z.object({ where: z.string(), message: z.string() })).optional(),
      request_id: z.string(),
    }),
  })
  .openapi('Problem')

/** Only of this flow: its hand-offs and its checks. */
export const flowQuery = z.object({
  flow: z.string().optional().openapi({ description: 'Only this flow and its checks; all when absent' }),
})

/** In what currency amounts are answered; each answer says what it is in. */
export const moneyQuery = z.object({
  currency: z.enum(moneyNames).default('reporting').openapi({
    description:
      "reporting: the estate's currency; plant: what is of one plant is in its own, and sums are where one plant is asked for. Converted by the rate of the day of each difference",
  }),
})

/** The scope every page states: which plants, which time. */
export const scopeQuery = z.object({
  plant: z
    .union([z.string(), z.array(z.string())])
    .optional()
    .openapi({ description: 'Plant codes; all when absent' }),
  hours: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(24 * 31)
    .default(24)
    .openapi({ description: 'Length of the range in hours, ending now' }),
  from: z.iso
    .datetime()
    .optional()
    .openapi({ description: 'Where the range begins, instead of `hours`; at most 31 days before its end' }),
  to: z.iso.datetime().optional().openapi({ description: 'Where a range with `from` ends; now when absent' }),
  compare: z.enum(['previous', 'week']).default('previous').openapi({
    description:
      'What the range is compared with: the same length of time before it, or the same hours a week before',
  }),
})

export type Status = z.infer<typeof status>
export type Severity = z.infer<typeof severity>
export type Problem = z.infer<typeof problem>
