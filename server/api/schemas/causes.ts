import { z } from '@hono/zod-openapi'
import { decimal, moment } from './common.ts'

/** One reason why the sides of a case may disagree. */
export const caseCause = z.object({
  cause: z.string(),
  title: z.string(),
  description: z.string(),
  /** what to do about it */
  advice: z.string(),
  /** how well the facts fit, 0 to 1 */
  score: z.number(),
  evidence: z.array(
    z.object({
      text: z.string(),
      entity: z.string(),
      document: z.string(),
      at: moment,
      trace_id: z.string(),
    }),
  ),
  /** how many people's verdicts on this cause there are, over all cases, and how many confirmed it */
  verdicts: z.number(),
  confirmed: z.number(),
  /** what was said of it on this case */
  verdict: z.enum(['confirmed', 'rejected']).nullable(),
})

export const caseCauses = z.object({
  /** none: not sought yet; failed: could not be sought */
  state: z.enum(['sought', 'none', 'failed']),
  failure: z.string(),
  sought_at: moment.nullable(),
  /** what was confirmed first, then the likelier, what was rejected last */
  ranked: z.array(caseCause),
  /** other open cases of the same root; null when there are none */
  parent: z.object({ shared: z.string(), cases: z.number(), amount: decimal }).nullable(),
})

export const causeVerdict = z.object({ verdict: z.enum(['confirmed', 'rejected']) })

/** All causes there are, by title. */
export const causeList = z
  .object({
    causes: z.array(
      z.object({ cause: z.string(), title: z.string(), description: z.string(), advice: z.string() }),
    ),
  })
  .openapi('Causes')

export type CauseList = z.infer<typeof causeList>
export type CaseCause = z.infer<typeof caseCause>
export type CaseCauses = z.infer<typeof caseCauses>
