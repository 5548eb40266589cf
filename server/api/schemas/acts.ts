import { z } from '@hono/zod-openapi'
import { actNames } from '../../core/case-acts.ts'
import { exceptionQuery } from './exceptions.ts'

const text = (most: number) => z.string().trim().max(most).default('')

/** What a person does to a case; which values count depends on the act. */
export const actGiven = z.object({
  act: z.enum(actNames),
  // a case's facets are told apart by a control character (server/core/case.ts)
  assignee: text(80).refine((name) => !/\p{Cc}/u.test(name), 'a name holds no control characters'),
  team: text(80),
  until: z.union([z.literal(''), z.iso.datetime({ offset: true })]).default(''),
  cause: text(80),
  reason: text(500),
  text: text(4000),
})

export const actOnOneGiven = actGiven.extend({
  version: z.number().int().min(0).openapi({ description: 'The version of the case that was seen' }),
})

/** More than this at once is no act but a mistake: what says which cases says too little. */
export const mostAtOnce = 100_000

export const actOnManyGiven = actGiven.extend({
  numbers: z
    .array(z.object({ number: z.number().int().positive(), version: z.number().int().min(0).optional() }))
    .max(mostAtOnce)
    .optional()
    .openapi({ description: 'These cases, each as it was seen, such as a dry run has shown them' }),
  filter: exceptionQuery
    .omit({ sort: true, order: true, limit: true, offset: true, facets: true, since: true, currency: true })
    .optional()
    .openapi({ description: 'All that match at this moment, not only those on a page' }),
  dry_run: z.boolean().default(false).openapi({ description: 'Say what would happen, and do nothing' }),
})

export const itemResult = z.object({
  number: z.number(),
  plant: z.string(),
  key: z.string(),
  /** the version by which it was judged; absent of a case that is not there */
  version: z.number().optional(),
  outcome: z.enum(['done', 'refused', 'lost']),
  reason: z.string(),
})

/** One line of the answer: how far it is, or, last, what became of each. */
export const actProgress = z
  .object({
    total: z.number(),
    done: z.number(),
    results: z.array(itemResult).optional(),
  })
  .openapi('ActProgress')

export type ActOnMany = z.input<typeof actOnManyGiven>
export type ActOnOne = z.input<typeof actOnOneGiven>
export type ActProgress = z.infer<typeof actProgress>
export type ItemResult = z.infer<typeof itemResult>
