import { createComputed, createContext, type JSX, useContext } from 'solid-js'
import type { EstateView } from '../../server/api/schemas/estate.ts'
import { meetCaller } from './me.ts'
import { ask, dataOf } from './queries.ts'
import { viewerZone } from './time.ts'

export interface Estate {
  view: () => EstateView | undefined
  /** whether the viewer sees what is about people; until that is known nothing is offered that needs it */
  seesPersonal: () => boolean
  /** the time zone of a plant; the viewer's own for anything that belongs to no plant */
  zoneOf: (plant: string | undefined) => string
  plantName: (plant: string) => string
  systemName: (system: string) => string
  teamName: (team: string) => string
  checkTitle: (check: string) => string
  flowName: (flow: string) => string
}

const EstateContext = createContext<Estate>()

/** Reads what is watched once and gives it to every page. */
export function EstateProvider(props: { children: JSX.Element }) {
  const answer = ask<EstateView>(
    [],
    () => ({ path: '/api/estate' }),
    () => ({ every: 10 * 60_000 }),
  )
  const view = () => dataOf(answer)
  // before what is below is drawn: it asks who is there
  createComputed(() => {
    const known = view()
    if (known) meetCaller(known)
  })
  const estate: Estate = {
    view,
    seesPersonal: () => view()?.sees_personal ?? false,
    zoneOf: (plant) => view()?.plants.find((p) => p.plant === plant)?.time_zone ?? viewerZone(),
    plantName: (plant) => view()?.plants.find((p) => p.plant === plant)?.name ?? plant,
    systemName: (system) => view()?.systems.find((s) => s.system === system)?.name ?? system,
    teamName: (team) => view()?.teams.find((t) => t.team === team)?.name ?? team,
    checkTitle: (check) => view()?.checks.find((c) => c.check === check)?.title ?? check,
    flowName: (flow) => view()?.flows.find((f) => f.flow === flow)?.name ?? flow,
  }
  return <EstateContext.Provider value={estate}>{props.children}</EstateContext.Provider>
}

/** What is watched. Only inside the EstateProvider. */
export function useEstate(): Estate {
  const estate = useContext(EstateContext)
  if (!estate) throw new Error('useEstate outside of EstateProvider')
  return estate
}
