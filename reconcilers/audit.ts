import { setTimeout as sleep } from 'node:timers/promises'
import cron from 'node-cron'
import { describeError } from '../server/core/errors.ts'
import { log } from '../server/core/log.ts'
import type { QueryRow } from '../sql/queries.gen.ts'
import type { Store } from '../sql/store.ts'

const hourMs = 3_600_000
const hoursBack = 48
/** How long after their receipt spans of older hours are looked for; the audit runs every hour. */
const lateHours = 2

export type Audited = QueryRow['rollup_drift']
export type Audit = {
  /** Compares the sums over spans with the spans, hour by hour, and writes down both; resolves with the hours compared. */
  audit(at?: Date): Promise<Audited[]>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Audits the sums over spans against the exact table: every hour, and at the start, for the last 48 hours and
 * for those before them that spans were received for in the last two. Hours that spans still arrive for count as of now. A load that is under way has one of both tables for a moment and not yet the
 * other, so a difference counts when it is still there after `settleMs`.
 * @param spansKept for how many days spans are kept, by the estate
 */
export function createAudit(store: Store, { spansKept = 30, settleMs = 3_000 } = {}): Audit {
  const stopping = new AbortController()
  let line: Promise<unknown> = Promise.resolve()
  const audit = (at = new Date()) => {
    const result = line.then(() => compare(store, { at, spansKept, settleMs, stopped: stopping.signal }))
    line = result.catch(() => undefined)
    return result
  }
  const run = () =>
    audit().catch((error) => {
      if (!stopping.signal.aborted)
        log.error({ error: describeError(error) }, 'the sums over spans could not be audited')
    })
  const task = cron.createTask('20 5 * * * *', run, { noOverlap: true, timezone: 'UTC', name: 'audit' })
  return {
    audit,
    start: async () => {
      await task.start()
      void run()
    },
    stop: async () => {
      stopping.abort()
      await task.destroy()
      await line
    },
  }
}

async function compare(
  store: Store,
  {
    at,
    spansKept,
    settleMs,
    stopped,
  }: { at: Date; spansKept: number; settleMs: number; stopped: AbortSignal },
): Promise<Audited[]> {
  const end = (Math.floor(at.getTime() / hourMs) + 1) * hourMs
  const from = new Date(end - hoursBack * hourMs)
  const late = await store.query('rollup_late_hours', {
    since: new Date(at.getTime() - lateHours * hourMs),
    // before that an hour's first spans may be gone
    oldest: new Date(end - (spansKept - 1) * 24 * hourMs),
    before: from,
  })
  const range = { from, to: new Date(end), hours: late.map(({ hour }) => new Date(hour)) }
  let rows = await store.query('rollup_drift', range)
  for (let looks = 1; looks < 3 && rows.some((row) => row.drift !== '0'); looks++) {
    await sleep(settleMs, undefined, { signal: stopped })
    rows = await store.query('rollup_drift', range)
  }
  const audited_at = new Date().toISOString()
  await store.insert(
    'rollup_audits',
    rows.map((row) => ({ audited_at, ...row })),
  )
  const drifted = rows.filter((row) => row.drift !== '0')
  if (drifted.length > 0)
    log.warn(
      { hours: drifted.length, first: drifted[0] },
      'sums over spans differ from the spans they were summed from',
    )
  return rows
}
