import { createHash } from 'node:crypto'
import type { AlertSeverity } from '../../server/core/alert.ts'
import type { AlertLabels } from '../../server/core/alert-match.ts'
import type { BackupState } from '../../server/core/backup-desk.ts'
import type { CheckInfo } from '../../server/core/check-info.ts'
import { compareDecimals, multiplyDecimals } from '../../server/core/decimal.ts'
import type { DiskState } from '../../server/core/disk.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { AlertingConfig, ConditionName } from '../../server/core/estate-alerting-schema.ts'
import type { Store } from '../../sql/store.ts'
import type { SourceState } from './source-states.ts'

/** Where something holds; '' for what it is of no single one of. `part` tells places apart that share all others. */
export type Place = { plant: string; flow: string; source: string; check: string; part: string }

/** What a condition says of one place now. */
export type Observation = {
  place: Partial<Place>
  /** who looks after it; of its check or flow when absent */
  team?: string
  /** as they stand in the summary; decimals as text */
  value: string
  limit: string
  /** it is at its limit, or beyond */
  holds: boolean
  /** it is so far from its limit that it may be over; between the two nothing changes */
  clears: boolean
  /** of this observation, where it is not the condition's own */
  severity?: AlertSeverity
  title: string
  summary: string
  amount: string | null
  orders: number | null
  /** the page that shows it */
  path: string
  /** since when it holds, where that is known better than by having been seen; ISO 8601 */
  since?: string
}

/** What the process knows of itself without asking the engine. */
export type OwnGauges = {
  spool(): { waiting_bytes: number; oldest_s: number; limit_bytes: number; refusing: string }
  disk(): Promise<DiskState>
  /** absent where no backups are made by this process */
  backups?: (() => BackupState) | undefined
}

/** What conditions stand on; the same for all of one evaluation. */
export type ConditionContext = {
  estate: Estate
  store: Store
  checks: readonly CheckInfo[]
  now: Date
  gauges: OwnGauges
  /** every source in every plant it serves */
  sources: readonly SourceState[]
  /** conditions that could not be judged this time, and why */
  failing: ReadonlyMap<string, string>
}

/** What a file of conditions/ exports as `condition`: what is watched, place by place. */
export type Condition<Name extends ConditionName = ConditionName> = {
  condition: Name
  watch(settings: AlertingConfig['conditions'][Name], context: ConditionContext): Promise<Observation[]>
}

/** Whether a number is at its limit, and whether it is below the share of it from which it may be over. */
export const againstLimit = (value: number, limit: number, clear: number) => ({
  holds: value >= limit,
  clears: value < limit * clear,
})

/** The same for decimals, exactly. */
export const decimalAgainstLimit = (value: string, limit: string, clear: number) => ({
  holds: compareDecimals(value, limit) >= 0,
  clears: compareDecimals(value, multiplyDecimals(limit, clear.toFixed(6))) < 0,
})

const nowhere: Place = { plant: '', flow: '', source: '', check: '', part: '' }

/** The same as long as condition and place are, whatever the estate's names, teams and limits become. */
export function fingerprintOf(condition: string, place: Partial<Place>): string {
  const { plant, flow, source, check, part } = { ...nowhere, ...place }
  return createHash('sha256')
    .update(JSON.stringify([condition, plant, flow, source, check, part]))
    .digest('hex')
    .slice(0, 32)
}

/** What an observation is told by: its place, and what the estate says of that. */
export function labelsOf(
  estate: Estate,
  checks: readonly CheckInfo[],
  condition: ConditionName,
  seen: Observation,
): AlertLabels {
  const { plant, flow: named, source, check } = { ...nowhere, ...seen.place }
  const info = checks.find((each) => each.check === check)
  const flow = named || info?.flow || ''
  return {
    condition,
    severity: seen.severity ?? estate.alerting.conditions[condition].severity,
    plant,
    region: estate.plantOf.get(plant)?.region ?? '',
    flow,
    tier: String(estate.flowOf.get(flow)?.tier ?? ''),
    team: seen.team ?? info?.team ?? estate.flowOf.get(flow)?.owner ?? '',
    source,
    check,
  }
}
