import type { Estate } from './estate.ts'
import { flowsOf, isWhole, plantsOf, type Reach } from './reach.ts'

/** The estate as somebody sees it who may not see all of it: plants and flows out of reach are not there. */
export function limitEstate(estate: Estate, reach: Reach): Estate {
  if (isWhole(reach)) return estate
  const seen = new Set(plantsOf(reach, [...estate.plantOf.keys()]))
  const followed = new Set(flowsOf(reach, [...estate.flowOf.keys()]))
  const plants = estate.plants.filter(({ plant }) => seen.has(plant))
  const flows = estate.flows.filter(({ flow }) => followed.has(flow))
  const systems = estate.systems.flatMap((system) => {
    if (!system.plants) return [system]
    const own = system.plants.filter((plant) => seen.has(plant))
    return own.length === 0 ? [] : [{ ...system, plants: own }]
  })
  const known = new Set(systems.map(({ system }) => system))
  const isSeen = ({ system }: { system: string }) => known.has(system)
  return {
    ...estate,
    plants,
    flows,
    systems,
    sources: estate.sources.filter(isSeen),
    eventSources: estate.eventSources.filter(isSeen),
    fileSources: estate.fileSources.filter(isSeen),
    pulledSources: estate.pulledSources.filter(isSeen),
    plantOf: new Map(plants.map((plant) => [plant.plant, plant])),
    flowOf: new Map(flows.map((flow) => [flow.flow, flow])),
    systemOf: new Map(systems.map((system) => [system.system, system])),
    systemsOf: (role, plant) =>
      seen.has(plant) ? estate.systemsOf(role, plant).filter(({ system }) => known.has(system)) : [],
  }
}
