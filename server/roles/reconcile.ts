import { createAlerting } from '../../reconcilers/alerts/alerting.ts'
import { createDelivery } from '../../reconcilers/alerts/delivery.ts'
import type { OwnGauges } from '../../reconcilers/alerts/observation.ts'
import { createOutgoing } from '../../reconcilers/alerts/outgoing.ts'
import { createAnomalies } from '../../reconcilers/anomalies.ts'
import { createAudit } from '../../reconcilers/audit.ts'
import { loadCauses } from '../../reconcilers/cause.ts'
import type { Check } from '../../reconcilers/check.ts'
import { createForecasts } from '../../reconcilers/forecasts.ts'
import { createReplays } from '../../reconcilers/replay/replays.ts'
import { createRunner, type RunOptions } from '../../reconcilers/runner.ts'
import { scheduleChecks } from '../../reconcilers/schedule.ts'
import { createSubjects } from '../../reconcilers/subjects/subjects.ts'
import { createSweeper } from '../../reconcilers/sweeper.ts'
import type { Store } from '../../sql/store.ts'
import type { ForecastShelf } from '../api/forecast-shelf.ts'
import type { Bus } from '../core/bus.ts'
import { createFinish } from '../core/case-finish.ts'
import { readHeld } from '../core/disk.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'
import type { Receiver } from '../core/estate-receivers-secrets.ts'
import type { Handlers } from './asks.ts'
import type { Bodies } from './beats.ts'

type Options = {
  estate: Estate
  /** on a server one in which writes count only while the lease is held */
  store: Store
  checks: Check[]
  bus: Bus
  receivers: readonly Receiver[]
  gauges: OwnGauges
  shelf: ForecastShelf
  /** Where people open the product */
  baseUrl: () => string
  /** What requests about people need of who may come in, and of the audit trail */
  subjects: Pick<Parameters<typeof createSubjects>[0], 'people' | 'trail'>
}
export type Reconciling = Awaited<ReturnType<typeof openReconciling>>

/** What judges and tells: checks on their schedules, anomalies, forecasts, alerts and their delivery, replays, sweeps. */
export async function openReconciling(options: Options) {
  const { estate, store, checks, bus, receivers, gauges, shelf, baseUrl } = options
  const causes = loadCauses()
  const runner = createRunner(
    estate,
    store,
    checks,
    (opened, closed) => bus.tell('runs', ...(opened + closed > 0 ? (['exceptions'] as const) : [])),
    causes,
  )
  const schedule = scheduleChecks(runner)
  const anomalies = createAnomalies(estate, store)
  const audit = createAudit(store, { spansKept: estate.retention.spans })
  const sweeper = createSweeper({ estate, store })
  const forecasts = createForecasts(estate, store, (isOther) => {
    shelf.forget()
    if (isOther) bus.tell('exceptions')
  })
  const replayWay = createOutgoing()
  const subjects = createSubjects({
    store,
    estate,
    checks,
    bus,
    finish: createFinish(estate, checks),
    spool: gauges.spool,
    alone: runner.alone,
    ...options.subjects,
  })
  const replays = createReplays({
    store,
    estate,
    checks,
    bus,
    post: replayWay.post,
    held: () => readHeld(gauges),
  })
  const alerting = createAlerting({
    estate,
    store,
    checks,
    gauges,
    onChange: () => bus.tell('alerts'),
    onTold: () => delivery.wake(),
  })
  const delivery = await createDelivery({
    estate,
    store,
    receivers,
    outbox: alerting.outbox,
    baseUrl,
    onStep: () => bus.tell('alerts'),
  })
  const runCheck = async (name: string, asked: RunOptions) => {
    const check = checks.find((candidate) => candidate.check === name)
    if (!check)
      throw new PlumblineError('check_unknown', `"${name}" is not a check of this estate`, { status: 404 })
    return runner.run([check], asked)
  }
  const handlers: Handlers = {
    run: (name: string, { at, full }: { at?: string; full?: boolean }) =>
      runCheck(name, { ...(at ? { at: new Date(at) } : {}), ...(full === undefined ? {} : { full }) }),
    rerun: runner.rerun,
    acknowledge: alerting.desk.acknowledge,
    resend: delivery.resend,
    enable: delivery.enable,
    test: delivery.sendTest,
  }
  return {
    causes,
    runner,
    schedule,
    anomalies,
    replays,
    subjects,
    alerts: alerting.desk,
    delivery,
    runCheck,
    /** What processes of other roles may ask of this one. */
    handlers,
    /** What only this process knows. */
    describe: async (): Promise<Bodies['reconcilers']> => ({
      alerts: alerting.desk.list(),
      evaluated_at: alerting.desk.evaluatedAt(),
      failing: alerting.desk.failing(),
    }),
    start: async () => {
      // what was broken off goes on before the next run
      await subjects.start()
      await schedule.start()
      await anomalies.start()
      await audit.start()
      await sweeper.start()
      await forecasts.start()
      await alerting.start()
      await replays.start()
    },
    stop: async () => {
      await schedule.stop()
      await anomalies.stop()
      await audit.stop()
      await sweeper.stop()
      await forecasts.stop()
      await alerting.stop()
      await delivery.stop()
      await replays.stop()
      await subjects.stop()
      await replayWay.close()
    },
  }
}
