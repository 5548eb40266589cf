import cron from 'node-cron'
import type { Notification } from '../../server/core/alert.ts'
import type { AlertDesk, AlertView, Quiet } from '../../server/core/alert-desk.ts'
import { matcher } from '../../server/core/alert-match.ts'
import type { CheckInfo } from '../../server/core/check-info.ts'
import { describeError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { log } from '../../server/core/log.ts'
import type { Store } from '../../sql/store.ts'
import { judgeConditions, loadConditions } from './conditions.ts'
import { heartbeatDue, listDue } from './grouping.ts'
import {
  type AlertStep,
  acknowledge,
  advance,
  forget,
  type Lives,
  noLives,
  type Tracked,
} from './lifecycle.ts'
import { listMaintenance } from './maintenance.ts'
import type { Condition, OwnGauges } from './observation.ts'
import { createOutbox, type Outbox } from './outbox.ts'
import { findQuiet } from './quiet.ts'
import { growRoutes } from './routing.ts'
import { noneTold, type Told, takeDown } from './told.ts'

/** How long what ended is shown without asking the store. */
const rememberedMs = 86_400_000

export type Alerting = {
  desk: AlertDesk
  /** Where all that receivers are told is written, by whoever has something to tell. */
  outbox: Outbox
  /** Judges every condition once and writes down who has to be told what. */
  evaluate(at?: Date): Promise<void>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Watches the conditions of an estate every 15 seconds, never twice at once. All it knows is in the store: a restart goes
 * on where the process before it ended.
 */
export function createAlerting(options: {
  estate: Estate
  store: Store
  checks: readonly CheckInfo[]
  gauges: OwnGauges
  /** Called when an alert began, changed or ended, or somebody acknowledged it */
  onChange?: () => void
  /** Called when something is to be told */
  onTold?: () => void
}): Alerting {
  const { estate, store, checks, gauges, onChange, onTold } = options
  const { route, heartbeat, maintenance } = estate.alerting
  const trunk = growRoutes(route)
  const startedAt = new Date()
  let conditions: Condition[] | undefined
  let lives: Lives = noLives
  let told: Told | undefined
  let silences: Quiet[] = []
  let failing = new Map<string, string>()
  let evaluatedAt: Date | null = null
  let line: Promise<unknown> = Promise.resolve()
  const inLine = <Result>(work: () => Promise<Result>) => {
    const result = line.then(work)
    line = result.catch(() => undefined)
    return result
  }
  const outbox = createOutbox(store, (written) => {
    for (const said of written) if (told && !said.is_test) takeDown(told, said)
    onTold?.()
  })
  const write = async (next: { lives: Lives; steps: AlertStep[] }) => {
    await store.insert('alert_steps', next.steps.map(rowOf))
    lives = next.lives
    if (next.steps.length > 0) onChange?.()
  }

  const evaluate = async (now: Date) => {
    conditions ??= await loadConditions()
    if (!told) [lives, told] = await recall(store, now)
    const judged = await judgeConditions(conditions, { estate, store, checks, now, gauges })
    const news = [...judged.failing].filter(([condition]) => !failing.has(condition))
    for (const [condition, error] of news) log.error({ condition, error }, 'a condition cannot be judged')
    failing = judged.failing
    await write(advance(lives, judged.findings, judged.watched, now))
    silences = await readSilences(store, now)
    // what could not be written before is known to those it was for once it is
    await outbox.write([])
    const quietOf = quietNow(now)
    const due = listDue(lives.tracked, trunk, told, (tracked) => quietOf(tracked) !== null, now)
    const alive = heartbeatDue(heartbeat, told, startedAt, now, failing)
    await outbox.write(alive ? [...due, alive] : due)
    lives = forget(lives, new Date(now.getTime() - rememberedMs))
    if (due.length > 0) onChange?.()
    evaluatedAt = now
  }
  const quietNow = (now: Date) =>
    findQuiet(
      estate,
      checks,
      lives.tracked.values(),
      silences,
      listMaintenance(maintenance, now.getTime(), now.getTime()),
      now,
    )
  const run = () =>
    inLine(() => evaluate(new Date())).catch((error) =>
      log.error({ error: describeError(error) }, 'the conditions could not be judged'),
    )
  const task = cron.createTask('*/15 * * * * *', run, { noOverlap: true, timezone: 'UTC', name: 'alerts' })
  return {
    desk: {
      list: () => {
        const quietOf = quietNow(new Date())
        return [...lives.tracked.values()].map((tracked) => viewOf(tracked, told, quietOf))
      },
      evaluatedAt: () => evaluatedAt?.toISOString() ?? null,
      failing: () => [...failing].map(([condition, reason]) => ({ condition, reason })),
      acknowledge: (fingerprint, actor, reason) =>
        inLine(async () => {
          if (!told) [lives, told] = await recall(store, new Date())
          const next = acknowledge(lives, fingerprint, actor, reason, new Date())
          await write(next)
          return next.steps.length > 0
        }),
      readSilences: async () => {
        silences = await readSilences(store, new Date())
      },
      maintenance: (from, to) => listMaintenance(maintenance, from.getTime(), to.getTime()),
    },
    outbox,
    evaluate: (at = new Date()) => inLine(() => evaluate(at)),
    start: async () => {
      await task.start()
      void run()
    },
    stop: async () => {
      await task.destroy()
      await line
    },
  }
}

/** What was known when the process before this one ended: each alert's last step, and each receiver's last word. */
async function recall(store: Store, now: Date): Promise<[Lives, Told]> {
  const rows = await store.query('alert_states', { since: new Date(now.getTime() - rememberedMs) })
  const tracked = new Map(
    rows.map((row) => [row.fingerprint, { ...(JSON.parse(row.body) as Tracked), step: Number(row.step) }]),
  )
  const told = noneTold()
  for (const row of await store.query('alert_told', {})) takeDown(told, JSON.parse(row.body) as Notification)
  return [{ ...noLives, tracked }, told]
}

/** The silences that last now. */
async function readSilences(store: Store, now: Date): Promise<Quiet[]> {
  const rows = await store.query('silences', { since: now })
  return rows
    .filter((row) => Date.parse(row.ended_at) === 0)
    .map((row) => ({
      id: row.id,
      matcher: matcher.parse(JSON.parse(row.matcher)),
      reason: row.reason,
      from: Date.parse(row.from),
      to: Date.parse(row.to),
    }))
}

function viewOf(
  { alert, labels, value, limit, fired_at, acknowledged_by }: Tracked,
  told: Told | undefined,
  quietOf: (tracked: Tracked) => AlertView['quiet'],
): AlertView {
  const firsts = new Map<string, number>()
  for (const group of told?.groups.values() ?? []) {
    const first = group.alerts.get(alert.fingerprint)?.first_at
    if (first !== undefined) firsts.set(group.receiver, Math.min(first, firsts.get(group.receiver) ?? first))
  }
  const isOver = alert.status === 'resolved'
  return {
    alert,
    labels,
    value,
    limit,
    fired_at,
    acknowledged_by,
    quiet: isOver ? null : quietOf({ alert, labels, value, limit, fired_at, acknowledged_by, step: 0 }),
    told: [...firsts].map(([receiver, at]) => ({ receiver, first_at: new Date(at).toISOString() })),
  }
}

const rowOf = ({ at, act, actor, reason, tracked }: AlertStep) => ({
  fingerprint: tracked.alert.fingerprint,
  step: tracked.step,
  at,
  act,
  actor,
  reason,
  condition: tracked.alert.condition,
  severity: tracked.alert.severity,
  plant: tracked.alert.plant,
  flow: tracked.alert.flow,
  team: tracked.alert.team,
  starts_at: tracked.alert.starts_at,
  body: JSON.stringify(tracked),
})
