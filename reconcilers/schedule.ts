import cron from 'node-cron'
import { describeError, PlumblineError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import type { Runner } from './runner.ts'

/**
 * Starts every check on its schedule. A run that is still going when the next is due is not started twice.
 * @throws PlumblineError `schedule_invalid` for a schedule that is not cron
 */
export function scheduleChecks(runner: Runner): {
  stop(): Promise<void>
  nextRun(check: string): Date | null
} {
  const tasks = new Map(
    runner.checks.map((check) => {
      if (!cron.validate(check.schedule))
        throw new PlumblineError('schedule_invalid', `"${check.schedule}" is not a cron expression`, {
          where: `checks.${check.check}.schedule`,
          mend: 'Write five or six fields, seconds first when six: "*/15 * * * * *".',
        })
      const run = () =>
        runner
          .run(check)
          .catch((error) =>
            log.error({ check: check.check, error: describeError(error) }, 'a run could not be recorded'),
          )
      return [
        check.check,
        cron.schedule(check.schedule, run, { noOverlap: true, timezone: 'UTC', name: check.check }),
      ]
    }),
  )
  return {
    stop: async () => {
      for (const task of tasks.values()) await task.destroy()
    },
    nextRun: (check) => tasks.get(check)?.getNextRun() ?? null,
  }
}
