import type { FinishCase } from '../../sql/cases.ts'
import type { Store } from '../../sql/store.ts'
import type { AccessDesk } from '../access/desk.ts'
import type { AlertDesk } from '../core/alert-desk.ts'
import type { BackupDesk } from '../core/backup-desk.ts'
import type { Bus } from '../core/bus.ts'
import type { CauseInfo } from '../core/cause-info.ts'
import type { CheckInfo } from '../core/check-info.ts'
import type { Corrections } from '../core/corrections.ts'
import type { DeliveryDesk } from '../core/delivery-info.ts'
import type { DiskState } from '../core/disk.ts'
import type { Estate } from '../core/estate.ts'
import type { Reach } from '../core/reach.ts'
import type { Replays } from '../core/replays.ts'
import type { SourceDesk } from '../core/source-desk.ts'
import type { SubjectDesk } from '../core/subjects.ts'
import type { ForecastShelf } from './forecast-shelf.ts'

/** What the routes stand on; handed in once, at start. */
export type ApiContext = {
  /** What whoever is answered may see: estate and store hold no more than that. */
  reach: Reach
  estate: Estate
  /** Where people open the product, by the settings. */
  publicUrl?: string | undefined
  /** Who may come in. */
  access: AccessDesk
  store: Store
  checks: CheckInfo[]
  causes: CauseInfo[]
  bus: Bus
  demo: boolean
  startedAt: Date
  /** Runs a check now, or as if it were `at`; resolves with the run numbers. */
  runCheck(check: string, options: { at?: Date; full?: boolean }): Promise<string[]>
  /** Judges the cut of a past run again; resolves with the number of the new run. */
  rerun(run: string, rule: 'then' | 'now'): Promise<string>
  nextRun(check: string): Date | null
  /** What is decided of a case beside its logs. */
  finishCase: FinishCase
  forecasts: ForecastShelf
  /** What waits to be loaded: of one kind of message, or of all. */
  spool(kind?: 'events' | 'traces' | 'metrics'): {
    waiting_segments: number
    waiting_bytes: number
    oldest_s: number
    refusing: string
    cut_bytes: number
  }
  /** The spool is another process' of which the engine tells */
  isSpoolElsewhere?: boolean
  /** What the process knows of itself without asking the engine. */
  gauges: {
    spool(): { waiting_bytes: number; oldest_s: number; limit_bytes: number; refusing: string }
    disk(): Promise<DiskState>
  }
  /** Backups as the estate has them; absent where it has none. */
  backups?: BackupDesk | undefined
  /** Works messages in quarantine. */
  corrections: Pick<Corrections, 'try' | 'act'>
  /** Asks integrations to send messages again. */
  replays: Omit<Replays, 'start' | 'stop'>
  /** What is kept of a person or a key: to give out, and to delete. */
  subjects: SubjectDesk
  /** Sources that are pulled: how they stand, and what people do to them. */
  pulled: SourceDesk
  /** What fires, and who takes it on. */
  alerts: AlertDesk
  /** Who is told of it, and what a person may ask of that. */
  delivery: DeliveryDesk
  /** Our own measurements in Prometheus' text format. */
  writeMetrics(): Promise<string>
}
