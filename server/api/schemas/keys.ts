import { z } from '@hono/zod-openapi'
import { decimal, moment, moneyQuery, severity } from './common.ts'
import { timelineEntry } from './exceptions.ts'

export const keyKinds = ['order', 'shipment', 'invoice', 'movement', 'item', 'lot', 'partner', 'key'] as const
export const keyQuery = z.object({
  ...moneyQuery.shape,
  plant: z
    .string()
    .optional()
    .openapi({ description: 'The plant; the one that knows most of it when absent' }),
})

/** All that is known of one business key in one plant. */
export const keyStory = z
  .object({
    as_of: moment,
    key: z.string(),
    /** what it is the number of */
    kind: z.enum(keyKinds),
    plant: z.string(),
    time_zone: z.string(),
    currency: z.string(),
    /** where else it is known */
    plants: z.array(z.object({ plant: z.string(), name: z.string(), found: z.number() })),
    lead: z.string(),
    rest: z.string(),
    /** events, states that came without one, cases and what is missing, oldest first */
    timeline: z.array(timelineEntry),
    /** the newest are shown; there are older ones */
    is_cut: z.boolean(),
    states: z.array(
      z.object({
        entity: z.string(),
        title: z.string(),
        system: z.string(),
        system_name: z.string(),
        /** which line of it: its key beside this one */
        line: z.string(),
        values: z.array(z.object({ name: z.string(), value: z.string() })),
        version: z.string(),
        occurred_at: moment,
        trace_id: z.string(),
        deleted: z.boolean(),
        /** every version that was stated, oldest first; the last 20 */
        versions: z.array(z.object({ version: z.string(), occurred_at: moment, deleted: z.boolean() })),
      }),
    ),
    cases: z.array(
      z.object({
        number: z.number(),
        check_title: z.string(),
        class_title: z.string(),
        state: z.string(),
        severity,
        key: z.string(),
        left_value: z.string(),
        right_value: z.string(),
        difference: decimal.nullable(),
        unit: z.string(),
        amount: decimal,
        currency: z.string(),
        since: moment,
        opened_at: moment,
        closed_at: moment.nullable(),
        owner: z.string(),
      }),
    ),
    cases_total: z.number(),
    traces: z.array(
      z.object({
        trace_id: z.string(),
        started_at: moment,
        duration_ms: z.number(),
        root: z.string(),
        spans: z.number(),
        errors: z.number(),
        services: z.array(z.string()),
      }),
    ),
  })
  .openapi('Key')
export type KeyStory = z.infer<typeof keyStory>
