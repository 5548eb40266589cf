import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'
import { reason } from './quarantine-work.ts'

/**
 * frozen: nothing is sent yet; approval: a second person is needed; sending; sent: waits for what was missing; verified:
 * all of it came; unverified: some of it did not; cancelled.
 */
export const replayState = z.enum([
  'approval',
  'frozen',
  'sending',
  'sent',
  'verified',
  'unverified',
  'cancelled',
])
export const itemState = z.enum([
  'left_out',
  'frozen',
  'cancelled',
  'sending',
  'sent',
  'refused',
  'failed',
  'unverified',
  'verified',
])
const text = z.string().max(200).default('')

export const replayAsk = z
  .object({
    flow: z.string().min(1).max(64),
    cases: z.array(z.int().positive()).min(1).max(10_000).optional(),
    filter: z
      .object({
        plant: text,
        check: text,
        class: text,
        cause: text,
        shared: text,
        severity: text,
        team: text,
        q: text,
      })
      .optional()
      .openapi({ description: 'All open cases of the flow that match' }),
    keys: z
      .array(z.object({ plant: z.string().min(1).max(64), key: z.string().min(1).max(200), document: text }))
      .min(1)
      .max(10_000)
      .optional(),
    reason,
  })
  .refine(
    (ask) => [ask.cases, ask.filter, ask.keys].filter((each) => each !== undefined).length === 1,
    'expected one of cases, filter, keys',
  )
export const replayQuery = z.object({
  case: z.coerce.number<string | number>().int().min(0).default(0).openapi({ description: 'Of one case' }),
  limit: z.coerce.number<string | number>().int().min(1).max(500).default(50),
  offset: z.coerce.number<string | number>().int().min(0).max(1_000_000).default(0),
})
export const itemQuery = z.object({
  state: itemState.optional(),
  limit: z.coerce.number<string | number>().int().min(1).max(1000).default(100),
  offset: z.coerce.number<string | number>().int().min(0).max(1_000_000).default(0),
})
const row = {
  replay: z.string(),
  flow: z.string(),
  flow_name: z.string(),
  state: replayState,
  made_at: moment,
  actor: z.string(),
  reason: z.string(),
  /** what was asked for, in words */
  selection: z.string(),
  /** items: left out, and those that are to be sent; the others add up to the latter */
  counts: z.object({
    total: z.number(),
    left_out: z.number(),
    to_send: z.number(),
    waiting: z.number(),
    sent: z.number(),
    refused: z.number(),
    unverified: z.number(),
    verified: z.number(),
    cancelled: z.number(),
  }),
}
export const replayList = z
  .object({
    as_of: moment,
    total: z.number(),
    /** flows that can be asked */
    flows: z.array(
      z.object({
        flow: z.string(),
        name: z.string(),
        /** what has to be set before its integration can be asked; '' nothing */
        missing: z.string(),
        /** the likeliest causes of its open cases */
        causes: z.array(z.object({ cause: z.string(), title: z.string(), cases: z.number() })),
      }),
    ),
    /** why nothing is sent now, such as a disk without room; '' while it is */
    held: z.string(),
    rows: z.array(z.object(row)),
  })
  .openapi('ReplayList')
export const replayDetail = z
  .object({
    as_of: moment,
    ...row,
    /** more than this needs a second person */
    approve_above: z.number(),
    /** how long after the request the event, or the agreement, is expected */
    verify_within_s: z.number(),
    endpoint: z.string(),
    /** why nothing is sent now, such as a disk without room; '' while it is */
    held: z.string(),
    steps: z.array(
      z.object({ act: z.enum(['approved', 'begun', 'cancelled']), actor: z.string(), at: moment }),
    ),
    items_total: z.number(),
    items: z.array(
      z.object({
        position: z.number(),
        item: z.string(),
        plant: z.string(),
        key: z.string(),
        document: z.string(),
        trace_id: z.string(),
        case: z.number().nullable(),
        class_title: z.string(),
        /** the systems of which an event is expected; none where only agreement counts */
        expected: z.array(z.string()),
        attempt: z.number(),
        state: itemState,
        left_out: z.string(),
        asked_at: moment.nullable(),
        times: z.number(),
        at: moment.nullable(),
        detail: z.string(),
        proof: z.string(),
      }),
    ),
  })
  .openapi('Replay')
export const caseReplays = z
  .object({
    /** the flow that can be asked to send it again; null where none can */
    flow: z.string().nullable(),
    /** what has to be set before it can be asked; '' nothing */
    missing: z.string(),
    rows: z.array(
      z.object({
        replay: z.string(),
        attempt: z.number(),
        state: itemState,
        left_out: z.string(),
        asked_at: moment.nullable(),
        at: moment.nullable(),
        detail: z.string(),
        proof: z.string(),
      }),
    ),
  })
  .openapi('CaseReplays')

export type ReplayState = z.infer<typeof replayState>
export type ItemState = z.infer<typeof itemState>
export type ReplayAsk = z.infer<typeof replayAsk>
export type ReplayList = z.infer<typeof replayList>
export type ReplayDetail = z.infer<typeof replayDetail>
export type CaseReplays = z.infer<typeof caseReplays>
