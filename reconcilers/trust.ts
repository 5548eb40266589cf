import { rolesOf, strayingRolesOf } from '../server/core/check-info.ts'
import type { Estate } from '../server/core/estate.ts'
import type { Watermark } from '../sql/watermarks.ts'
import type { Check } from './check.ts'

/** What a run may rely on in one plant: the watermark of each side, and the reasons why it may not speak. */
export type Trust = { plant: string; left: Date; right: Date; clock: Date; reasons: string[] }
/** Up to when one role is complete in one plant, and why it is not believed. */
type Side = { watermark: Date; reasons: string[] }

const never = new Date(0)
const keyOf = (source: string, plant: string) => `${source} ${plant}`

/**
 * Judges each plant that both sides of the check serve. A side is as complete as the least complete of its sources;
 * the clock of a run is the lowest of all that is read, not the time of day. Besides the two sides, every role that is
 * read must have spoken: in the plant itself where it serves it, and where rows of other plants count here, in every
 * plant it has ever spoken of. One that never did cannot have said anything that counts.
 */
export function judgeTrust(estate: Estate, check: Check, watermarks: Watermark[], at: Date): Trust[] {
  const seen = new Map(watermarks.map((row) => [keyOf(row.source, row.plant), row]))
  const judge = (role: string, plant: string) => judgeSide(estate, role, plant, seen, at)
  const beside = rolesOf(check).filter((role) => role !== check.left && role !== check.right)
  const elsewhere = estate.plants.flatMap(({ plant }) =>
    strayingRolesOf(check).flatMap((role) => {
      const side = judge(role, plant)
      return side && side.watermark > never ? [{ plant, side }] : []
    }),
  )
  return estate.plants.flatMap(({ plant }) => {
    const [left, right] = [judge(check.left, plant), judge(check.right, plant)]
    if (!left || !right) return []
    const others = [
      ...beside.flatMap((role) => judge(role, plant) ?? []),
      ...elsewhere
        .filter((each) => each.plant !== plant)
        .map(({ plant: other, side }) => ({
          ...side,
          reasons: side.reasons.map((reason) => `${other}, whose rows count here: ${reason}`),
        })),
    ]
    const sides = [left, right, ...others]
    return [
      {
        plant,
        left: left.watermark,
        right: right.watermark,
        clock: new Date(Math.min(...sides.map((side) => side.watermark.getTime()))),
        reasons: [...new Set(sides.flatMap((side) => side.reasons))],
      },
    ]
  })
}

/** Nothing where the role has no source in the plant. */
function judgeSide(
  estate: Estate,
  role: string,
  plant: string,
  watermarks: Map<string, Watermark>,
  at: Date,
): Side | undefined {
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
