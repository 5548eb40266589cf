import type { AlertLabels } from '../../server/core/alert-match.ts'
import { type CheckInfo, rolesOf } from '../../server/core/check-info.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { Store } from '../../sql/store.ts'
import { readWatermarks } from '../../sql/watermarks.ts'

/** A source in a plant: how far behind now it is complete. */
export type SourceState = {
  source: string
  plant: string
  /** null while it has never spoken */
  lag_ms: number | null
  /** it says to be complete up to a time that is not yet, by more than the estate allows */
  is_ahead: boolean
  stale_after_ms: number
  complete_to: string
  said_at: string
  held_because: string
}

/** Every source of the estate in every plant its system serves. */
export async function readSourceStates(estate: Estate, store: Store, now: Date): Promise<SourceState[]> {
  const seen = new Map(
    (await readWatermarks(store, estate.sources, now)).map((row) => [`${row.source} ${row.plant}`, row]),
  )
  return estate.sources.flatMap((source) => {
    const plants = estate.systemOf.get(source.system)?.plants ?? [...estate.plantOf.keys()]
    return plants.map((plant) => {
      const row = seen.get(`${source.source} ${plant}`)
      return {
        source: source.source,
        plant,
        lag_ms: row ? Math.max(0, now.getTime() - row.completeTo.getTime()) : null,
        is_ahead: row !== undefined && row.completeTo.getTime() - now.getTime() > estate.allowed_skew,
        stale_after_ms: source.stale_after,
        complete_to: row?.completeTo.toISOString() ?? '',
        said_at: row?.saidAt.toISOString() ?? '',
        held_because: row?.heldBecause ?? '',
      }
    })
  })
}

export const isStale = (state: SourceState) =>
  state.is_ahead || state.lag_ms === null || state.lag_ms > state.stale_after_ms

/**
 * The sources that an alert of a check or a flow stands on, in its plant: without them it can neither be believed nor be
 * over. One of a source stands on nothing else.
 */
export function sourcesBehind(
  estate: Estate,
  checks: readonly CheckInfo[],
  labels: AlertLabels,
): ReadonlySet<string> {
  if (labels.source) return new Set()
  const check = checks.find((each) => each.check === labels.check)
  const roles = check
    ? rolesOf(check)
    : (estate.flowOf.get(labels.flow)?.stages.map((stage) => stage.role) ?? [])
  const systems = new Set(
    roles.flatMap((role) => estate.systemsOf(role, labels.plant)).map((system) => system.system),
  )
  return new Set(estate.sources.filter((source) => systems.has(source.system)).map((source) => source.source))
}
