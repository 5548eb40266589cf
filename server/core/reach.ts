/** Some plants, and some flows in them; all of those that are not named. */
export type ReachPart = { plants?: readonly string[]; flows?: readonly string[] }
/** What somebody may see: the parts together. No part is nothing at all, a part that names nothing is everything. */
export type Reach = readonly ReachPart[]

export const wholeReach: Reach = [{}]
export const noReach: Reach = []

export const isWhole = (reach: Reach): boolean => reach.some((part) => !part.plants && !part.flows)
const covers = (whole: readonly string[] | undefined, part: readonly string[] | undefined): boolean =>
  !whole || Boolean(part?.every((each) => whole.includes(each)))

/** Parts of the same flows as one, without those that another holds, sorted: the same reach is always written the same. */
export function tidyReach(reach: Reach): Reach {
  const byFlows = new Map<string, ReachPart>()
  for (const part of reach.map(sortPart)) {
    if (part.plants?.length === 0 || part.flows?.length === 0) continue
    const name = JSON.stringify(part.flows ?? '*')
    const before = byFlows.get(name)
    byFlows.set(name, before ? joinPlants(before, part) : part)
  }
  const parts = [...byFlows.values()]
  return parts
    .filter((part) => !parts.some((other) => other !== part && holds(other, part)))
    .sort((a, b) => (writePart(a) < writePart(b) ? -1 : 1))
}

const joinPlants = (a: ReachPart, b: ReachPart): ReachPart =>
  a.plants && b.plants
    ? sortPart({ ...a, plants: [...a.plants, ...b.plants] })
    : { ...(a.flows && { flows: a.flows }) }
const holds = (whole: ReachPart, part: ReachPart) =>
  covers(whole.plants, part.plants) && covers(whole.flows, part.flows)
const sortPart = ({ plants, flows }: ReachPart): ReachPart => ({
  ...(plants && { plants: [...new Set(plants)].sort() }),
  ...(flows && { flows: [...new Set(flows)].sort() }),
})
const writePart = (part: ReachPart) => JSON.stringify([part.plants ?? '*', part.flows ?? '*'])

/** A name for a reach: equal for equal reaches. */
export const reachKey = (reach: Reach): string => tidyReach(reach).map(writePart).join(' ')

/** Whether something of a plant and a flow, or of no flow (''), lies within a reach. */
export const isWithin = (reach: Reach, plant: string, flow?: string): boolean =>
  reach.some(
    (part) =>
      (!part.plants || part.plants.includes(plant)) &&
      (flow === undefined || !part.flows || part.flows.includes(flow)),
  )

/** What lies in both: nobody hands on more than they have. */
export const meet = (one: Reach, other: Reach): Reach =>
  tidyReach(
    one.flatMap((a) =>
      other.map((b) => {
        const plants = both(a.plants, b.plants)
        const flows = both(a.flows, b.flows)
        return { ...(plants && { plants }), ...(flows && { flows }) }
      }),
    ),
  )
const both = (a: readonly string[] | undefined, b: readonly string[] | undefined) =>
  a && b ? a.filter((each) => b.includes(each)) : (a ?? b)

/** Whether all of `inner` lies within `outer`: each plant of it, with each flow. */
export const isPartOf = (inner: Reach, outer: Reach): boolean =>
  inner.every((part) =>
    each(part.plants).every((plants) =>
      each(part.flows).every((flows) =>
        outer.some((whole) => covers(whole.plants, plants) && covers(whole.flows, flows)),
      ),
    ),
  )
const each = (names: readonly string[] | undefined) => (names ? names.map((name) => [name]) : [undefined])

/** The plants that a reach names, of all there are; and the flows. */
export const plantsOf = (reach: Reach, all: readonly string[]): string[] =>
  all.filter((plant) => reach.some((part) => !part.plants || part.plants.includes(plant)))
export const flowsOf = (reach: Reach, all: readonly string[]): string[] =>
  all.filter((flow) => reach.some((part) => !part.flows || part.flows.includes(flow)))
