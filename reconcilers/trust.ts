import type { Estate } from '../server/core/estate.ts'
import type { Store } from '../sql/store.ts'
import type { Check } from './check.ts'

/** What a run may rely on in one plant: the watermark of each side, and the reasons why it may not speak. */
export type Trust = { plant: string; left: Date; right: Date; clock: Date; reasons: string[] }

type Watermarks = Map<string, Date>
const never = new Date(0)

/** The newest watermark per source and plant that belongs to the cut. */
export async function readWatermarks(store: Store, cut: string): Promise<Watermarks> {
  const rows = await store.query('watermarks_at_cut', { cut })
  return new Map(rows.map((row) => [`${row.source} ${row.plant}`, new Date(row.complete_to)]))
}

/**
 * Judges each plant that both sides of the check serve. A side is as complete as the least complete of its sources;
 * the clock of a run is the lower of both sides, not the time of day.
 */
export function judgeTrust(estate: Estate, check: Check, watermarks: Watermarks, at: Date): Trust[] {
  return estate.plants.flatMap(({ plant }) => {
    const sides = [check.left, check.right].map((role) => judgeSide(estate, role, plant, watermarks, at))
    const [left, right] = sides
    if (!left || !right) return []
    const clock = left.watermark < right.watermark ? left.watermark : right.watermark
    return [
      {
        plant,
        left: left.watermark,
        right: right.watermark,
        clock,
        reasons: [...left.reasons, ...right.reasons],
      },
    ]
  })
}

function judgeSide(estate: Estate, role: string, plant: string, watermarks: Watermarks, at: Date) {
  const systems = new Set(estate.systemsOf(role, plant).map((system) => system.system))
  const sources = estate.sources.filter((source) => systems.has(source.system))
  if (sources.length === 0) return undefined
  let watermark: Date | undefined
  const reasons: string[] = []
  for (const source of sources) {
    const seen = watermarks.get(`${source.source} ${plant}`) ?? never
    const lag = at.getTime() - seen.getTime()
    if (seen === never) reasons.push(`${source.source} has not said anything of ${plant} yet`)
    else if (lag > source.stale_after)
      reasons.push(
        `${source.source} is stale: complete only up to ${seen.toISOString()}, ${Math.round(lag / 1000)} s ago`,
      )
    else if (-lag > estate.allowed_skew)
      reasons.push(`${source.source} is stamped in the future: ${seen.toISOString()}`)
    if (!watermark || seen < watermark) watermark = seen
  }
  return { watermark: watermark as Date, reasons }
}
