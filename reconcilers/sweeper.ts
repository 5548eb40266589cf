import cron from 'node-cron'
import { describeError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { log } from '../server/core/log.ts'
import type { Store } from '../sql/store.ts'
import { deleteCases, thinHistory } from '../sql/sweep.ts'

const dayMs = 86_400_000
/** Cases deleted by one statement, and as many times as there are more. */
const casesAtOnce = 10_000

export type Swept = { versions: number; cases: number }
export type Sweeper = {
  /** Cuts what is older than the estate keeps it; resolves with how much that was. */
  sweep(at?: Date): Promise<Swept>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Cuts, once a day, what no age of single rows can tell: versions of states that were replaced, and cases closed long ago.
 * All else goes by the engine itself (sql/retention.ts). Whole months of history go at once, so that the logs of states
 * are rewritten once a month.
 */
export function createSweeper({ estate, store }: { estate: Estate; store: Store }): Sweeper {
  let line: Promise<unknown> = Promise.resolve()
  let isStopped = false
  const { history, cases } = estate.retention

  const note = (what: 'history' | 'cases', act: 'begun' | 'done', load_seq: string, rows: number) =>
    store.insert('sweeps', [{ at: new Date().toISOString(), what, act, load_seq, rows }], { lane: 'pull' })

  const sweepHistory = async (at: Date): Promise<number> => {
    const kept = new Date(at.getTime() - history * dayMs)
    const before = new Date(Date.UTC(kept.getUTCFullYear(), kept.getUTCMonth(), 1))
    const [last] = await store.query('last_load_before', { before }, { lane: 'pull' })
    const cut = last?.load_seq ?? '0'
    const known = (await store.query('sweeps', {}, { lane: 'pull' })).find(({ swept }) => swept === 'history')
    if (BigInt(cut) <= BigInt(known?.done ?? 0)) return 0
    await note('history', 'begun', cut, 0)
    const gone = await thinHistory(store, cut)
    await note('history', 'done', cut, gone)
    return gone
  }

  const sweepCases = async (at: Date): Promise<number> => {
    const before = new Date(at.getTime() - cases * dayMs)
    let gone = 0
    while (!isStopped) {
      const found = await store.query('cases_outlived', { before, limit: casesAtOnce }, { lane: 'pull' })
      if (found.length === 0) break
      await deleteCases(
        store,
        found.map(({ number }) => number),
      )
      gone += found.length
    }
    if (gone > 0) await note('cases', 'done', '0', gone)
    return gone
  }

  const sweep = (at = new Date()): Promise<Swept> => {
    const result = line.then(async () => ({ versions: await sweepHistory(at), cases: await sweepCases(at) }))
    line = result.catch(() => undefined)
    return result
  }
  const run = () =>
    sweep().then(
      (swept) => {
        if (swept.versions + swept.cases > 0) log.info(swept, 'what the estate keeps no longer is gone')
      },
      (error) =>
        log.error(
          { error: describeError(error) },
          'what the estate keeps no longer could not be cut; tried again',
        ),
    )
  const task = cron.createTask('0 40 3 * * *', run, { noOverlap: true, timezone: 'UTC', name: 'sweep' })
  return {
    sweep,
    start: async () => {
      await task.start()
      void run()
    },
    stop: async () => {
      isStopped = true
      await task.destroy()
      await line
    },
  }
}
