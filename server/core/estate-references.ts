import { checkAccess } from './estate-access-references.ts'
import { checkAlerting } from './estate-alerting-references.ts'
import { checkCodes } from './estate-codes-references.ts'
import { checkContracts } from './estate-contracts-references.ts'
import { checkDependencies } from './estate-dependencies-references.ts'
import { checkDisk } from './estate-disk-references.ts'
import { checkFilesSource } from './estate-files-references.ts'
import { checkMasters } from './estate-masters-references.ts'
import { checkOwnership } from './estate-ownership-references.ts'
import { checkPulledSource } from './estate-pull-references.ts'
import { checkPushedSource } from './estate-push-references.ts'
import { checkReceivers } from './estate-receivers-references.ts'
import { checkRetention } from './estate-retention-references.ts'
import { type EstateFile, isPushed } from './estate-schema.ts'
import { checkCalendars, checkSla } from './estate-sla-references.ts'

export type EstateProblem = { path: string; message: string }

/** What a schema can't see: names that must exist, be unique, or go together. Returns every problem. */
export function checkReferences(estate: EstateFile): EstateProblem[] {
  const problems: EstateProblem[] = []
  const say = (path: string, message: string) => problems.push({ path, message })
  const unique = (list: string, setting: string, names: string[]) =>
    names.forEach((name, index) => {
      const first = names.indexOf(name)
      if (first !== index)
        say(
          `${list}[${index}].${setting}`,
          `"${name}" is already the name of ${list}[${first}]; expected another`,
        )
    })
  const known = (path: string, name: string, names: string[], what: string) => {
    if (names.includes(name)) return
    const expected =
      names.length > 0 ? `one of ${[...new Set(names)].join(', ')}` : 'none, since none is defined'
    say(path, `"${name}" is not ${what} of this estate; expected ${expected}`)
  }

  const plants = estate.plants.map((plant) => plant.plant)
  const systems = estate.systems.map((system) => system.system)
  const teams = estate.teams.map((team) => team.team)
  const flows = estate.flows.map((flow) => flow.flow)
  const roles = [...new Set(estate.systems.map((system) => system.role))]
  const units = estate.units.map((unit) => unit.unit)
  const sources = estate.sources.map((source) => source.source)
  const checks = estate.checks.map((check) => check.check)
  unique('plants', 'plant', plants)
  unique('systems', 'system', systems)
  unique('teams', 'team', teams)
  unique('flows', 'flow', flows)
  unique('sources', 'source', sources)
  unique('checks', 'check', checks)

  estate.plants.forEach((plant, index) => {
    if (plant.currency !== estate.currency && !estate.rates?.values[plant.currency])
      say(
        `plants[${index}].currency`,
        `"${plant.currency}" has no rate; expected rates.values.${plant.currency}, its worth in ${estate.currency}`,
      )
  })
  estate.systems.forEach((system, index) => {
    for (const [at, plant] of (system.plants ?? []).entries())
      known(`systems[${index}].plants[${at}]`, plant, plants, 'a plant')
  })
  checkUnits(estate, units, known, say)
  const meanings = new Map<string, string>()
  estate.flows.forEach((flow, index) => {
    const at = `flows[${index}]`
    known(`${at}.owner`, flow.owner, teams, 'a team')
    const stages = flow.stages.map((stage) => stage.stage)
    unique(`${at}.stages`, 'stage', stages)
    const means = (path: string, type: string) => {
      const other = meanings.get(type)
      if (other) say(path, `"${type}" already has a meaning at ${other}; expected an event type of its own`)
      else meanings.set(type, path)
    }
    flow.stages.forEach((stage, position) => {
      const place = `${at}.stages[${position}]`
      known(`${place}.role`, stage.role, roles, 'the role of a system')
      means(`${place}.event`, stage.event)
      if (position > 0 && !stage.handoff)
        say(
          `${place}.handoff`,
          'is missing; expected the name and objective of the hand-off that ends at this stage',
        )
      if (position === 0 && stage.handoff)
        say(
          `${place}.handoff`,
          `"${stage.handoff.name}" ends at the first stage; expected none, since nothing comes before`,
        )
    })
    flow.ends_early.forEach((type, position) => {
      means(`${at}.ends_early[${position}]`, type)
    })
  })
  checkCodes(estate, known, say)
  checkDependencies(estate, say)
  checkContracts(estate, known, say)
  unique(
    'masters',
    'master',
    estate.masters.map((each) => each.master),
  )
  checkMasters(estate, known, say)
  estate.checks.forEach((check, index) => {
    known(`checks[${index}].team`, check.team, teams, 'a team')
    if (check.flow) known(`checks[${index}].flow`, check.flow, flows, 'a flow')
    const stages = estate.flows
      .filter((flow) => !check.flow || flow.flow === check.flow)
      .flatMap((flow) => flow.stages.map((stage) => stage.stage))
    for (const [at, stage] of (check.stages ?? []).entries())
      known(`checks[${index}].stages[${at}]`, stage, stages, 'a stage')
    if (typeof check.materiality === 'object')
      for (const plant of Object.keys(check.materiality))
        known(`checks[${index}].materiality.${plant}`, plant, plants, 'a plant')
  })
  estate.queues.serves.forEach((served, index) => {
    const at = `queues.serves[${index}]`
    known(`${at}.flow`, served.flow, flows, 'a flow')
    if (served.system) known(`${at}.system`, served.system, systems, 'a system')
    const stages = estate.flows.find(({ flow }) => flow === served.flow)?.stages ?? []
    // before the first stage nothing is handed over
    const later = stages.slice(1).map(({ stage }) => stage)
    if (served.stage && stages.length > 0)
      known(`${at}.stage`, served.stage, later, `a stage behind the first of "${served.flow}"`)
  })
  checkReceivers(estate, unique, say)
  checkAlerting(estate, known, say)
  checkCalendars(estate, say)
  checkOwnership(estate, known, say)
  checkAccess(estate, known, say)
  checkSla(estate, known, say)
  checkRetention(estate, say)
  checkDisk(estate, say)
  const origins = new Set<string>()
  estate.sources.forEach((source, index) => {
    const at = `sources[${index}]`
    known(`${at}.system`, source.system, systems, 'a system')
    if (source.kind === 'events') {
      const origin = source.origin ?? source.system
      if (origins.has(origin))
        say(
          `${at}.${source.origin ? 'origin' : 'system'}`,
          `"${origin}" is already the origin of another source; expected one of its own`,
        )
      origins.add(origin)
      return
    }
    if (source.kind === 'files') checkFilesSource(estate, source, at, say)
    else if (isPushed(source)) checkPushedSource(estate, source, at, say)
    else checkPulledSource(estate, source, at, say)
  })
  return problems
}

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

