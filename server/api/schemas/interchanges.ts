import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'

export const interchangesQuery = z.object({
  days: z.coerce
    .number<string | number>()
    .int()
    .min(1)
    .max(400)
    .default(30)
    .openapi({ description: 'Interchanges read in so many days, until now' }),
})

/** How an interchange stands: not taken, what its receiver said of it, or what it has not said yet. */
export const interchangeState = z.enum([
  'conflict',
  'duplicate',
  'rejected',
  'partly',
  'with_errors',
  'accepted',
  'overdue',
  'waiting',
  'none',
])

export const interchanges = z
  .object({
    as_of: moment,
    days: z.number(),
    /** how many sources read interchanges */
    mailboxes: z.number(),
    interchanges: z.array(
      z.object({
        source: z.string(),
        standard: z.string(),
        path: z.string(),
        sender: z.string(),
        receiver: z.string(),
        control: z.string(),
        /** when its file was written */
        at: moment,
        /** as its sender wrote it, without a zone */
        sent_at: z.string(),
        test: z.boolean(),
        types: z.array(z.string()),
        documents: z.array(z.string()),
        lines: z.number(),
        state: interchangeState,
        told_at: moment.nullable(),
        /** until when it must be acknowledged; null when it need not be, or is */
        due_at: moment.nullable(),
        /** of a duplicate or a conflict the file in which it came before */
        earlier: z.string(),
        /** what its receiver did not take as it was, and why */
        said: z.array(
          z.object({
            kind: z.string(),
            /** the message by type and number; '' of the whole, or of a document */
            message: z.string(),
            verdict: z.string(),
            reasons: z.array(z.string()),
          }),
        ),
        /** what is not as the standard says, and was read all the same */
        deviations: z.array(z.string()),
      }),
    ),
  })
  .openapi('Interchanges')

export type Interchanges = z.infer<typeof interchanges>
export type InterchangeState = z.infer<typeof interchangeState>
