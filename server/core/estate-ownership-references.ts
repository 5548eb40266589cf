import { readSqlFolder } from '../../sql/files.ts'
import type { EstateFile } from './estate-schema.ts'

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

/**
 * What rules name must exist, or one that is misspelt would never take a case. Classes stand in the files of checks,
 * which are read later; createOwnership sees to them.
 */
export function checkOwnership(estate: EstateFile, known: Known, say: Say): void {
  if (estate.ownership.length === 0) return
  const names = {
    check: [estate.checks.map((check) => check.check), 'a check'],
    plant: [estate.plants.map((plant) => plant.plant), 'a plant'],
    region: [estate.plants.map((plant) => plant.region).filter((region) => region !== ''), 'a region'],
    flow: [estate.flows.map((flow) => flow.flow), 'a flow'],
    cause: [[...readSqlFolder('causes').keys()], 'a cause'],
  } as const
  const teams = estate.teams.map((team) => team.team)
  estate.ownership.forEach((rule, index) => {
    const at = `ownership[${index}]`
    for (const setting of ['check', 'plant', 'region', 'flow', 'cause'] as const) {
      const [list, what] = names[setting]
      rule[setting]?.forEach((name) => {
        known(`${at}.${setting}`, name, [...list], what)
      })
    }
    known(`${at}.team`, rule.team, teams, 'a team')
    const { team: _, ...conditions } = rule
    const takesAll = Object.values(conditions).every((each) => each === undefined)
    if (takesAll && index < estate.ownership.length - 1)
      say(at, 'names no condition and takes every case; expected it last, since no rule after it is reached')
  })
}
