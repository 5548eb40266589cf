import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'

const why = z.string().trim().max(500)
/** A pause asks why: whoever comes next has to know when it may end. */
export const pauseAsk = z.object({ reason: why.min(1) })
export const resumeAsk = z.object({ reason: why.default('') })

export const pulledSources = z
  .object({
    as_of: moment,
    sources: z.array(
      z.object({
        source: z.string(),
        system_name: z.string(),
        kind: z.string(),
        /** the folder, and the files in it; or the server and the path */
        place: z.string(),
        /** others call a webhook: there is nothing to hold back */
        can_pause: z.boolean(),
        paused: z.object({ at: moment, actor: z.string(), reason: z.string() }).nullable(),
        /** why nothing is fetched although nobody paused it, such as a disk without room; '' while it is */
        held: z.string(),
        polled_at: moment.nullable(),
        next_poll_at: moment.nullable(),
        /** null where it is not asked but sends to us */
        every_s: z.number().nullable(),
        /** what went wrong at the last poll; empty when nothing did */
        error: z.string(),
        /** how far it was read: what was taken last, of when it is, and from where it goes on ('' of files) */
        cursor: z.object({ path: z.string(), value: z.string(), modified_at: moment }).nullable(),
        /** null where what is fetched is no file */
        files_24h: z.number().nullable(),
        rows_24h: z.number(),
        /** what asking costs; null of files */
        cost: z
          .object({
            requests_24h: z.number(),
            retries_24h: z.number(),
            bytes_24h: z.number(),
            polls_24h: z.number(),
            failed_24h: z.number(),
            took_p95_ms: z.number().nullable(),
            requests_today: z.number(),
            /** how many requests a day it may cost; null when there is no limit */
            per_day: z.number().nullable(),
            /** how far its clock is ahead of ours; null where it does not say */
            skew_ms: z.number().nullable(),
          })
          .nullable(),
        /** files that could not be read, as of their last reading */
        failed: z.number(),
        steps: z.array(
          z.object({ at: moment, act: z.enum(['paused', 'resumed']), actor: z.string(), reason: z.string() }),
        ),
      }),
    ),
  })
  .openapi('PulledSources')

export type PulledSources = z.infer<typeof pulledSources>
