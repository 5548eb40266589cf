import { z } from '@hono/zod-openapi'
import { decimal, moment, severity } from './common.ts'

/** A stretch of days in a row, UTC, on which cases of one root opened. */
export const episode = z.object({
  from: z.string(),
  to: z.string(),
  cases: z.number(),
  amount: decimal,
})

/** Cases of one root: the parent, with what its children come to. */
export const exceptionGroup = z.object({
  /** what its cases are found by: the filter `root` */
  root: z.string(),
  /** failure: they have one failure in common; cause: only its kind; class: no cause is known */
  kind: z.enum(['failure', 'cause', 'class']),
  title: z.string(),
  /** of a failure, what it was; '' else */
  detail: z.string(),
  cause: z.string(),
  cause_title: z.string(),
  /** that match */
  cases: z.number(),
  amount: decimal,
  /** the amount is that of other cases too, under which the whole list counts it */
  is_repeated: z.boolean(),
  orders: z.number(),
  since: moment,
  severity,
  teams: z.array(z.string()),
  plants: z.array(z.string()),
  /** '' nobody */
  assignees: z.array(z.string()),
  first_due: moment.nullable(),
  /** of the root, whatever the filters */
  open_cases: z.number(),
  month_cases: z.number(),
  /** cases that opened in each of the last thirteen weeks, the last of them now */
  weeks: z.array(z.number()),
  /** of ninety days, newest first */
  episodes: z.array(episode),
  /** days of ninety on which it opened cases */
  days: z.number(),
  /** it comes back although each case was mended: what the systems agreed on is wrong, not the data */
  is_architecture: z.boolean(),
})

export const exceptionGroups = z
  .object({
    as_of: moment,
    /** of every amount */
    currency: z.string(),
    groups: z.array(exceptionGroup),
    /** on how many days of ninety a mapping fault must open cases to be an architecture issue */
    recurs_from: z.number(),
  })
  .openapi('ExceptionGroups')

export type ExceptionGroup = z.infer<typeof exceptionGroup>
export type ExceptionGroups = z.infer<typeof exceptionGroups>
