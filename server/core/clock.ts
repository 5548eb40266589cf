import { log } from './log.ts'

const lookMs = 250
/** Clocks are corrected by little all the time. */
const leastMs = 2_000

/**
 * Calls whenever the clock of the machine was set, or the machine slept: what waits for a time of day has to reckon again.
 * Whatever measures how long something takes asks `performance`, which knows no time of day.
 */
export function watchClock(onSet: (byMs: number) => void): { stop(): void } {
  const read = () => Date.now() - performance.now()
  let known = read()
  const timer = setInterval(() => {
    const byMs = Math.round(read() - known)
    known += byMs
    if (Math.abs(byMs) < leastMs) return
    log.warn({ by_ms: byMs }, byMs > 0 ? 'the clock was set forward' : 'the clock was set back')
    onSet(byMs)
  }, lookMs)
  timer.unref()
  return { stop: () => clearInterval(timer) }
}
