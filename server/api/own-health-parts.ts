import { totalmem } from 'node:os'
import { type DiskState, writeBytes } from '../core/disk.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { HealthPart } from './schemas/own-health.ts'
import { type Scope, statusOf } from './scope.ts'
import { listSteps, oldestShouldBeS } from './sources-ingest.ts'

/** Held up for longer, answers and acknowledgements wait noticeably. */
const heldUpS = 0.25
/** Of the machine's memory; beyond it the system may end a process. */
const mostMemory = 0.8
/** What is to be told and was not for longer is late. */
const tellWithinS = 300

/** What is measured of our own processes in a scope: each with its value now, its limit, and its course. */
export async function composeHealthParts(context: ApiContext, scope: Scope): Promise<HealthPart[]> {
  const { store, estate, gauges } = context
  const { from, to, stepSeconds: step_s, at } = scope
  const known = new Set(estate.receivers.map(({ receiver }) => receiver))
  const [depths, lags, loads, process_, receivers, disk] = await Promise.all([
    store.query('measured_spool', { from, to, step_s }),
    store.query('loads_series', { from, to, step_s }),
    store.query('loads_by_kind', { from, to }),
    store.query('health_process', { from, to, step_s }),
    store.query('deliver_receivers', { since: from }),
    gauges.disk(),
  ])
  const course = courseOf(scope)
  const spool = gauges.spool()
  const slowest = loads.reduce<(typeof loads)[number] | undefined>(
    (most, row) => (!most || row.lag_p95_ms > most.lag_p95_ms ? row : most),
    undefined,
  )
  const told = receivers.filter(({ receiver }) => known.has(receiver))
  const waiting = told.reduce((sum, row) => sum + row.waiting, 0)
  const heads = told.filter((row) => row.waiting > 0 && Date.parse(row.head_since) > 0)
  const late = Math.max(0, ...heads.map((row) => (at.getTime() - Date.parse(row.head_since)) / 1000))
  const memory = process.memoryUsage.rss()
  const loop = course(
    process_.filter(({ name }) => name === 'nodejs.eventloop.delay.p99'),
    ({ highest }) => highest,
  )
  const heldUp = loop.findLast(({ value }) => value !== null)?.value ?? null
  return [
    {
      part: 'spool',
      label: 'Spool',
      status: spool.refusing ? 'breach' : statusOf(spool.waiting_bytes / spool.limit_bytes),
      value: spool.waiting_bytes,
      unit: 'bytes',
      limit: spool.limit_bytes,
      detail: spool.refusing
        ? `nothing more is taken: ${spool.refusing}`
        : 'acknowledged, and on its way into the store',
      href: '/sources',
      series: course(depths, ({ bytes }) => bytes, 'sum'),
    },
    {
      part: 'spool_age',
      label: 'Oldest in the spool',
      status: statusOf(spool.oldest_s / oldestShouldBeS),
      value: spool.oldest_s,
      unit: 's',
      limit: oldestShouldBeS,
      detail: 'a load is due every second or so',
      href: '/sources',
      series: course(depths, ({ age_s }) => age_s),
    },
    {
      part: 'loader_lag',
      label: 'Loader lag (p95)',
      status: slowest ? statusOf(slowest.lag_p95_ms / (oldestShouldBeS * 1000)) : 'unknown',
      value: slowest?.lag_p95_ms ?? null,
      unit: 'ms',
      limit: oldestShouldBeS * 1000,
      detail: slowest
        ? `from receipt to the store, of the slowest kind (${slowest.kind}); at worst ${writeDuration(slowest.lag_max_ms)}`
        : 'nothing was loaded in the range',
      href: '/sources',
      series: course(lags, ({ lag_p95_ms }) => lag_p95_ms),
    },
    {
      part: 'disk',
      label: 'Disk',
      status: ({ ok: 'ok', warn: 'watch', refuse: 'breach' } as const)[disk.state],
      value: disk.total_bytes - disk.free_bytes,
      unit: 'bytes',
      limit: Math.max(0, disk.total_bytes - disk.refuse_bytes),
      detail: describeDisk(disk),
      href: null,
      series: course(
        process_.filter(({ name }) => name === 'plumbline.disk.used'),
        ({ highest }) => highest,
      ),
    },
    {
      part: 'event_loop',
      label: 'Event-loop delay (p99)',
      status: heldUp === null ? 'unknown' : statusOf(heldUp / heldUpS),
      value: heldUp === null ? null : heldUp * 1000,
      unit: 'ms',
      limit: heldUpS * 1000,
      detail: 'of ten seconds; for so long a request waits for its turn',
      href: null,
      series: loop.map(({ at: when, value }) => ({ at: when, value: value === null ? null : value * 1000 })),
    },
    {
      part: 'memory',
      label: 'Memory',
      status: statusOf(memory / (totalmem() * mostMemory)),
      value: memory,
      unit: 'bytes',
      limit: Math.round(totalmem() * mostMemory),
      detail:
        store.engine === 'chdb'
          ? 'of this process, with the engine in it'
          : 'of this process; the engine has its own',
      href: null,
      series: course(
        process_.filter(({ name }) => name === 'process.memory.usage'),
        ({ highest }) => highest,
      ),
    },
    {
      part: 'deliveries',
      label: 'Notifications waiting',
      status: told.some((row) => Boolean(row.is_disabled)) ? 'breach' : statusOf(late / tellWithinS),
      value: waiting,
      unit: 'count',
      limit: null,
      detail:
        known.size === 0
          ? 'the estate names no receivers'
          : waiting === 0
            ? `${writeNumber(known.size)} ${known.size === 1 ? 'receiver knows all it should' : 'receivers know all they should'}`
            : late > 0
              ? `the first of them for ${writeDuration(late * 1000)}`
              : 'none has failed yet',
      href: '/deliveries',
      series: [],
    },
    ...backupPart(context, at),
  ]
}

