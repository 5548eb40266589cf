import type { Estate } from '../server/core/estate.ts'
import type { Watermark } from '../sql/watermarks.ts'
import type { Check } from './check.ts'

/** What a run may rely on in one plant: the watermark of each side, and the reasons why it may not speak. */
export type Trust = { plant: string; left: Date; right: Date; clock: Date; reasons: string[] }

const never = new Date(0)
const keyOf = (source: string, plant: string) => `${source} ${plant}`

/**
 * Judges each plant that both sides of the check serve. A side is as complete as the least complete of its sources;
 * the clock of a run is the lower of both sides, not the time of day.
 */
export function judgeTrust(estate: Estate, check: Check, watermarks: Watermark[], at: Date): Trust[] {
  const seen = new Map(watermarks.map((row) => [keyOf(row.source, row.plant), row]))
  return estate.plants.flatMap(({ plant }) => {
    const sides = [check.left, check.right].map((role) => judgeSide(estate, role, plant, seen, at))
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

function judgeSide(
  estate: Estate,
  role: string,
  plant: string,
  watermarks: Map<string, Watermark>,
  at: Date,
) {
  const systems = new Set(estate.systemsOf(role, plant).map((system) => system.system))
  const sources = estate.sources.filter((source) => systems.has(source.system))
  if (sources.length === 0) return undefined
  let watermark: Date | undefined
  const reasons: string[] = []
  for (const source of sources) {
    const row = watermarks.get(keyOf(source.source, plant))
    const seen = row?.completeTo ?? never
    const lag = at.getTime() - seen.getTime()
    if (seen === never) reasons.push(`${source.source} has not said anything of ${plant} yet`)
    else if (row?.heldBecause) reasons.push(`${source.source} ${row.heldBecause}`)
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
