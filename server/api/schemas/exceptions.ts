import { z } from '@hono/zod-openapi'
import { bridge } from './bridge.ts'
import { caseCauses } from './causes.ts'
import { decimal, moment, severity } from './common.ts'

/** One case in the list. Values are as the last run saw them. */
export const exceptionRow = z.object({
  number: z.number(),
  state: z.enum(['open', 'closed']),
  check: z.string(),
  check_title: z.string(),
  plant: z.string(),
  key: z.string(),
  class: z.string(),
  class_title: z.string(),
  /** the most likely cause; '' while none is known */
  cause: z.string(),
  cause_title: z.string(),
  severity,
  item: z.string(),
  item_name: z.string(),
  order_no: z.string(),
  left_system: z.string(),
  right_system: z.string(),
  left_value: z.string(),
  right_value: z.string(),
  /** right minus left; null where the sides differ by something that is not a number */
  difference: decimal.nullable(),
  unit: z.string(),
  /** value at risk, in the plant's currency and in the reporting currency */
  amount: decimal,
  currency: z.string(),
  amount_reporting: decimal,
  team: z.string(),
  /** since when the sides disagree */
  since: moment,
  opened_at: moment,
  closed_at: moment.nullable(),
  last_run: z.string(),
})

export const exceptionQuery = z.object({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  plant: z.string().optional(),
  check: z.string().optional(),
  class: z.string().optional(),
  severity: severity.optional(),
  team: z.string().optional(),
  q: z.string().max(200).optional().openapi({ description: 'Part of a key, an item or an order number' }),
  shared: z
    .string()
    .max(500)
    .optional()
    .openapi({ description: 'What cases of one root have in common, as the detail of one of them says' }),
  sort: z.enum(['amount', 'age', 'severity', 'plant', 'key']).default('amount'),
  order: z.enum(['asc', 'desc']).default('desc'),
  limit: z.coerce.number<string | number>().int().min(1).max(1000).default(200),
  offset: z.coerce.number<string | number>().int().min(0).default(0),
})

export const exceptionList = z
  .object({
    as_of: moment,
    currency: z.string(),
    total: z.number(),
    amount_total: decimal,
    /** open cases without any filter */
    unfiltered_total: z.number(),
    rows: z.array(exceptionRow),
    /** how many cases each value of a filter would show, the other filters kept */
    facets: z.record(
      z.string(),
      z.array(z.object({ value: z.string(), label: z.string(), cases: z.number(), amount: decimal })),
    ),
    /** checks × plants whose last run was not ok: an empty list may not be called empty while this is not */
    incomplete: z.array(z.object({ check: z.string(), plant: z.string(), reason: z.string() })),
    last_run_at: moment.nullable(),
  })
  .openapi('ExceptionList')

/** What one system says now of the key, every column of its state, with version and times. */
export const stateView = z.object({
  entity: z.string(),
  system: z.string(),
  system_name: z.string(),
  side: z.enum(['left', 'right']),
  values: z.array(z.object({ name: z.string(), value: z.string() })),
  version: z.string(),
  occurred_at: moment,
  received_at: moment,
  trace_id: z.string(),
})

export const timelineEntry = z.object({
  at: moment,
  system: z.string(),
  system_name: z.string(),
  stage: z.string(),
  title: z.string(),
  detail: z.string(),
  event_id: z.string(),
  trace_id: z.string(),
  /** expected but not received: drawn as a hole, at the time it was due */
  missing: z.boolean(),
})

export const exceptionDetail = z
  .object({
    as_of: moment,
    currency: z.string(),
    time_zone: z.string(),
    exception: exceptionRow,
    /** one line in words: what is wrong */
    headline: z.string(),
    states: z.array(stateView),
    timeline: z.array(timelineEntry),
    /** the trace most likely to explain it: one with an error first, else the newest */
    trace_id: z.string().nullable(),
    causes: caseCauses,
    /** what leads from one side to the other, where movements exist */
    bridge: bridge.nullable(),
    /** what happened to the case, oldest first */
    steps: z.array(
      z.object({ at: moment, actor: z.string(), act: z.string(), detail: z.string(), run: z.string() }),
    ),
    previous: z.number().nullable(),
    next: z.number().nullable(),
  })
  .openapi('ExceptionDetail')

export type ExceptionRow = z.infer<typeof exceptionRow>
export type ExceptionQuery = z.infer<typeof exceptionQuery>
export type ExceptionList = z.infer<typeof exceptionList>
export type ExceptionDetail = z.infer<typeof exceptionDetail>
export type TimelineEntry = z.infer<typeof timelineEntry>
export type StateView = z.infer<typeof stateView>
