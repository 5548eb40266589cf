import { PlumblineError } from '../core/errors.ts'
import type { ApiContext } from './context.ts'

/**
 * The estate as if it had only this flow and the checks that belong to it; all of it where none is named.
 * @throws PlumblineError for a flow the estate does not have
 */
export function narrowToFlow(context: ApiContext, flow: string): ApiContext {
  if (flow === '') return context
  const known = context.estate.flowOf.get(flow)
  if (!known)
    throw new PlumblineError(
      'flow_unknown',
      `"${flow}" is not a flow of this estate; expected one of ${[...context.estate.flowOf.keys()].join(', ')}`,
      { status: 404, where: 'flow' },
    )
  return {
    ...context,
    estate: { ...context.estate, flows: [known] },
    checks: context.checks.filter((check) => check.flow === flow),
  }
}

/** What statements are bound to for the checks of a flow; none stands for all, and '' for a flow that no check is of. */
export function checksOfFlow(context: ApiContext, flow: string): string[] {
  if (flow === '') return []
  const names = narrowToFlow(context, flow).checks.map(({ check }) => check)
  return names.length > 0 ? names : ['']
}

/** Whether a system has a part in a flow: at its stages, or as a side of its checks; in all of them where none is named. */
export function isOfFlow({ estate, checks }: ApiContext, flow: string): (system: string) => boolean {
  if (flow === '') return () => true
  const roles = new Set([
    ...(estate.flowOf.get(flow)?.stages ?? []).map(({ role }) => role),
    ...checks.filter((check) => check.flow === flow).flatMap(({ left, right }) => [left, right]),
  ])
  return (system) => roles.has(estate.systemOf.get(system)?.role ?? '')
}