/** Every spelling means one unit, and quantities are kept in a base that is not itself converted. */
function checkUnits(estate: EstateFile, units: string[], known: Known, say: Say): void {
  const spellings = new Map<string, string>()
  const spelled = (path: string, name: string, unit: string) => {
    const other = spellings.get(name)
    if (other) say(path, `"${name}" is already a spelling of ${other}; expected another`)
    else spellings.set(name, unit)
  }
  estate.units.forEach((unit, index) => {
    const at = `units[${index}]`
    spelled(`${at}.unit`, unit.unit, at)
    unit.aliases.forEach((alias, position) => {
      spelled(`${at}.aliases[${position}]`, alias, at)
    })
    if (unit.base) known(`${at}.base`, unit.base, units, 'a unit')
    if (estate.units.some((other) => other.unit === unit.base && other.base))
      say(`${at}.base`, `"${unit.base}" is itself converted; expected a unit without a base`)
    if (unit.base && !unit.factor)
      say(`${at}.factor`, `is missing; expected how many ${unit.base} one ${unit.unit} is`)
    for (const item of Object.keys(unit.items))
      if (!unit.base)
        say(`${at}.items.${item}`, `has no meaning here; expected none, since ${unit.unit} is not converted`)
    if (unit.factor && !unit.base)
      say(`${at}.base`, `is missing; expected the unit of which ${unit.factor} make one ${unit.unit}`)
  })
}
