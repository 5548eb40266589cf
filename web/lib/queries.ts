import { keepPreviousData, QueryClient, useQuery } from '@tanstack/solid-query'
import { reconcile } from 'solid-js/store'
import { getJson, type Query, RequestError, withQuery } from './api.ts'
import { takeFirst } from './first.ts'

/**
 * Topics of the event stream that make a question worth asking again. The first part of a query's
 * key is its topic list; see stream.ts.
 */
export type Topic = 'runs' | 'exceptions' | 'events' | 'spans' | 'sources' | 'alerts' | 'replays'

/** New answers are merged into the old by position: nothing moves, only what changed is redrawn. */
function mergeAnswer<T>(old: T | undefined, next: T): T {
  return next === undefined ? next : reconcile(structuredClone(next), { key: null, merge: true })(old)
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
      initialData: (() => takeFirst<T>(withQuery(path, query))) as never,
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
  return answer.isPending || answer.isLoadingError ? undefined : (answer.data as T | undefined)
}
