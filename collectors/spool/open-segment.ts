import { type FileHandle, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { crc32 } from 'node:zlib'
import { syncFolder } from './recover.ts'

/** A segment that grows. */
export type OpenSegment = {
  handle: FileHandle
  path: string
  name: string
  /** Whole, acknowledged frames, and their checksum */
  bytes: number
  digest: number
  digests: string[]
  since: number
  /** A write failed: what stands behind `bytes` is not whole and was not acknowledged */
  isTorn: boolean
  /** Its entry in the folder may not last yet: nothing in it was acknowledged */
  isNew: boolean
}

export const openFile = (path: string) => open(path, 'wx')

/** Writes all frames behind what is whole and makes them last; until then the segment counts as torn. */
export async function writeFrames(segment: OpenSegment, pieces: Uint8Array[]): Promise<void> {
  segment.isTorn = true
  let at = segment.bytes
  let digest = segment.digest
  for (let rest = pieces; rest.length > 0; ) {
    const { bytesWritten } = await segment.handle.writev(rest, at)
    at += bytesWritten
    rest = behind(rest, bytesWritten)
  }
  // side by side: both end with the same commit of the file system's journal
  const synced = await Promise.allSettled([
    segment.handle.datasync(),
    segment.isNew ? syncFolder(dirname(segment.path)) : undefined,
  ])
  for (const result of synced) if (result.status === 'rejected') throw result.reason
  segment.isNew = false
  for (const piece of pieces) digest = crc32(piece, digest)
  Object.assign(segment, { bytes: at, digest, isTorn: false })
}

/** What is left of buffers once so many bytes are written. */
function behind(buffers: Uint8Array[], written: number): Uint8Array[] {
  let left = written
  return buffers.flatMap((buffer) => {
    const skipped = Math.min(left, buffer.length)
    left -= skipped
    return skipped === buffer.length ? [] : [buffer.subarray(skipped)]
  })
}

/** Cuts what a failed write left, before anything is written behind it or the engine reads it. */
export async function mendSegment(segment: OpenSegment): Promise<void> {
  if (!segment.isTorn) return
  await segment.handle.truncate(segment.bytes)
  segment.isTorn = false
}
