import cron from 'node-cron'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import type { Check } from './check.ts'
import type { Runner } from './runner.ts'

/** Starts every check on its schedule. A run that is still going when the next is due is not started twice. */
export function scheduleChecks(runner: Runner): {
  start(): Promise<void>
  stop(): Promise<void>
  nextRun(check: string): Date | null
} {
  const createTask = (check: Check, schedule: string, full: boolean) => {
    const run = () =>
      runner
        .run(check, { full })
        .catch((error) =>
          log.error({ check: check.check, error: describeError(error) }, 'a run could not be recorded'),
        )
    return cron.createTask(schedule, run, { noOverlap: true, timezone: 'UTC', name: check.check })
  }
  const tasks = new Map(runner.checks.map((check) => [check.check, createTask(check, check.schedule, false)]))
  const all = [...tasks.values(), ...runner.checks.map((check) => createTask(check, check.full, true))]
  return {
    start: async () => {
      for (const task of all) await task.start()
    },
    stop: async () => {
      for (const task of all) await task.destroy()
    },
    nextRun: (check) => tasks.get(check)?.getNextRun() ?? null,
  }
}
