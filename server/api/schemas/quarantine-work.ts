import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'

/** open: waits for a person; refused: sent again and refused again; waiting: sent, not yet seen in the store. */
export const messageState = z.enum(['open', 'waiting', 'accepted', 'refused', 'discarded'])
const text = (most: number) => z.string().max(most).default('')

export const workQuery = z.object({
  state: z
    .enum(['open', 'waiting', 'accepted', 'discarded', 'all'])
    .default('open')
    .openapi({ description: 'open includes those refused again' }),
  code: text(200).openapi({ description: 'A rule that was broken; `-` for none that is named' }),
  type: text(300).openapi({ description: 'A type of event, and so its contract; `-` for what is no event' }),
  source: text(200),
  kind: text(100),
  plant: text(100),
  q: text(200).openapi({ description: 'Part of the id or of the message' }),
  limit: z.coerce.number<string | number>().int().min(1).max(1000).default(50),
  offset: z.coerce.number<string | number>().int().min(0).max(1_000_000).default(0),
})
const counts = {
  open: z.number(),
  waiting: z.number(),
  accepted: z.number(),
  discarded: z.number(),
}
const facet = z.array(z.object({ value: z.string(), ...counts }))
const message = {
  id: z.string(),
  received_at: moment,
  source: z.string(),
  kind: z.string(),
  system: z.string(),
  plant: z.string(),
  flow: z.string(),
  stage: z.string(),
  partner: z.string(),
  message_id: z.string(),
  type: z.string(),
  state: messageState,
  reasons: z.array(z.string()),
  /** one for each reason: the rule that was broken */
  codes: z.array(z.string()),
  /** how often it was sent again */
  sent: z.number(),
}
export const workList = z
  .object({
    as_of: moment,
    /** matching the filter */
    total: z.number(),
    counts: z.object(counts),
    by_code: facet,
    by_type: facet,
    rows: z.array(
      z.object({ ...message, last: z.object({ act: z.string(), actor: z.string(), at: moment }).nullable() }),
    ),
  })
  .openapi('QuarantineWork')
export const workDetail = z
  .object({
    as_of: moment,
    ...message,
    where: z.string(),
    /** as it came, whole, indented where it is JSON */
    body: z.string(),
    /** what people did to it, first to last */
    attempts: z.array(
      z.object({
        attempt: z.number(),
        act: z.enum(['corrected', 'resubmitted', 'discarded', 'restored']),
        actor: z.string(),
        reason: z.string(),
        at: moment,
        /** the id it was sent under; empty when nothing was sent */
        sent_id: z.string(),
        plant: z.string(),
        key: z.string(),
        before_hash: z.string(),
        diff: z.string(),
        /** null while it is not known yet, and where nothing was sent */
        outcome: z.enum(['accepted', 'quarantined', 'failed']).nullable(),
        outcome_at: moment.nullable(),
        reasons: z.array(z.string()),
        codes: z.array(z.string()),
      }),
    ),
  })
  .openapi('QuarantineMessage')

const result = z.object({
  id: z.string(),
  message_id: z.string(),
  /** whether it would be let in, or was taken up */
  is_good: z.boolean(),
  reasons: z.array(z.string()),
  codes: z.array(z.string()),
  /** a unified diff of what is sent against what came */
  diff: z.string(),
})
const longest = 4 * 2 ** 20
export const reason = z.string().trim().min(1, 'expected a reason').max(1000)
export const tryAsk = z.object({ body: z.string().max(longest).optional() })
export const correctAsk = z.object({ body: z.string().min(1).max(longest), reason })
export const correctionResult = result.openapi('CorrectionResult')
export const actAsk = z
  .object({
    act: z.enum(['resubmitted', 'discarded', 'restored']),
    ids: z.array(z.string().length(32)).min(1).max(1000).optional(),
    filter: workQuery
      .omit({ limit: true, offset: true })
      .optional()
      .openapi({ description: 'All that the filter matches; up to 1000 at once' }),
    dry_run: z.boolean().default(false),
    reason,
  })
  .refine((ask) => (ask.ids === undefined) !== (ask.filter === undefined), 'expected either ids or a filter')
export const actAnswer = z
  .object({
    /** empty for a dry run */
    batch: z.string(),
    matched: z.number(),
    good: z.number(),
    left_out: z.number(),
    results: z.array(result),
  })
  .openapi('CorrectionBatch')

export type WorkQuery = z.infer<typeof workQuery>
export type WorkList = z.infer<typeof workList>
export type WorkDetail = z.infer<typeof workDetail>
export type ActAnswer = z.infer<typeof actAnswer>
export type CorrectionAnswer = z.infer<typeof correctionResult>
export type MessageState = z.infer<typeof messageState>
