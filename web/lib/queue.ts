import { batch, createComputed, createEffect, createMemo, on } from 'solid-js'
import { createStore, unwrap } from 'solid-js/store'
import type {
  ExceptionList,
  ExceptionNumbers,
  ExceptionRow,
  ExceptionStanding,
} from '../../server/api/schemas/exceptions.ts'
import type { Query } from './api.ts'
import { isIdle } from './idle.ts'
import { ask, dataOf, queryClient, type Topic } from './queries.ts'

/** So many rows come with the first answer, and with each further one. */
const PAGE = 50

/** A list that came so long ago is shown again as it is. */
const NEW_MS = 5_000

const LIVE: Topic[] = ['exceptions']
const FIXED: Topic[] = []
const list = '/api/exceptions'

/**
 * The queue as it is held on screen. Which cases it has and in which order is asked once and stays, so that no row moves
 * under the cursor; what each row says is live, and what has come or gone since is told, and shown when asked for. The
 * first rows are asked for alone; once they are drawn, what is said of the whole list, and the order of the others.
 */
export function createQueue(query: () => Query, isFlat: () => boolean) {
  const first = ask<ExceptionList>(
    FIXED,
    () => ({ path: list, query: { ...query(), facets: 'no', limit: PAGE } }),
    () => ({ fixed: true }),
  )
  /** since when the list is held; '' until the answer to this question is here */
  const since = () => (first.isPlaceholderData ? '' : (dataOf(first)?.as_of ?? ''))
  const live = ask<ExceptionList>(
    LIVE,
    () => ({ path: list, query: { ...query(), limit: 0, since: since() } }),
    () => ({ enabled: isIdle() && since() !== '', every: 60_000 }),
  )
  const now = () => dataOf(live)
  // the same for every list: not asked again when another filter is set
  const standing = ask<ExceptionStanding>(
    ['exceptions', 'runs'],
    () => ({ path: `${list}/standing` }),
    () => ({ enabled: isIdle() && since() !== '', every: 60_000 }),
  )
  const order = ask<ExceptionNumbers>(
    FIXED,
    () => ({ path: `${list}/numbers`, query: { ...query(), since: since() } }),
    () => ({
      enabled: isIdle() && isFlat() && since() !== '' && (dataOf(first)?.rows.length ?? 0) === PAGE,
      fixed: true,
      keep: false,
    }),
  )
  const rows = createRows()
  // before they are drawn: an effect would come after, and each be drawn empty first
  createComputed(() => {
    // a fixed answer comes whole: it is read as it is, not each column through the store
    const data = unwrap(dataOf(first))
    if (data) rows.put(data.rows)
  })
  const numbers = createMemo(() => {
    const shown = (unwrap(dataOf(first))?.rows ?? []).map((row) => row.number)
    const all = since() ? (unwrap(dataOf(order))?.numbers ?? []) : []
    if (all.length === 0) return shown
    const known = new Set(shown)
    return [...shown, ...all.filter((number) => !known.has(number))]
  })
  /** how many matched when the list was asked for */
  const held = createMemo<{ since: string; total: number }>(
    (before) => {
      const [at, data] = [since(), now()]
      if (!at || !data || live.isPlaceholderData || before.since === at) return before
      return { since: at, total: data.total - data.fresh }
    },
    { since: '', total: 0 },
  )
  return {
    first,
    rows,
    /** what is said of the whole list, as it is now */
    now,
    /** what stands of the open cases, whatever is filtered */
    standing: () => dataOf(standing),
    /** what is held on screen, in order */
    numbers,
    /** opened since, and not shown yet */
    fresh: () => now()?.fresh ?? 0,
    /** shown, and no longer matching */
    gone: () => {
      const data = now()
      if (!data || held().since !== since()) return 0
      return Math.max(0, held().total + data.fresh - data.total)
    },
    /** on its way, or just come: nothing to renew */
    isNew: () => first.isPending || Date.now() - first.dataUpdatedAt < NEW_MS,
    /** Shows what has come and gone. */
    renew: async () => {
      await first.refetch()
    },
  }
}
export type Queue = ReturnType<typeof createQueue>

/** Rows by number, whichever list shows them. */
export function createRows() {
  const [store, setStore] = createStore<Record<number, ExceptionRow>>({})
  const readAt = new Map<number, number>()
  const put = (rows: readonly ExceptionRow[]) => {
    const at = Date.now()
    const newer = rows.filter((row) => {
      const known = readAt.has(row.number) ? unwrap(store)[row.number] : undefined
      readAt.set(row.number, at)
      // an answer that was on its way while somebody acted is older than what the act answered
      return !known || (known.version <= row.version && !isSame(known, row))
    })
    batch(() => {
      for (const row of newer) setStore(row.number, { ...row })
    })
  }
  return {
    put,
    of: (number: number): ExceptionRow | undefined => store[number],
    /** Keeps the rows of these cases live while whoever calls is on screen. */
    follow: (numbers: () => number[]) => {
      const question = () => ({
        numbers: numbers().join(','),
        state: 'all',
        facets: 'no',
        limit: numbers().length,
      })
      createEffect(
        on(numbers, (wanted) => {
          if (wanted.length === 0 || !wanted.every((one) => Date.now() - (readAt.get(one) ?? 0) < 3000))
            return
          const key = [LIVE, list, question()]
          const known = wanted.map((one) => unwrap(store)[one])
          if (!queryClient.getQueryData(key)) queryClient.setQueryData(key, { rows: known })
        }),
      )
      const answer = ask<ExceptionList>(
        LIVE,
        () => ({ path: list, query: question() }),
        () => ({ enabled: numbers().length > 0, keep: false }),
      )
      createEffect(() => {
        // the answer is merged into the one before it: what says that it did is when it came
        const isThere = answer.dataUpdatedAt > 0
        const data = unwrap(dataOf(answer))
        if (isThere && data) put(data.rows)
      })
    },
  }
}
export type Rows = ReturnType<typeof createRows>

/** Rows hold plain values only. */
const isSame = (a: ExceptionRow, b: ExceptionRow) =>
  (Object.keys(b) as (keyof ExceptionRow)[]).every((name) => a[name] === b[name])
