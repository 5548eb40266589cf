import type { Alert } from './alert.ts'
import type { AlertLabels, Matcher } from './alert-match.ts'

/** Why nobody is told that an alert began. */
export type QuietReason = { by: 'silence' | 'maintenance' | 'inhibited'; id: string; reason: string }

/** An alert as it stands, with what keeps it quiet and who knows of it. */
export type AlertView = {
  alert: Alert
  labels: AlertLabels
  value: string
  limit: string
  /** when it began to fire, or became worse; ISO 8601 */
  fired_at: string
  acknowledged_by: string
  quiet: QuietReason | null
  /** receivers for whom it is not over */
  told: { receiver: string; first_at: string }[]
}

/** A time in which nobody is told that something began. Moments in milliseconds. */
export type Quiet = {
  /** of a silence; '' of planned maintenance */
  id: string
  matcher: Matcher
  reason: string
  from: number
  to: number
}

/** What the API may ask of whoever watches the conditions. */
export type AlertDesk = {
  /** Everything that fires, and what was resolved in the last day. */
  list(): AlertView[]
  /** When the conditions were judged at last; null before the first time. */
  evaluatedAt(): string | null
  /** Conditions that could not be judged, and why. */
  failing(): { condition: string; reason: string }[]
  /** Somebody takes an alert on. False when it does not fire, or somebody has. */
  acknowledge(fingerprint: string, actor: string, reason: string): Promise<boolean>
  /** Takes in what was silenced just now, or is not any more; receivers hear of it at the next evaluation. */
  readSilences(): Promise<void>
  /** What the estate has planned between two moments. */
  maintenance(from: Date, to: Date): Quiet[]
}
