import cron from 'node-cron'
import { watchClock } from '../server/core/clock.ts'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import type { Check } from './check.ts'
import type { Runner } from './runner.ts'

/**
 * Starts every check on its schedule; those of one schedule run together, on one cut. Runs that are still going when the
 * next are due are not started twice.
 */
export function scheduleChecks(runner: Pick<Runner, 'checks' | 'run'>): {
  start(): Promise<void>
  stop(): Promise<void>
  nextRun(check: string): Date | null
} {
  const createTask = (schedule: string, checks: Check[], full: boolean) => {
    const run = () =>
      runner
        .run(checks, { full })
        .catch((error) =>
          log.error(
            { checks: checks.map((check) => check.check), error: describeError(error) },
            'runs could not be recorded',
          ),
        )
    return cron.createTask(schedule, run, { noOverlap: true, timezone: 'UTC', name: schedule })
  }
  const tasks = new Map(
    [...groupBy(runner.checks, (check) => check.schedule)].map(([schedule, checks]) => [
      schedule,
      createTask(schedule, checks, false),
    ]),
  )
  const full = [...groupBy(runner.checks, (check) => check.full)].map(([schedule, checks]) =>
    createTask(schedule, checks, true),
  )
  let clock: ReturnType<typeof watchClock> | undefined
  let isStopped = false
  const all = [...tasks.values(), ...full]
  return {
    start: async () => {
      for (const task of all) await task.start()
      // set back, the next time would come as much later; set forward, all that lay between would be told as missed
      clock = watchClock(() => {
        for (const task of all) void Promise.resolve(task.stop()).then(() => isStopped || task.start())
      })
    },
    stop: async () => {
      isStopped = true
      clock?.stop()
      for (const task of all) await task.destroy()
    },
    nextRun: (name) => {
      const check = runner.checks.find((each) => each.check === name)
      return (check && tasks.get(check.schedule)?.getNextRun()) ?? null
    },
  }
}

function groupBy<Each>(all: readonly Each[], keyOf: (each: Each) => string): Map<string, Each[]> {
  const groups = new Map<string, Each[]>()
  for (const each of all) groups.set(keyOf(each), [...(groups.get(keyOf(each)) ?? []), each])
  return groups
}
