import type { CheckInfo } from '../../server/core/check-info.ts'
import type { Estate } from '../../server/core/estate.ts'

/* Names and pages of what an alert is about. */

export const plantName = (estate: Estate, plant: string) => estate.plantOf.get(plant)?.name ?? plant
export const checkTitle = (checks: readonly CheckInfo[], check: string) =>
  checks.find((each) => each.check === check)?.title ?? check

/** The hand-off's name in the estate; `handoff` is its id, as the engine has it. */
export const handoffName = (estate: Estate, flow: string, handoff: string): string =>
  findHandoff(estate, flow, handoff)?.name ?? handoff

/** The share of its passages that must be within its objective, where the estate says one of it or of its flow. */
export const shareOf = (estate: Estate, flow: string, handoff: string): number | undefined =>
  findHandoff(estate, flow, handoff)?.share ?? estate.flowOf.get(flow)?.share

function findHandoff(estate: Estate, flow: string, handoff: string) {
  const config = estate.flowOf.get(flow)
  return config?.stages.find(
    (each, index) => index > 0 && `${config.stages[index - 1]?.stage}-${each.stage}` === handoff,
  )?.handoff
}

/** Which flow waits when messages wait in a queue, and at which hand-off, as far as the estate says. */
export function servedBy(
  estate: Estate,
  queue: { system: string; destination: string },
): { flow: string; handoff: string } | undefined {
  const served = estate.queues.serves.find(
    ({ queue: name, system }) =>
      (system === undefined || system === queue.system) &&
      (name.endsWith('*') ? queue.destination.startsWith(name.slice(0, -1)) : queue.destination === name),
  )
  if (!served) return undefined
  const stages = estate.flowOf.get(served.flow)?.stages ?? []
  const at = stages.findIndex(({ stage }) => stage === served.stage)
  return { flow: served.flow, handoff: at > 0 ? `${stages[at - 1]?.stage}-${served.stage}` : '' }
}

const withQuery = (path: string, query: Record<string, string>) => {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString()
  return text ? `${path}?${text}` : path
}
export const flowPath = (flow: string, plant: string) =>
  withQuery(`/flows/${encodeURIComponent(flow)}`, { plant })
/** Where the page of a flow shows one of its hand-offs. */
export const handoffPath = (flow: string, plant: string, handoff: string) =>
  `${flowPath(flow, plant)}${handoff ? `#handoff-${encodeURIComponent(handoff)}` : ''}`
export const casesPath = (query: Record<string, string>) => withQuery('/exceptions', query)
/** A row of the page of sources, which names them by their system. */
export const sourcePath = (estate: Estate, source: string, plant: string) => {
  const system = estate.sources.find((each) => each.source === source)?.system ?? source
  return `/sources#source-${system}-${plant}`
}
