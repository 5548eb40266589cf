import { checkFilesSource } from './estate-files-references.ts'
import type { EstateFile } from './estate-schema.ts'

export type EstateProblem = { path: string; message: string }

/** What a schema can't see: names that must exist, be unique, or go together. Returns every problem. */
export function checkReferences(estate: EstateFile): EstateProblem[] {
  const problems: EstateProblem[] = []
  const say = (path: string, message: string) => problems.push({ path, message })
  const unique = (path: string, names: string[]) =>
    names.forEach((name, index) => {
      if (names.indexOf(name) !== index)
        say(`${path}[${index}]`, `"${name}" is named twice; names are unique`)
    })
  const known = (path: string, name: string, names: string[], what: string) => {
    if (!names.includes(name))
      say(
        path,
        `"${name}" is not ${what} of this estate; expected one of ${names.join(', ') || '(none defined)'}`,
      )
  }

  const plants = estate.plants.map((plant) => plant.plant)
  const systems = estate.systems.map((system) => system.system)
  const teams = estate.teams.map((team) => team.team)
  const flows = estate.flows.map((flow) => flow.flow)
  const roles = [...new Set(estate.systems.map((system) => system.role))]
  const units = estate.units.map((unit) => unit.unit)
  unique('plants', plants)
  unique('systems', systems)
  unique('teams', teams)
  unique('flows', flows)
  unique(
    'units',
    estate.units.flatMap((unit) => [unit.unit, ...unit.aliases]),
  )
  unique(
    'sources',
    estate.sources.map((source) => source.source),
  )
  unique(
    'checks',
    estate.checks.map((check) => check.check),
  )

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
  estate.units.forEach((unit, index) => {
    if (unit.base) known(`units[${index}].base`, unit.base, units, 'a unit')
    if (Boolean(unit.base) !== Boolean(unit.factor))
      say(`units[${index}]`, `"${unit.unit}" has only one of base and factor; expected both or neither`)
  })
  estate.flows.forEach((flow, index) => {
    known(`flows[${index}].owner`, flow.owner, teams, 'a team')
    unique(
      `flows[${index}].stages`,
      flow.stages.map((stage) => stage.stage),
    )
    flow.stages.forEach((stage, at) => {
      known(`flows[${index}].stages[${at}].role`, stage.role, roles, 'the role of a system')
      if (at > 0 && !stage.handoff)
        say(
          `flows[${index}].stages[${at}].handoff`,
          'is missing; expected the name and objective of the hand-off that ends at this stage',
        )
    })
  })
  estate.checks.forEach((check, index) => {
    known(`checks[${index}].team`, check.team, teams, 'a team')
    if (check.flow) known(`checks[${index}].flow`, check.flow, flows, 'a flow')
  })
  const origins = new Set<string>()
  estate.sources.forEach((source, index) => {
    const at = `sources[${index}]`
    known(`${at}.system`, source.system, systems, 'a system')
    if (source.kind === 'events') {
      const origin = source.origin ?? source.system
      if (origins.has(origin))
        say(`${at}.origin`, `"${origin}" belongs to another source already; origins are unique`)
      origins.add(origin)
      return
    }
    checkFilesSource(estate, source, at, say)
  })
  return problems
}
