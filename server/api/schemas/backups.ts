import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'

export const backupState = z
  .object({
    /** the folder, or the prefix of a bucket, that backups are below */
    to: z.string(),
    every_ms: z.number(),
    keep: z.number(),
    is_under_way: z.boolean(),
    /** the newest that is whole; null where there is none */
    last: z
      .object({
        name: z.string(),
        at: moment,
        /** of one that this process made */
        cost: z
          .object({
            rows: z.string(),
            bytes: z.number(),
            /** how long nothing was written to the store */
            held_ms: z.number(),
            took_ms: z.number(),
          })
          .nullable(),
      })
      .nullable(),
    /** why the last try came to nothing, where none was made since */
    failure: z.object({ at: moment, message: z.string() }).nullable(),
    due_at: moment,
    is_late: z.boolean(),
  })
  .openapi('BackupState')
