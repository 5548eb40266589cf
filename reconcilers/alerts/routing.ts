import { type AlertLabel, type AlertLabels, fits, type Matcher } from '../../server/core/alert-match.ts'
import type { BranchConfig, EscalationConfig } from '../../server/core/estate-alerting-schema.ts'

/** A branch with all it has from those above it. */
export type Branch = {
  /** where it stands in the tree: "route", "route.0.2" */
  name: string
  match: Matcher
  receivers: string[]
  group_by: AlertLabel[]
  wait: number
  interval: number
  repeat: number
  escalation: EscalationConfig[]
  continue: boolean
  branches: Branch[]
}

type Root = Required<
  Pick<Branch, 'receivers' | 'group_by' | 'wait' | 'interval' | 'repeat' | 'escalation'>
> & {
  routes: BranchConfig[]
}

/** The estate's tree, each branch whole. */
export function growRoutes(root: Root): Branch {
  const grow = (config: BranchConfig, above: Branch, name: string): Branch => {
    const own: Branch = {
      name,
      match: config.match,
      continue: config.continue,
      receivers: config.receivers ?? above.receivers,
      group_by: config.group_by ?? above.group_by,
      wait: config.wait ?? above.wait,
      interval: config.interval ?? above.interval,
      repeat: config.repeat ?? above.repeat,
      escalation: config.escalation ?? above.escalation,
      branches: [],
    }
    own.branches = config.routes.map((each, index) => grow(each, own, `${name}.${index}`))
    return own
  }
  const { routes, ...rhythm } = root
  const trunk: Branch = { ...rhythm, name: 'route', match: {}, continue: false, branches: [] }
  trunk.branches = routes.map((each, index) => grow(each, trunk, `route.${index}`))
  return trunk
}

/** The branches that take an alert: the first that fits, deepest, and those after one that says to continue. */
export function routesFor(branch: Branch, labels: AlertLabels): Branch[] {
  const taken: Branch[] = []
  for (const each of branch.branches) {
    if (!fits(each.match, labels)) continue
    taken.push(...routesFor(each, labels))
    if (!each.continue) break
  }
  return taken.length > 0 ? taken : [branch]
}

/** The labels alerts of a group have in common. */
export const groupLabels = (branch: Branch, labels: AlertLabels): Record<string, string> =>
  Object.fromEntries(branch.group_by.map((label) => [label, labels[label]]))

/** The same for all that is told of a group; a group of another branch is another one. */
export const groupKey = (branch: Branch, labels: AlertLabels): string =>
  `${branch.name} ${JSON.stringify(groupLabels(branch, labels))}`