/** The newest backup, where the estate has them made. */
function backupPart({ backups }: ApiContext, at: Date): HealthPart[] {
  if (!backups) return []
  const { last, failure, is_late, is_under_way, every_ms, to } = backups.state()
  const cost = last?.cost
  return [
    {
      part: 'backup',
      label: 'Newest backup',
      status: failure || is_late ? 'breach' : last ? 'ok' : 'unknown',
      value: last ? Math.max(0, Math.round((at.getTime() - Date.parse(last.at)) / 1000)) : null,
      unit: 's',
      limit: every_ms / 1000,
      detail: failure
        ? `the last try failed: ${failure.message}`
        : is_under_way
          ? `one is under way to ${to}`
          : cost
            ? `${writeNumber(cost.bytes / 1e6)} MB in ${writeDuration(cost.took_ms)}, for ${writeNumber(cost.held_ms / 1000)} s of which nothing was written to the store`
            : `every ${writeDuration(every_ms)}, to ${to}`,
      href: null,
      series: [],
    },
  ]
}

/** Where the disk stands that is nearest to its end, and at what it is said and refused. */
function describeDisk({ disk, path, free_bytes, warn_bytes, refuse_bytes, state }: DiskState): string {
  const marks = `somebody is told below ${writeBytes(warn_bytes)} free, nothing more is taken below ${writeBytes(refuse_bytes)}`
  const free = `${writeBytes(free_bytes)} are free for ${disk} (${path})`
  return state === 'refuse'
    ? `nothing more is taken, fetched or replayed until there is room: ${free}; ${marks}`
    : `${free}; ${marks}`
}

/** The course of a figure over the steps of a scope: the highest of each, or the sum of what comes from several at once. */
const courseOf =
  (scope: Scope) =>
  <Row extends { at: string }>(
    rows: Row[],
    read: (row: Row) => number,
    how: 'highest' | 'sum' = 'highest',
  ) => {
    const values = new Map<number, number>()
    for (const row of rows) {
      const step = Date.parse(row.at)
      const held = values.get(step)
      const value = read(row)
      values.set(step, held === undefined ? value : how === 'sum' ? held + value : Math.max(held, value))
    }
    return listSteps(scope).map((step) => ({
      at: new Date(step).toISOString(),
      value: values.get(step) ?? null,
    }))
  }
