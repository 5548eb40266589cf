import type { CheckInfo } from '../../server/core/check-info.ts'
import type { Estate } from '../../server/core/estate.ts'

/* Names and pages of what an alert is about. */

export const plantName = (estate: Estate, plant: string) => estate.plantOf.get(plant)?.name ?? plant
export const checkTitle = (checks: readonly CheckInfo[], check: string) =>
  checks.find((each) => each.check === check)?.title ?? check

/** The hand-off's name in the estate; `handoff` is its id, as the engine has it. */
export function handoffName(estate: Estate, flow: string, handoff: string): string {
  const config = estate.flowOf.get(flow)
  const stage = config?.stages.find(
    (each, index) => index > 0 && `${config.stages[index - 1]?.stage}-${each.stage}` === handoff,
  )
  return stage?.handoff?.name ?? handoff
}

const withQuery = (path: string, query: Record<string, string>) => {
  const text = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== '')).toString()
  return text ? `${path}?${text}` : path
}
export const flowPath = (flow: string, plant: string) =>
  withQuery(`/flows/${encodeURIComponent(flow)}`, { plant })
export const casesPath = (query: Record<string, string>) => withQuery('/exceptions', query)
/** A row of the page of sources, which names them by their system. */
export const sourcePath = (estate: Estate, source: string, plant: string) => {
  const system = estate.sources.find((each) => each.source === source)?.system ?? source
  return `/sources#source-${system}-${plant}`
}
