import { z } from '@hono/zod-openapi'
import { itemResult, mostAtOnce } from './acts.ts'

export const ownershipGiven = z.object({
  dry_run: z.boolean().default(true).openapi({ description: 'Only say what would move' }),
  moves: z
    .array(z.object({ number: z.number().int().positive(), to: z.string().max(80) }))
    .max(mostAtOnce)
    .optional()
    .openapi({
      description: 'Only these, such as a dry run has shown them; what the rules give elsewhere by now stays',
    }),
})

export const ownershipMoves = z
  .object({
    moves: z.array(
      z.object({
        number: z.number(),
        plant: z.string(),
        key: z.string(),
        from: z.string(),
        to: z.string(),
        why: z.string(),
      }),
    ),
    results: z.array(itemResult),
  })
  .openapi('OwnershipMoves')

export type OwnershipMoves = z.infer<typeof ownershipMoves>
