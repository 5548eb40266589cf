import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the built dashboard lies. */
export const dist = fileURLToPath(new URL('../../web/dist', import.meta.url))
const index = join(dist, 'index.html')

let kept: { at: number; page: string; id: string } | undefined

/**
 * The dashboard as it is built now: its page, and a name that is another one for every other build, since the page names
 * its parts by what is in them. Undefined when it has not been built.
 */
export function readBuild(): { page: string; id: string } | undefined {
  const at = statSync(index, { throwIfNoEntry: false })?.mtimeMs
  if (at === undefined) return undefined
  if (kept?.at !== at) {
    const page = readFileSync(index, 'utf8')
    kept = { at, page, id: createHash('sha256').update(page).digest('hex').slice(0, 16) }
  }
  return kept
}
