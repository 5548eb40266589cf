import cron from 'node-cron'
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
  const all = [...tasks.values(), ...full]
  return {
    start: async () => {
      for (const task of all) await task.start()
    },
    stop: async () => {
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
