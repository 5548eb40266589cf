import { closeSync, fsyncSync, openSync } from 'node:fs'
import { readdir, readFile, rename, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { log } from '../../server/core/log.ts'
import { type SpoolKind, wholeFrames } from './kinds.ts'
import type { Segment } from './spool.ts'

/** Makes a created or renamed entry of a folder last. */
export function syncFolder(path: string): void {
  const descriptor = openSync(path, 'r')
  try {
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** The segments a former process left, ready to be loaded. */
export async function recover(folder: string, kind: SpoolKind): Promise<Segment[]> {
  const segments: Segment[] = []
  for (const file of (await readdir(join(folder, kind))).sort()) {
    const path = join(folder, kind, file)
    const [name = '', ...rest] = file.split('.')
    const state = rest.at(-1)
    if (state === 'open') {
      const bytes = await readFile(path)
      const whole = wholeFrames(kind, bytes)
      if (whole < bytes.length) {
        log.warn(
          { segment: file, cut_bytes: bytes.length - whole },
          'a torn tail was cut; it had not been acknowledged',
        )
        await truncate(path, whole)
      }
    }
    const { size } = await stat(path)
    if (size === 0) {
      await rm(path)
      continue
    }
    const sealedPath = state === 'open' ? join(folder, kind, `${name}.sealed`) : path
    if (state === 'open') await rename(path, sealedPath)
    segments.push({
      kind,
      path: sealedPath,
      name,
      bytes: size,
      sealedAt: Date.now(),
      loadSeq: state === 'loading' ? rest[0] : undefined,
    })
  }
  return segments
}
