import type { EstateFile } from './estate-schema.ts'

type Say = (path: string, message: string) => void
type Known = (path: string, name: string, names: string[], what: string) => void

/** Who numbers a master and who uses it must exist, differ, and be heard: a system without a source accepts nothing. */
export function checkMasters(estate: EstateFile, known: Known, say: Say): void {
  const roles = [...new Set(estate.systems.map((system) => system.role))]
  const heard = new Set<string>(estate.sources.map((source) => source.system))
  const audible = (path: string, role: string) => {
    for (const { system } of estate.systems.filter((one) => one.role === role))
      if (!heard.has(system))
        say(path, `"${role}" includes ${system}, which has no source; expected systems that are heard`)
  }
  estate.masters.forEach(({ record, consumers }, index) => {
    const at = `masters[${index}]`
    known(`${at}.record`, record, roles, 'the role of a system')
    audible(`${at}.record`, record)
    consumers.forEach((role, position) => {
      const place = `${at}.consumers[${position}]`
      known(place, role, roles, 'the role of a system')
      audible(place, role)
      if (role === record)
        say(place, `"${role}" is the system of record; expected a role that takes its versions`)
      else if (consumers.indexOf(role) !== position)
        say(place, `"${role}" is already a consumer of this master; expected another`)
    })
  })
}
