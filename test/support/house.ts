import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The repository's own folder, and the rooms in it. */
export const house = fileURLToPath(new URL('../../', import.meta.url))
export const rooms = ['server', 'collectors', 'reconcilers', 'sql', 'web', 'test']

/** Every file of the rooms (what is built or installed, and data a trial left, aside), by its path from the top. */
export function listFiles(...folders: string[]): string[] {
  const walk = (folder: string): string[] =>
    readdirSync(folder).flatMap((name) => {
      const path = join(folder, name)
      if (relative(house, path) === join('web', 'dist') || /^(\.|node_modules$)/.test(name)) return []
      return statSync(path).isDirectory() ? walk(path) : [relative(house, path).replaceAll('\\', '/')]
    })
  return folders.flatMap((folder) => walk(join(house, folder))).sort()
}

export const readHouseFile = (path: string): string => readFileSync(join(house, path), 'utf8')

/** One import: what it names, resolved from the top when it is one of our files, and whether it takes types only. */
export type Import = { target: string; isOurs: boolean; isType: boolean }

/** The imports and re-exports of a file, the dynamic ones too. */
export function readImports(path: string): Import[] {
  // comments may talk of imports; `//` inside a text such as https:// is left alone
  const text = readHouseFile(path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')
  const found = [
    ...text.matchAll(/^\s*(?:import|export)\s+([\w*{}\s,$]*?)\s*from\s*['"]([^'"]+)['"]/gm),
    ...text.matchAll(/^\s*import(\s*)['"]([^'"]+)['"]/gm),
    ...text.matchAll(/\bimport(\s*)\(\s*['"]([^'"]+)['"]/g),
  ]
  return found.map(([, what = '', target = '']) => ({
    isType: isTypeOnly(what.trim()),
    isOurs: target.startsWith('.'),
    target: target.startsWith('.') ? posix.join(posix.dirname(path), target) : target,
  }))
}

function isTypeOnly(what: string): boolean {
  if (/^type\s/.test(what)) return true
  const names = /^\{([\s\S]*)\}$/
    .exec(what)?.[1]
    ?.split(',')
    .filter((name) => name.trim() !== '')
  return names?.every((name) => /^\s*type\s/.test(name)) ?? false
}
