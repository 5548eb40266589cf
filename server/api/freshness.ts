import type { Store } from '../../sql/store.ts'
import { readWatermarks } from '../../sql/watermarks.ts'
import type { Estate } from '../core/estate.ts'
import { type Status, statusOf } from './scope.ts'

/** A source in one plant: up to when it is complete, and whether that is recent enough. */
export type Freshness = {
  source: string
  system: string
  plant: string
  status: Status
  /** up to when it says to be complete */
  watermark: string | null
  /** where it is held while its own word is not believed, and why */
  held_to: string | null
  held_because: string
  lag_s: number | null
  stale_after_s: number
  last_received_at: string | null
}

/** Every source of the estate in every plant its system serves. A watermark past its limit is unknown, never red. */
export async function readFreshness(store: Store, estate: Estate, at: Date): Promise<Freshness[]> {
  const seen = new Map(
    (await readWatermarks(store, estate.sources, at)).map((row) => [`${row.source} ${row.plant}`, row]),
  )
  return estate.sources.flatMap((source) => {
    const plants = estate.systemOf.get(source.system)?.plants ?? [...estate.plantOf.keys()]
    return plants.map((plant) => {
      const row = seen.get(`${source.source} ${plant}`)
      const lag = row ? Math.max(0, at.getTime() - row.completeTo.getTime()) : null
      const isAhead = row !== undefined && row.completeTo.getTime() - at.getTime() > estate.allowed_skew
      const status =
        isAhead || lag === null || lag > source.stale_after ? 'unknown' : statusOf(lag / source.stale_after)
      return {
        source: source.source,
        system: source.system,
        plant,
        status,
        watermark: row?.claimed.toISOString() ?? null,
        held_to: row?.heldBecause ? row.completeTo.toISOString() : null,
        held_because: isAhead ? 'is stamped in the future' : (row?.heldBecause ?? ''),
        lag_s: lag === null ? null : Math.round(lag / 1000),
        stale_after_s: source.stale_after / 1000,
        last_received_at: row?.saidAt.toISOString() ?? null,
      }
    })
  })
}
