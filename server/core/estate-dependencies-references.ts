import type { EstateFile } from './estate-schema.ts'

type Say = (path: string, message: string) => void

/** Whatever spans call a dependency means one of them only. */
export function checkDependencies(estate: EstateFile, say: Say): void {
  const meanings = new Map<string, string>()
  const means = (path: string, spelling: string, place: string) => {
    const other = meanings.get(spelling)
    if (other) say(path, `"${spelling}" already names ${other}; expected another`)
    else meanings.set(spelling, place)
  }
  estate.dependencies.forEach(({ dependency, aliases }, index) => {
    const at = `dependencies[${index}]`
    means(`${at}.dependency`, dependency, at)
    aliases.forEach((alias, position) => {
      means(`${at}.aliases[${position}]`, alias, at)
    })
  })
}
