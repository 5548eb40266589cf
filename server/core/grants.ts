import type { Estate } from './estate.ts'
import type { Allowance } from './identity.ts'
import { roles } from './permissions.ts'
import type { ReachPart } from './reach.ts'

/** What the people of some groups may do, and where, by the grants of the estate. Groups are told apart by letter and case. */
export function allowancesOf(
  estate: Pick<Estate, 'access' | 'plants'>,
  groups: readonly string[],
): Allowance[] {
  return estate.access.grants
    .filter((grant) => grant.group.some((group) => groups.includes(group)))
    .map(({ role, plants, regions, flows }) => {
      const named =
        plants ??
        (regions && estate.plants.filter((plant) => regions.includes(plant.region)).map(({ plant }) => plant))
      const part: ReachPart = { ...(named && { plants: named }), ...(flows && { flows }) }
      return { permissions: roles[role], reach: [part] }
    })
}
