import { randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PlumblineError } from '../../server/core/errors.ts'
import { log } from '../../server/core/log.ts'
import { type SpoolKind, spoolKinds } from './kinds.ts'
import { recover, syncFolder } from './recover.ts'

/** A segment that takes no more: a file of whole frames of one kind, to be loaded as one unit. */
export type Segment = {
  kind: SpoolKind
  path: string
  name: string
  bytes: number
  sealedAt: number
  loadSeq: string | undefined
}

export type Spool = {
  /** Adds frames to the open segment of the kind. Resolves once they are on disk; rejects with 503 when the spool is full. */
  append(kind: SpoolKind, frames: Uint8Array): Promise<void>
  /** The oldest sealed segment, if there is one. */
  next(): Segment | undefined
  /** All sealed segments, in the order they are loaded. */
  pending(): readonly Segment[]
  /** Ties a segment to its load, on disk, before it is loaded: a repeated attempt has the same number. */
  claim(segment: Segment, loadSeq: string): Promise<void>
  /** Removes a segment that the engine has committed, or moves one aside that it can never take. */
  remove(segment: Segment): Promise<void>
  setAside(segment: Segment): Promise<string>
  /** Called whenever a segment was sealed. */
  onSealed(listener: () => void): void
  /** Seals what is open now, so that it can be loaded. */
  seal(): Promise<void>
  stats(): { waiting_segments: number; waiting_bytes: number; oldest_s: number }
  close(): Promise<void>
}

type Options = {
  folder: string
  /** Above this many bytes on disk or on the way there it takes no more; default 1 GiB */
  maxBytes?: number
  /** How many bytes may wait in memory for the disk; default 64 MiB */
  maxWaitingBytes?: number
  sealBytes?: number
  sealMs?: number
}
type Waiting = { frames: Uint8Array; done: () => void; failed: (error: unknown) => void }
type OpenSegment = {
  handle: FileHandle
  path: string
  name: string
  /** Whole, acknowledged frames */
  bytes: number
  since: number
  /** A write failed: what stands behind `bytes` is not whole and was not acknowledged */
  isTorn: boolean
}

/**
 * Opens the spool: append-only segment files per kind, `<name>.open` while they grow, `<name>.sealed` when they wait,
 * `<name>.<load_seq>.loading` once tied to a load. What a killed process left is sealed, a torn tail cut at the last
 * whole frame; that tail was never acknowledged.
 */
