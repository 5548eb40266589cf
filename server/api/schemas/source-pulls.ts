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
        /** the folder, and the files in it */
        place: z.string(),
        paused: z.object({ at: moment, actor: z.string(), reason: z.string() }).nullable(),
        polled_at: moment.nullable(),
        next_poll_at: moment.nullable(),
        every_s: z.number(),
        /** what went wrong at the last poll; empty when nothing did */
        error: z.string(),
        /** how far it was read: the newest file that was taken, and of when it is */
        cursor: z.object({ path: z.string(), modified_at: moment }).nullable(),
        files_24h: z.number(),
        rows_24h: z.number(),
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
