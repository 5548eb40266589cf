import type { DeliveryOutcome } from '../../server/core/delivery-info.ts'
import { writeDuration } from '../../server/core/words.ts'
import type { Verdict } from './receivers/index.ts'

const s = 1_000
const min = 60 * s
const h = 60 * min

/** How long after a failed attempt the next one follows: the schedule of Standard Webhooks. */
export const retryDelays: readonly number[] = [
  5 * s,
  5 * min,
  30 * min,
  2 * h,
  5 * h,
  10 * h,
  14 * h,
  20 * h,
  24 * h,
]
/** From the first attempt to the last: what has waited so long is not tried more than once. */
export const scheduleMs = retryDelays.reduce((sum, delay) => sum + delay, 0)

/** What follows from an attempt; `nextAt` in milliseconds, 0 where no other follows by itself. */
export type Decision = { outcome: DeliveryOutcome; reason: string; nextAt: number }

/**
 * Decides what follows from the `attempt`th attempt (from 1) at something that is owed since `owedSince`. A tenth more
 * or less of the delay, by chance, keeps many senders apart; what the receiver asked for is never undercut. Given up is
 * what has failed to the end of the schedule, and what fails when it is as old as that: behind one that took days, each
 * of those in line is tried once, and not for days. `mostMs` is the longest pause where the receiver hears our heartbeat:
 * silence means there that we are dead, so that nothing may hold up the next sign of life for longer.
 */
export function decide(
  verdict: Verdict,
  given: { attempt: number; owedSince: number; at: number; random: number; mostMs?: number | undefined },
): Decision {
  if (verdict.outcome !== 'retry') return { ...verdict, nextAt: 0 }
  const { attempt, owedSince, at, random, mostMs } = given
  // what is tried so often is given up for its age only
  const delay = retryDelays[attempt - 1] ?? mostMs
  const age = at - owedSince
  if (delay === undefined || age >= scheduleMs)
    return {
      outcome: 'given_up',
      reason: `given up after ${attempt} ${attempt === 1 ? 'attempt' : 'attempts'} and ${writeDuration(age)}: ${verdict.reason}`,
      nextAt: 0,
    }
  const pause = Math.min(delay * (0.9 + 0.2 * random), mostMs ?? Number.POSITIVE_INFINITY)
  const wait = Math.max(pause, verdict.afterMs * (1 + 0.1 * random))
  return { outcome: 'retry', reason: verdict.reason, nextAt: Math.ceil(at + wait) }
}
