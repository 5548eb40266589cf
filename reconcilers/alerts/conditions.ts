import { readdirSync } from 'node:fs'
import { describeError } from '../../server/core/errors.ts'
import type { ConditionName } from '../../server/core/estate-alerting-schema.ts'
import type { Finding } from './lifecycle.ts'
import { isWatched } from './lifecycle.ts'
import { type Condition, type ConditionContext, labelsOf } from './observation.ts'
import { isStale, readSourceStates, sourcesBehind } from './source-states.ts'

/** The conditions of conditions/: being there is being registered. Our own health is judged by how the others went. */
export async function loadConditions(): Promise<Condition[]> {
  const folder = new URL('./conditions/', import.meta.url)
  const found: Condition[] = []
  for (const name of readdirSync(folder)
    .filter((each) => each.endsWith('.ts'))
    .sort())
    found.push(((await import(new URL(name, folder).href)) as { condition: Condition }).condition)
  return found.sort((a, b) => Number(a.condition === 'own_health') - Number(b.condition === 'own_health'))
}

export type Judged = {
  findings: Finding[]
  /** conditions the estate has on */
  watched: Set<string>
  /** conditions that could not be judged, and why */
  failing: Map<string, string>
}

/** Asks every condition the estate has on, one after the other. One that fails says nothing, and that is said. */
export async function judgeConditions(
  conditions: readonly Condition[],
  base: Omit<ConditionContext, 'sources' | 'failing'>,
): Promise<Judged> {
  const { estate, store, checks, now } = base
  const failing = new Map<string, string>()
  const findings: Finding[] = []
  const watched = new Set<string>()
  const sources = await readSourceStates(estate, store, now).catch((error) => {
    failing.set('sources', describeError(error))
    return undefined
  })
  const stale = new Set((sources ?? []).filter(isStale).map((state) => `${state.plant} ${state.source}`))
  for (const condition of conditions) {
    const settings = estate.alerting.conditions[condition.condition]
    if (!settings.enabled) continue
    watched.add(condition.condition)
    // without knowing which sources are stale nothing may end, and what stands on them may not begin
    if (!sources && condition.condition !== 'own_health') continue
    try {
      const seen = await condition.watch(settings as never, {
        ...base,
        sources: sources ?? [],
        failing,
      })
      findings.push({
        condition: condition.condition,
        for: settings.for,
        clear_after: settings.clear_after,
        runbook: settings.runbook,
        observations: seen
          .map((each) => ({
            seen: each,
            labels: labelsOf(estate, checks, condition.condition as ConditionName, each),
          }))
          .filter(({ labels }) => isWatched(settings, labels)),
        isBlind: (labels) =>
          [...sourcesBehind(estate, checks, labels)].some((source) => stale.has(`${labels.plant} ${source}`)),
      })
    } catch (error) {
      failing.set(condition.condition, describeError(error))
    }
  }
  return { findings, watched, failing }
}