export async function openSpool({
  folder,
  maxBytes = 2 ** 30,
  maxWaitingBytes = 64 * 2 ** 20,
  sealBytes = 8 * 2 ** 20,
  sealMs = 400,
}: Options): Promise<Spool> {
  const sealed: Segment[] = []
  const open = new Map<SpoolKind, OpenSegment>()
  const waiting = new Map<SpoolKind, Waiting[]>()
  const writing = new Map<SpoolKind, Promise<void>>()
  let listener: () => void = () => undefined
  let sealedBytes = 0
  let waitingBytes = 0
  let lastName = 0

  for (const kind of Object.keys(spoolKinds) as SpoolKind[]) {
    await mkdir(join(folder, kind), { recursive: true })
    for (const segment of await recover(folder, kind)) {
      sealed.push(segment)
      sealedBytes += segment.bytes
      lastName = Math.max(lastName, Number.parseInt(segment.name, 10))
    }
  }
  await mkdir(join(folder, 'rejected'), { recursive: true })
  sealed.sort(
    (a, b) =>
      Number(b.loadSeq !== undefined) - Number(a.loadSeq !== undefined) || a.name.localeCompare(b.name),
  )

  /** Names sort by time and never repeat, not even when the clock was set back: tokens are made of them. */
  const nextName = () => {
    lastName = Math.max(lastName + 1, Date.now() * 1000)
    return `${String(lastName).padStart(18, '0')}-${randomBytes(4).toString('hex')}`
  }
  const openSegment = async (kind: SpoolKind): Promise<OpenSegment> => {
    const name = nextName()
    const path = join(folder, kind, `${name}.open`)
    const segment = { handle: await openFile(path), path, name, bytes: 0, since: Date.now(), isTorn: false }
    syncFolder(join(folder, kind))
    open.set(kind, segment)
    return segment
  }
  const sealSegment = async (kind: SpoolKind) => {
    const segment = open.get(kind)
    if (!segment) return
    await mendSegment(segment)
    const path = segment.path.replace(/\.open$/, '.sealed')
    if (segment.bytes === 0) await rm(segment.path)
    else await rename(segment.path, path)
    open.delete(kind)
    await segment.handle.close()
    if (segment.bytes === 0) return
    sealed.push({
      kind,
      path,
      name: segment.name,
      bytes: segment.bytes,
      sealedAt: Date.now(),
      loadSeq: undefined,
    })
    sealedBytes += segment.bytes
    listener()
  }
  /** One write and one fsync for all that waits; then everybody who waited is answered. */
  const drain = async (kind: SpoolKind) => {
    for (let batch = waiting.get(kind); batch && batch.length > 0; batch = waiting.get(kind)) {
      waiting.set(kind, [])
      try {
        const segment = open.get(kind) ?? (await openSegment(kind))
        await mendSegment(segment)
        await writeFrames(
          segment,
          batch.map((entry) => entry.frames),
        )
        for (const entry of batch) entry.done()
        if (segment.bytes >= sealBytes) await sealSegment(kind)
      } catch (error) {
        // once acknowledged, a failure to seal changes nothing for the sender: the timer tries again
        for (const entry of batch) entry.failed(spoolError(error))
      } finally {
        for (const entry of batch) waitingBytes -= entry.frames.length
      }
    }
    writing.delete(kind)
  }
  const schedule = (kind: SpoolKind) => {
    const last = writing.get(kind)
    if (!last) writing.set(kind, drain(kind))
  }
  /** Sealing goes through the same line as writing, so it never closes a file under a write. */
  const sealWhenIdle = async (kind: SpoolKind) => {
    while (writing.get(kind)) await writing.get(kind)
    const sealing = sealSegment(kind)
      .catch((error) =>
        log.error(
          { kind, error: (error as Error).message },
          'a segment could not be sealed; it is tried again',
        ),
      )
      .finally(() => {
        writing.delete(kind)
        if ((waiting.get(kind)?.length ?? 0) > 0) schedule(kind)
      })
    writing.set(kind, sealing)
    await sealing
  }
  const timer = setInterval(
    () => {
      for (const [kind, segment] of open) if (Date.now() - segment.since >= sealMs) void sealWhenIdle(kind)
    },
    Math.max(50, sealMs / 4),
  )

  return {
    append: (kind, frames) => {
      const openBytes = [...open.values()].reduce((sum, segment) => sum + segment.bytes, 0)
      if (sealedBytes + openBytes + waitingBytes + frames.length > maxBytes || waitingBytes > maxWaitingBytes)
        return Promise.reject(
          new PlumblineError('spool_full', 'The spool is full; nothing of this message was taken', {
            status: 503,
            mend: 'Send it again later; the store is behind or away.',
          }),
        )
      return new Promise((done, failed) => {
        const list = waiting.get(kind) ?? []
        list.push({ frames, done, failed })
        waiting.set(kind, list)
        waitingBytes += frames.length
        schedule(kind)
      })
    },
    next: () => sealed[0],
    pending: () => [...sealed],
    claim: async (segment, loadSeq) => {
      const path = join(folder, segment.kind, `${segment.name}.${loadSeq}.loading`)
      await rename(segment.path, path)
      syncFolder(join(folder, segment.kind))
      Object.assign(segment, { path, loadSeq })
    },
    remove: async (segment) => {
      await rm(segment.path)
      sealed.splice(sealed.indexOf(segment), 1)
      sealedBytes -= segment.bytes
    },
    setAside: async (segment) => {
      const path = join(folder, 'rejected', `${segment.kind}-${segment.name}`)
      await rename(segment.path, path)
      sealed.splice(sealed.indexOf(segment), 1)
      sealedBytes -= segment.bytes
      return path
    },
    onSealed: (heard) => {
      listener = heard
    },
    seal: async () => {
      for (const kind of Object.keys(spoolKinds) as SpoolKind[]) await sealWhenIdle(kind)
    },
    stats: () => {
      const oldest = sealed[0]
      return {
        waiting_segments: sealed.length,
        waiting_bytes: sealedBytes,
        oldest_s: oldest ? Math.round((Date.now() - oldest.sealedAt) / 1000) : 0,
      }
    },
    close: async () => {
      clearInterval(timer)
      for (const kind of Object.keys(spoolKinds) as SpoolKind[]) await sealWhenIdle(kind)
    },
  }
}

const openFile = (path: string) => open(path, 'wx')

/** Writes all frames behind what is whole and makes them last; until then the segment counts as torn. */
async function writeFrames(segment: OpenSegment, frames: Uint8Array[]): Promise<void> {
  segment.isTorn = true
  const bytes = frames.length === 1 ? (frames[0] as Uint8Array) : Buffer.concat(frames)
  for (let at = 0; at < bytes.length; )
    at += (await segment.handle.write(bytes, at, bytes.length - at, segment.bytes + at)).bytesWritten
  await segment.handle.datasync()
  segment.bytes += bytes.length
  segment.isTorn = false
}

/** Cuts what a failed write left, before anything is written behind it or the engine reads it. */
async function mendSegment(segment: OpenSegment): Promise<void> {
  if (!segment.isTorn) return
  await segment.handle.truncate(segment.bytes)
  segment.isTorn = false
}

function spoolError(error: unknown): PlumblineError {
  return new PlumblineError('spool_unwritable', `The spool cannot be written: ${(error as Error).message}`, {
    status: 503,
    cause: error,
  })
}
