import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { syncFolder, writeWhole } from './recover.ts'

const digestBytes = 32
/** How long, and of how many bodies, it is known that they were taken. */
export const recentMs = 10 * 60_000
export const mostRecent = 10_000

type Note = { path: string; at: number; count: number }
export type Recent = {
  /** What former processes noted, the newest last: digests of bodies as base64 */
  digests: readonly string[]
  /** Notes the digests of a segment's bodies; on disk when it resolves. */
  note(name: string, digests: readonly string[]): Promise<void>
}

/**
 * The digests of bodies that were loaded of late, a small file for each segment: what the spool itself no longer holds
 * is known over a restart. Files older than `recentMs`, or behind the newest `mostRecent` digests, are removed.
 */
export async function openRecent(folder: string): Promise<Recent> {
  await mkdir(folder, { recursive: true })
  const notes: Note[] = []
  const kept: string[][] = []
  for (const file of (await readdir(folder)).sort()) {
    const path = join(folder, file)
    const at = Number.parseInt(file, 10)
    if (file.endsWith('.part') || !(at > 0)) {
      await rm(path)
      continue
    }
    const bytes = await readFile(path)
    const digests = Array.from({ length: Math.floor(bytes.length / digestBytes) }, (_, index) =>
      bytes.toString('base64', index * digestBytes, (index + 1) * digestBytes),
    )
    notes.push({ path, at, count: digests.length })
    kept.push(digests)
  }
  const forget = async () => {
    let behind = notes.reduce((sum, { count }) => sum + count, 0)
    for (let first = notes[0]; first; first = notes[0]) {
      behind -= first.count
      if (behind < mostRecent && Date.now() - first.at < recentMs) return
      notes.shift()
      kept.shift()
      await rm(first.path, { force: true })
    }
  }
  await forget()
  const digests = kept.flat()
  kept.length = 0
  return {
    digests,
    note: async (name, digests) => {
      if (digests.length === 0) return
      const at = Date.now()
      // names sort by time
      const path = join(folder, `${String(at).padStart(15, '0')}-${name}`)
      await writeWhole(path, Buffer.concat(digests.map((digest) => Buffer.from(digest, 'base64'))))
      await syncFolder(folder)
      notes.push({ path, at, count: digests.length })
      await forget()
    },
  }
}
