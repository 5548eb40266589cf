import { describeError } from '../../../server/core/errors.ts'
import type { Store } from '../../../sql/store.ts'
import { SourceError } from './failure.ts'
import type { Tally } from './tally.ts'

/** How polls went, kept; and how many requests of today are spent, also over a restart. */
export type Polls = {
  open(): Promise<void>
  note(source: string, startedAt: Date, tally: Tally, failure: unknown): Promise<void>
  /** @throws SourceError `day_spent` when the day has no request left; it waits for the next */
  spend(source: string, perDay: number | undefined): void
}

const dayMs = 86_400_000
const dayOf = (ms: number) => Math.floor(ms / dayMs)

export function openPolls(store: Store): Polls {
  let day = dayOf(Date.now())
  const spent = new Map<string, number>()
  return {
    open: async () => {
      const today = new Date(day * dayMs)
      for (const row of await store.query('source_polls', { since: today, today }))
        spent.set(row.source, Number(row.requests_today))
    },
    note: async (source, startedAt, tally, failure) => {
      if (failure === undefined && tally.requests === 0 && tally.rows === 0) return
      await store.insert('source_polls', [
        {
          source,
          started_at: startedAt.toISOString(),
          took_ms: Date.now() - startedAt.getTime(),
          outcome: failure === undefined ? 'ok' : 'failed',
          code: failure instanceof SourceError ? failure.code : failure === undefined ? '' : 'failed',
          reason: failure === undefined ? '' : describeError(failure),
          ...tally,
        },
      ])
    },
    spend: (source, perDay) => {
      const now = Date.now()
      if (dayOf(now) !== day) {
        day = dayOf(now)
        spent.clear()
      }
      const used = spent.get(source) ?? 0
      if (perDay !== undefined && used >= perDay)
        throw new SourceError('day_spent', `Its ${perDay} requests of today are spent`, {
          waitMs: (day + 1) * dayMs - now,
          mend: 'It goes on after midnight UTC; raise limits.per_day, or poll less often, where that is too late',
        })
      spent.set(source, used + 1)
    },
  }
}

const longestBackOffMs = 15 * 60_000

/**
 * How long until the next poll: the interval of the source; after failures twice as long each time, a quarter more or
 * less, so that sources that failed together do not come back together; never sooner than the source has said.
 */
export function waitAfter(
  everyMs: number,
  failures: number,
  failure: unknown,
  longestMs = longestBackOffMs,
): number {
  if (failures === 0) return everyMs
  const longest = Math.max(everyMs, longestMs)
  const backOff = Math.min(longest, everyMs * 2 ** Math.min(failures - 1, 20))
  const spread = backOff * (0.75 + Math.random() * 0.5)
  return Math.round(Math.max(spread, failure instanceof SourceError ? failure.waitMs : 0))
}
