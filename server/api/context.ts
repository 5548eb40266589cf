import type { Store } from '../../sql/store.ts'
import type { Bus } from '../core/bus.ts'
import type { CheckInfo } from '../core/check-info.ts'
import type { Estate } from '../core/estate.ts'

/** What the routes stand on; handed in once, at start. */
export type ApiContext = {
  estate: Estate
  store: Store
  checks: CheckInfo[]
  bus: Bus
  demo: boolean
  startedAt: Date
  /** Runs a check now, or as if it were `at`; resolves with the run numbers. */
  runCheck(check: string, at?: Date): Promise<string[]>
  nextRun(check: string): Date | null
  /** What waits to be loaded: of one kind of message, or of all. */
  spool(kind?: 'events' | 'traces' | 'metrics'): {
    waiting_segments: number
    waiting_bytes: number
    oldest_s: number
    refusing: string
  }
  /** Our own measurements in Prometheus' text format. */
  writeMetrics(): Promise<string>
}
