import cron from 'node-cron'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import type { Runner } from './runner.ts'

/** Starts every check on its schedule. A run that is still going when the next is due is not started twice. */
export function scheduleChecks(runner: Runner): {
  start(): Promise<void>
  stop(): Promise<void>
  nextRun(check: string): Date | null
} {
  const tasks = new Map(
    runner.checks.map((check) => {
      const run = () =>
        runner
          .run(check)
          .catch((error) =>
            log.error({ check: check.check, error: describeError(error) }, 'a run could not be recorded'),
          )
      return [
        check.check,
        cron.createTask(check.schedule, run, { noOverlap: true, timezone: 'UTC', name: check.check }),
      ]
    }),
  )
  return {
    start: async () => {
      for (const task of tasks.values()) await task.start()
    },
    stop: async () => {
      for (const task of tasks.values()) await task.destroy()
    },
    nextRun: (check) => tasks.get(check)?.getNextRun() ?? null,
  }
}
