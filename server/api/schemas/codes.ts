import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'

export const unexplainedCodes = z
  .object({
    as_of: moment,
    rows: z.array(
      z.object({
        entity: z.string(),
        /** the column of `codes` in the estate that would explain it */
        column: z.string(),
        system: z.string(),
        system_name: z.string(),
        code: z.string(),
        /** how many standing states have it */
        states: z.number(),
        plants: z.array(z.string()),
        newest_at: moment,
        /** the key of one of them */
        example: z.string(),
        /** what it may stand for */
        meanings: z.array(z.string()),
      }),
    ),
  })
  .openapi('UnexplainedCodes')
export type UnexplainedCodes = z.infer<typeof unexplainedCodes>
