import { setTimeout as sleep } from 'node:timers/promises'
import type { TraceList } from '../../server/api/schemas/traces.ts'

const everyMs = 1_000

/** Asks for what the pages ask for, one a second, until it is ended; a page that is not answered is told of. */
export function startReader(url: string): {
  /** milliseconds of each answer since this was last asked */
  take(): number[]
  readonly failures: string[]
  end(): Promise<void>
} {
  const failures: string[] = []
  let times: number[] = []
  let trace = ''
  let isOver = false
  const pages = [
    () => '/api/overview?hours=1',
    () => '/api/flows/order-to-cash?hours=1',
    () => '/api/traces?flow=order-to-cash&hours=1&limit=50',
    () => (trace ? `/api/traces/${trace}` : '/api/quality?hours=1'),
    () => '/api/exceptions?limit=50',
    () => '/api/plants/HAM?hours=1',
    () => '/api/keys/SO-0',
    () => '/api/checks',
    () => '/api/sources',
    () => '/api/quality?hours=1',
  ]
  const work = (async () => {
    for (let turn = 0; !isOver; turn++) {
      const path = (pages[turn % pages.length] as () => string)()
      const started = performance.now()
      try {
        const answer = await fetch(url + path)
        const text = await answer.text()
        if (!answer.ok) throw new Error(`answered ${answer.status}: ${text.slice(0, 200)}`)
        if (path.includes('/api/traces?')) trace = (JSON.parse(text) as TraceList).rows[0]?.trace_id ?? trace
      } catch (error) {
        failures.push(`${path} ${(error as Error).message}`)
      }
      times.push(performance.now() - started)
      await sleep(Math.max(0, everyMs - (performance.now() - started)))
    }
  })()
  return {
    take: () => {
      const taken = times
      times = []
      return taken
    },
    failures,
    end: () => {
      isOver = true
      return work
    },
  }
}
