import { type FileHandle, open, readdir, readFile, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import { log } from '../../server/core/log.ts'
import type { Frame, Framing } from './frames.ts'
import { kindOf, type SpoolKind } from './kinds.ts'
import type { Segment } from './spool.ts'

/** A frame that is not what was written, kept in `rejected`. */
export type Damaged = { kind: SpoolKind; name: string; path: string }

/** Makes a created or renamed entry of a folder last. */
export async function syncFolder(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Writes a file whole: under another name first, so that it is there as a whole or not at all. */
export async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  let handle: FileHandle | undefined
  try {
    handle = await open(`${path}.part`, 'w')
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle?.close()
  }
  await rename(`${path}.part`, path)
}

/**
 * The segments a former process left, ready to be loaded. The tail of an open one that is torn was never acknowledged
 * and is cut; `cut` says by how many bytes. Every frame is held against its checksum: one the disk has changed is kept in
 * `rejected`, and said.
 */
export async function recover(
  folder: string,
  kind: SpoolKind,
): Promise<{ segments: Segment[]; damaged: Damaged[]; cut: number }> {
  const segments: Segment[] = []
  let cut = 0
  const damaged: Damaged[] = []
  const files = (await readdir(join(folder, kind))).sort()
  const names = new Set(files.map((file) => file.split('.')[0]))
  for (const file of files) {
    const path = join(folder, kind, file)
    const [name = '', ...rest] = file.split('.')
    const state = rest.at(-1)
    // halves of a segment that is still there, or a file that was never finished
    if (state === 'part' || hasParent(name, names)) {
      await rm(path)
      continue
    }
    const {
      bytes,
      digests,
      cut: torn,
    } = await mend(path, name, state === 'open', kindOf(kind).framing, async (from, part) => {
      const kept = join(folder, 'rejected', `${kind}-${name}-${from}`)
      await writeWhole(kept, part)
      damaged.push({ kind, name: `${name}-${from}`, path: kept })
      log.error({ path: kept, bytes: part.length }, 'the disk has changed what was acknowledged')
    })
    cut += torn
    if (bytes.length === 0) {
      await rm(path)
      continue
    }
    const sealedPath = state === 'open' ? join(folder, kind, `${name}.sealed`) : path
    if (state === 'open') await rename(path, sealedPath)
    segments.push({
      kind,
      path: sealedPath,
      name,
      bytes: bytes.length,
      digest: crc32(bytes),
      digests,
      since: performance.now() - Math.max(0, Date.now() - momentOf(name)),
      loadSeq: state === 'loading' ? rest[0] : undefined,
    })
  }
  return { segments, damaged, cut }
}

/** The digests of the bodies in frames, those that have one, as base64. */
export const digestsOf = (frames: readonly Frame[]): string[] =>
  frames.flatMap(({ digest }) => digest?.toString('base64') ?? [])
/** The name of a half is its parent's and a letter. */
const hasParent = (name: string, names: Set<string | undefined>) =>
  /[ab]$/.test(name.split('-')[2] ?? '') && names.has(parentOf(name))
export const isHalf = ({ name }: Segment): boolean => name.split('-').length > 2
/** When a segment was opened, in milliseconds: its name begins with it. */
const momentOf = (name: string): number => Math.floor(Number.parseInt(name, 10) / 1000)
export const parentOf = (name: string): string => {
  const [moment, chance, halves = ''] = name.split('-')
  return halves.length > 1 ? `${moment}-${chance}-${halves.slice(0, -1)}` : `${moment}-${chance}`
}
export const halfOf = (name: string, half: 'a' | 'b'): string =>
  name.split('-').length > 2 ? `${name}${half}` : `${name}-${half}`

/** Reads a segment and leaves only whole frames in it; what else was acknowledged is handed to `keep`. */
async function mend(
  path: string,
  name: string,
  isOpen: boolean,
  framing: Framing,
  keep: (from: number, part: Buffer) => Promise<void>,
): Promise<{ bytes: Buffer; digests: string[]; cut: number }> {
  const bytes = await readFile(path)
  const frames = framing.read(bytes)
  // the last frames of an open segment may have been written in part, without an answer to their sender
  while (isOpen && frames.at(-1)?.isWhole === false) frames.pop()
  const end = frames.at(-1)?.to ?? 0
  const cut = isOpen ? bytes.length - end : 0
  if (end < bytes.length) {
    if (!isOpen) await keep(end, bytes.subarray(end))
    else
      log.warn(
        { segment: name, cut_bytes: bytes.length - end },
        'a torn tail was cut; it had not been acknowledged',
      )
    await truncate(path, end)
  }
  const broken = frames.filter((frame) => !frame.isWhole)
  const whole = frames.filter((frame) => frame.isWhole)
  // what the disk has changed may be said again
  const digests = digestsOf(whole)
  if (broken.length === 0) return { bytes: bytes.subarray(0, end), digests, cut }
  for (const { from, to } of broken) await keep(from, bytes.subarray(from, to))
  const rest = Buffer.concat(whole.map(({ from, to }) => bytes.subarray(from, to)))
  await writeWhole(path, rest)
  return { bytes: rest, digests, cut }
}
