import { z } from 'zod'
import { decimal, duration, id, runbook, words } from './estate-parts.ts'

/** Classes whose cases are at least so severe, whatever they are worth. */
export const leastSeverities = z.record(z.string(), z.enum(['low', 'medium', 'high', 'critical']))

/** When a case is one step more severe: `true` is ten times its grace, `false` never. */
export const ages = z.union([z.boolean(), duration], 'true, false or a duration such as 36h')

/** A check that runs here, and what this site decides about it; the check's file has the rest. */
export const check = z.strictObject({
  check: id.describe('The name of a file in sql/checks'),
  schedule: words.optional().describe('When it runs, as cron with seconds; the check file has a default'),
  full: words.optional().describe('When it compares every key, as cron with seconds'),
  grace: duration.optional().describe('Time in which a disagreement is still in flight'),
  grace_left: duration
    .optional()
    .describe('The grace of what the left side said last, where it is another; the same for the right'),
  grace_right: duration.optional(),
  tolerance: decimal.optional().describe('A difference that does not count'),
  tolerance_amount: decimal
    .optional()
    .describe('A difference in money that does not count, where the check knows one beside its tolerance'),
  tolerance_percent: decimal
    .optional()
    .describe('Percent that a quantity may differ, where the check knows goods of which it may'),
  materiality: z
    .union([decimal, z.record(id, decimal)], 'a decimal such as 5000, or one for each of some plants')
    .optional()
    .describe(
      "Amount from which a case is high; a tenth is medium, tenfold critical. One amount is in the reporting currency, for all plants; by plant each is in the plant's own, and others have the check file's",
    ),
  severity: leastSeverities
    .optional()
    .describe('Classes that are at least so severe, over those of the file'),
  ages: ages
    .optional()
    .describe(
      'From what age a case is one step more severe: a duration, true for ten times its grace, false for never; ten times its grace and at least a day when absent',
    ),
  team: id,
  flow: id.optional(),
  stages: z
    .array(id)
    .optional()
    .describe('Stages of its flow under which its rate counts, over those of the file'),
  runbook: runbook.describe("Address of what to do about its cases; its flow's when absent"),
  closes_after: z
    .number()
    .int()
    .min(1)
    .max(100)
    .default(2)
    .describe('How many runs in a row must find the systems to agree before a case closes by itself'),
  reopens_within: duration
    .default(7 * 86_400_000)
    .describe('A difference that comes back within this time opens the case again that it had before'),
})
