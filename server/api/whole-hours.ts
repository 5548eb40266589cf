import type { Scope } from './scope.ts'

const hourMs = 3_600_000
/** Fewer hours than these are read from single rows: sums of an hour would hold hardly fewer. */
const leastHours = 48

/** Hours since the epoch that a question may read from their sums: from the first one up to the last, which is not among them. */
export type WholeHours = { hour_from: number; hour_to: number }

/** The hours that lie in a range whole, when there are enough of them; else none. */
export function wholeHours(from: Date, to: Date, least = leastHours): WholeHours {
  return readWhole(from, to, hourMs, least)
}

/** The same of days, as UTC has them. */
export function wholeDays(from: Date, to: Date): { day_from: number; day_to: number } {
  const { hour_from, hour_to } = readWhole(from, to, 24 * hourMs, 1)
  return { day_from: hour_from, day_to: hour_to }
}

/** The whole hours of a range whose steps begin on them; none where they don't. */
export function wholeSteps(from: Date, to: Date, stepSeconds: number): WholeHours {
  const isAligned = from.getTime() % hourMs === 0 && (stepSeconds * 1000) % hourMs === 0
  return isAligned ? wholeHours(from, to) : wholeHours(from, from)
}

/** What of a range and the one right before it may be read from sums, up to `lateMs` before its end; none of others. */
export function wholeCompared({ previousFrom, previousTo, from, to }: Scope, lateMs = 0): WholeHours {
  const isOne = previousTo.getTime() === from.getTime() && from.getTime() % hourMs === 0
  return isOne ? wholeHours(previousFrom, new Date(to.getTime() - lateMs)) : wholeHours(from, from)
}

/** The last hour, exact, and the range before it. */
export const healthRange = ({ at, from }: Scope) => ({
  window_s: hourMs / 1000,
  from,
  ...wholeHours(from, new Date(at.getTime() - hourMs)),
})

function readWhole(from: Date, to: Date, lengthMs: number, least: number): WholeHours {
  const hour_from = Math.ceil(from.getTime() / lengthMs)
  const hour_to = Math.floor(to.getTime() / lengthMs)
  return { hour_from, hour_to: hour_to - hour_from >= least ? hour_to : hour_from }
}
