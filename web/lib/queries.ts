import { keepPreviousData, QueryClient, useQuery } from '@tanstack/solid-query'
import { $RAW, reconcile } from 'solid-js/store'
import { getJson, type Query, RequestError, withQuery } from './api.ts'
import { takeFirst } from './first.ts'

/**
 * Topics of the event stream that make a question worth asking again. The first part of a query's
 * key is its topic list; see stream.ts.
 */
export type Topic = 'runs' | 'exceptions' | 'events' | 'spans' | 'sources' | 'alerts' | 'replays'

/** New answers are merged into the old by position: nothing moves, only what changed is redrawn. */
function mergeAnswer<T>(old: T | undefined, next: T): T {
  if (next === undefined) return next
  const copy = markPlain(copyJson(next))
  return old === undefined ? copy : reconcile(copy, { key: null, merge: true })(old)
}

/** Says of an answer that it holds no part of any store: a store looks through all of it to find that out. */
function markPlain<T>(answer: T): T {
  if (typeof answer === 'object' && answer !== null) Object.defineProperty(answer, $RAW, { value: answer })
  return answer
}

/** What is on screen is merged in place, what was answered is kept as it came. */
function copyJson<T>(value: T): T {
  if (Array.isArray(value)) return value.map(copyJson) as T
  if (typeof value !== 'object' || value === null) return value
  const copy: Record<string, unknown> = {}
  for (const name in value) copy[name] = copyJson(value[name])
  return copy as T
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      // what a browser thinks of its network says nothing of a server beside it
      networkMode: 'always',
      gcTime: 5 * 60_000,
      retry: (failures, error) =>
        failures < 1 && !(error instanceof RequestError && error.status >= 400 && error.status < 500),
      retryDelay: 800,
      refetchOnWindowFocus: false,
    },
  },
})

export interface AskOptions {
  /** false: do not ask yet */
  enabled?: boolean
  /** keep the last answer on screen while another question is asked (filters); default true */
  keep?: boolean
  /** ask again by itself, in ms, besides the stream */
  every?: number
  /** the answer never changes: no merging, no asking again */
  fixed?: boolean
}

/**
 * A live answer of the API.
 * @param topics what it depends on: a change of any of these asks again
 * @param question path and query; the pair is the cache key
 */
export function ask<T>(
  topics: Topic[],
  question: () => { path: string; query?: Query },
  options: () => AskOptions = () => ({}),
) {
  return useQuery<T, RequestError>(() => {
    const { path, query } = question()
    const { enabled = true, keep = true, every, fixed = false } = options()
    return {
      queryKey: [topics, path, query ?? {}],
      queryFn: ({ signal }) => getJson<T>(path, query, signal),
      // what came with the page is there at once
      initialData: (() => markPlain(takeFirst<T>(withQuery(path, query)))) as never,
      enabled,
      refetchInterval: every ?? false,
      ...(fixed
        ? { staleTime: Number.POSITIVE_INFINITY }
        : { reconcile: (old: T | undefined, next: T) => mergeAnswer(old, next) }),
      ...(keep ? { placeholderData: keepPreviousData as never } : {}),
    }
  })
}

/** Asks for what will be on screen soon, so that it is there at once. */
export function askAhead(topics: Topic[], { path, query }: { path: string; query?: Query }): void {
  void queryClient.prefetchQuery({
    queryKey: [topics, path, query ?? {}],
    queryFn: ({ signal }) => getJson(path, query, signal),
    retry: false,
  })
}

export type Answer<T> = ReturnType<typeof ask<T>>

/** The answer's data, or undefined while there is none; never suspends and never throws. */
export function dataOf<T>(answer: Answer<T>): T | undefined {
  if (answer.isPending || answer.isLoadingError) return undefined
  // `answer.data` of what came with the page takes the page away each time it is asked for anew: its resource was read
  // before it had resolved. What is kept of it is read past that.
  return Object.getOwnPropertyDescriptor(answer, 'data')?.get?.() as T | undefined
}
