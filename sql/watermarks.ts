import type { Store } from './store.ts'

/** Up to when a source is complete in a plant. */
export type Watermark = {
  source: string
  plant: string
  /** The moment that counts */
  completeTo: Date
  /** What the source says itself */
  claimed: Date
  saidAt: Date
  /** Why its own word is not believed yet; empty when it is */
  heldBecause: string
}

type Source = { source: string; stale_after: number; settle?: number }
/** The largest load number there can be: everything loaded so far. */
const everything = '18446744073709551615'

/**
 * The watermark of every source that has spoken, by the loads of a cut and as seen at a moment. A source that was away
 * and delivers its past, or that speaks again after a silence, is held at what it had delivered until it has settled.
 */
export async function readWatermarks(
  store: Store,
  sources: readonly Source[],
  at: Date,
  cut = everything,
): Promise<Watermark[]> {
  const rows = await store.query('watermarks_at_cut', {
    cut,
    at,
    sources: sources.map((source) => source.source),
    stale_ms: sources.map((source) => source.stale_after),
    settle_ms: sources.map((source) => source.settle ?? 0),
  })
  return rows.map((row) => {
    const claimed = new Date(row.complete_to)
    const held = { source: row.source, plant: row.plant, claimed, saidAt: new Date(row.said_at) }
    const late = new Date(row.late_to)
    const silent = new Date(row.silent_to)
    if (late.getTime() > 0)
      return {
        ...held,
        completeTo: late,
        heldBecause: `is catching up: it was behind and has delivered up to ${late.toISOString()}`,
      }
    if (silent.getTime() > 0)
      return {
        ...held,
        completeTo: silent,
        heldBecause: `speaks again after a silence that began at ${silent.toISOString()}; it is believed once it has settled`,
      }
    return { ...held, completeTo: claimed, heldBecause: '' }
  })
}
