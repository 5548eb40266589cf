import type { Matcher } from './alert-match.ts'
import type { BranchConfig } from './estate-alerting-schema.ts'
import type { EstateFile } from './estate-schema.ts'

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

/** Who is told must be a receiver; what an alert is told by must exist, or a misspelt route would never take one. */
export function checkAlerting(estate: EstateFile, known: Known, say: Say): void {
  const { conditions, route, inhibit, heartbeat, maintenance } = estate.alerting
  const receivers =
    (estate as { receivers?: { receiver: string }[] }).receivers?.map((each) => each.receiver) ?? []
  const values: Record<string, [names: string[], what: string]> = {
    condition: [Object.keys(conditions), 'a condition'],
    severity: [['info', 'ticket', 'page'], 'a severity'],
    plant: [estate.plants.map((each) => each.plant), 'a plant'],
    region: [estate.plants.map((each) => each.region), 'a region'],
    flow: [estate.flows.map((each) => each.flow), 'a flow'],
    tier: [['1', '2', '3', '4'], 'a tier'],
    team: [estate.teams.map((each) => each.team), 'a team'],
    source: [estate.sources.map((each) => each.source), 'a source'],
    check: [estate.checks.map((each) => each.check), 'a check'],
  }
  const match = (path: string, wanted: Matcher) => {
    for (const [label, given] of Object.entries(wanted))
      for (const value of given) {
        const [names, what] = values[label] as [string[], string]
        if (value !== '') known(`${path}.${label}`, value, names, what)
      }
  }
  const told = (path: string, branch: Pick<BranchConfig, 'receivers' | 'escalation'>) => {
    branch.receivers?.forEach((name, index) => {
      known(`${path}.receivers[${index}]`, name, receivers, 'a receiver')
    })
    branch.escalation?.forEach((step, index) => {
      known(`${path}.escalation[${index}].receiver`, step.receiver, receivers, 'a receiver')
    })
  }
  const walk = (path: string, branches: BranchConfig[]) =>
    branches.forEach((branch, index) => {
      const at = `${path}.routes[${index}]`
      match(`${at}.match`, branch.match)
      told(at, branch)
      walk(at, branch.routes)
    })
  for (const [name, condition] of Object.entries(conditions)) {
    condition.only.forEach((wanted, index) => {
      match(`alerting.conditions.${name}.only[${index}]`, wanted)
    })
    condition.except.forEach((wanted, index) => {
      match(`alerting.conditions.${name}.except[${index}]`, wanted)
    })
  }
  told('alerting.route', route)
  walk('alerting.route', route.routes)
  inhibit.forEach((rule, index) => {
    match(`alerting.inhibit[${index}].when`, rule.when)
    match(`alerting.inhibit[${index}].quiet`, rule.quiet)
  })
  if (heartbeat) known('alerting.heartbeat.receiver', heartbeat.receiver, receivers, 'a receiver')
  maintenance.forEach((window, index) => {
    const at = `alerting.maintenance[${index}]`
    match(`${at}.match`, window.match)
    const isOnce = window.from !== undefined && window.to !== undefined
    if (isOnce === (window.weekly !== undefined) || (window.from === undefined) !== (window.to === undefined))
      say(at, 'is not one window of time; expected either from and to, or weekly')
    else if (window.from && window.to && Date.parse(window.from) >= Date.parse(window.to))
      say(`${at}.to`, `"${window.to}" is not after ${window.from}; expected a later moment`)
  })
}
