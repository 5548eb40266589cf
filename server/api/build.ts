import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the built dashboard lies. */
export const dist = fileURLToPath(new URL('../../web/dist', import.meta.url))

const kept = new Map<string, { at: number; page: string; id: string }>()

/**
 * A page of the dashboard as it is built now, and a name that is another one for every other build, since the page names
 * its parts by what is in them. Undefined when it has not been built.
 */
export function readBuild(file = 'index.html'): { page: string; id: string } | undefined {
  const path = join(dist, file)
  const at = statSync(path, { throwIfNoEntry: false })?.mtimeMs
  if (at === undefined) return undefined
  const known = kept.get(file)
  if (known?.at === at) return known
  const page = readFileSync(path, 'utf8')
  const read = { at, page, id: createHash('sha256').update(page).digest('hex').slice(0, 16) }
  kept.set(file, read)
  return read
}
