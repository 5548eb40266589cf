import { z } from 'zod'
import { parseDuration } from './duration.ts'
import { id, oneOrMany } from './estate-parts.ts'

/** How severe a case is, mildest first. */
export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

const limitWords = 'a duration above zero and of at most 400d, such as 30m, 4h or 3d'
/** Days are kept apart: on shifts, one is as long as the plant's shifts of a day. */
const limit = z
  .string(limitWords)
  .refine((text) => {
    const ms = parseDuration(text)
    return ms !== null && ms >= 1 && ms <= 400 * 86_400_000
  }, limitWords)
  .transform((text) => {
    const ms = parseDuration(text) as number
    return text.trim().endsWith('d') ? { days: ms / 86_400_000, ms: 0 } : { days: 0, ms }
  })

const tierWords = 'a tier from 1 (most critical) to 4'

export const slaRule = z.strictObject({
  severity: oneOrMany(z.enum(severities)).optional(),
  check: oneOrMany(id).optional(),
  plant: oneOrMany(id).optional(),
  flow: oneOrMany(id).optional(),
  tier: oneOrMany(z.int(tierWords).min(1, tierWords).max(4, tierWords)).optional().describe('Of the flow'),
  acknowledge: limit.describe('Until somebody has taken it on'),
  resolve: limit.describe('Until it is mended or accepted, or the systems agree again'),
  clock: z
    .enum(['shifts', 'always'])
    .default('shifts')
    .describe(
      'shifts: only time in which the plant works counts, 4h are four hours of shifts and 1d is one working day, as long as the shifts of a day are together; always: every hour counts, 1d is 24h',
    ),
  warn_at: z
    .number()
    .gt(0, 'a share of the limit above 0, at most 1')
    .max(1, 'a share of the limit above 0, at most 1')
    .default(0.8)
    .describe('The share of a limit that is used up when somebody is warned'),
})

export type SlaRule = z.infer<typeof slaRule>

const usual = (acknowledge: string, resolve: string, clock: SlaRule['clock']): SlaRule =>
  slaRule.parse({ acknowledge, resolve, clock })

/** What counts where no rule of the estate speaks of a case. */
export const usualSla: Record<Severity, SlaRule> = {
  critical: usual('30m', '4h', 'always'),
  high: usual('2h', '1d', 'shifts'),
  medium: usual('1d', '3d', 'shifts'),
  low: usual('3d', '10d', 'shifts'),
}
