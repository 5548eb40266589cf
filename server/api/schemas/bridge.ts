import { z } from '@hono/zod-openapi'
import { decimal, moment } from './common.ts'

/** From the left side's quantity to the right side's: each document that is not on both, and what none explains. */
export const bridge = z
  .object({
    /** what is counted apart: a stock type, a period; empty for the whole */
    part: z.string(),
    left: decimal,
    right: decimal,
    lines: z.array(
      z.object({
        /** in flight: younger than the grace; not posted: on one side only; posted differently: on both, not alike */
        kind: z.enum(['in_flight', 'not_posted_left', 'not_posted_right', 'posted_differently']),
        ref: z.string(),
        /** what it adds from left to right */
        quantity: decimal,
        since: moment,
        documents: z.array(
          z.object({
            system: z.string(),
            system_name: z.string(),
            /** its own number, and what it is: a direction, a kind of movement */
            number: z.string(),
            says: z.string(),
            quantity: decimal,
            at: moment,
            event_id: z.string(),
            trace_id: z.string(),
          }),
        ),
        /** messages of either side that name it and are held in quarantine: what is missing may be in there */
        queued: z.array(
          z.object({ id: z.string(), message_id: z.string(), system_name: z.string(), reason: z.string() }),
        ),
      }),
    ),
    unexplained: decimal,
  })
  .openapi('Bridge')
export type Bridge = z.infer<typeof bridge>
