import { createSignal } from 'solid-js'
import { getJson } from './api.ts'
import { queryClient, type Topic } from './queries.ts'

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'stale'

/** Changes are gathered this long, so that a burst asks once. */
const THROTTLE_MS = 2000
/** Without any connection for this long, what is on screen counts as stale. */
const STALE_MS = 30_000
const MAX_WAIT_MS = 15_000

const [connection, setConnection] = createSignal<Connection>('connecting')
/** When the stream was cut, while it is. */
const [lostAt, setLostAt] = createSignal('')

export { connection, lostAt }

let pending = new Set<Topic>()
let timer: ReturnType<typeof setTimeout> | undefined
let last = 0

/** Asks again whatever on screen depends on one of these topics, at most every two seconds. */
export function announceChange(topics: Topic[]): void {
  for (const topic of topics) pending.add(topic)
  if (timer) return
  timer = setTimeout(
    () => {
      const changed = pending
      pending = new Set()
      timer = undefined
      last = Date.now()
      void queryClient.invalidateQueries({
        predicate: (query) => (query.queryKey[0] as Topic[]).some((topic) => changed.has(topic)),
      })
    },
    Math.max(0, last + THROTTLE_MS - Date.now()),
  )
}

/** Opens the stream of changes and keeps it open for the life of the page. */
export function followChanges(): () => void {
  let source: EventSource | undefined
  let wait = 1000
  let retry: ReturnType<typeof setTimeout> | undefined
  let stale: ReturnType<typeof setTimeout> | undefined
  let lost = false

  const open = () => {
    source = new EventSource('/api/stream')
    source.onopen = () => {
      clearTimeout(stale)
      stale = undefined
      wait = 1000
      setConnection('live')
      // whatever happened while the line was cut is asked for at once
      if (lost) announceChange(['runs', 'exceptions', 'events', 'spans', 'sources', 'alerts'])
      lost = false
    }
    source.addEventListener('change', (event) => {
      const { topics } = JSON.parse((event as MessageEvent<string>).data) as { topics: Topic[] }
      announceChange(topics)
    })
    source.onerror = () => {
      // refused, not cut off: why is not said here, but to whoever asks, and a session that is over leads to the sign-in
      if (source?.readyState === EventSource.CLOSED) void getJson('/api/me').catch(() => undefined)
      source?.close()
      if (!lost) setLostAt(new Date().toISOString())
      lost = true
      if (connection() !== 'stale') setConnection('reconnecting')
      stale ??= setTimeout(() => setConnection('stale'), STALE_MS)
      retry = setTimeout(open, wait)
      wait = Math.min(wait * 2, MAX_WAIT_MS)
    }
  }
  open()
  return () => {
    source?.close()
    clearTimeout(retry)
    clearTimeout(stale)
  }
}
