import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'
import type { Disk } from '../../server/core/disk.ts'
import { PlumblineError } from '../../server/core/errors.ts'
import { log } from '../../server/core/log.ts'
import type { Receipt } from './frames.ts'
import { kindOf, kindsOf, type SpoolKind, type SpoolSignal, spoolKindNames } from './kinds.ts'
import { mendSegment, type OpenSegment, openFile, writeFrames } from './open-segment.ts'
import { mostRecent, openRecent } from './recent.ts'
import { type Damaged, digestsOf, halfOf, recover, syncFolder, writeWhole } from './recover.ts'

/** A segment that takes no more: a file of whole frames of one kind, to be loaded as one unit. */
export type Segment = {
  kind: SpoolKind
  path: string
  name: string
  bytes: number
  /** Checksum of the whole; together with the name it makes the token of the load */
  digest: number
  /** Digests of the bodies in it that have one */
  digests: readonly string[]
  /** Since when its first frame waits, by the clock of `performance`: no clock that is set back or forward changes it */
  since: number
  loadSeq: string | undefined
}
export type SpoolStats = {
  waiting_segments: number
  waiting_bytes: number
  /** Age of the oldest frame that is not yet in the store, in seconds */
  oldest_s: number
  /** Why nothing is taken now; empty when it is */
  refusing: string
  /** What the last start cut off: torn by the end of the process before, and never acknowledged */
  cut_bytes: number
}

export type Spool = {
  /** Adds a request to the open segment of the kind. Resolves once it is on disk; rejects with 503 when there is no room. */
  append(kind: SpoolKind, body: Uint8Array, receipt: Receipt): Promise<void>
  /** Throws the same 503 when there is no room for so many bytes, so that they need not be read. */
  expectRoom(bytes: number): void
  /** Frames found changed by the disk when the spool was opened; they lie in `rejected`. */
  damaged: readonly Damaged[]
  /** Digests of what former processes took and still held, or had loaded of late: said again, it is no news. */
  taken: readonly string[]
  /** The sealed segments of a kind, in the order they are loaded. */
  pending(kind: SpoolKind): readonly Segment[]
  /** Ties a segment to its load, on disk, before it is loaded: a repeated attempt has the same number. */
  claim(segment: Segment, loadSeq: string): Promise<void>
  /** Removes a segment that the engine has committed. */
  remove(segment: Segment): Promise<void>
  /** Puts two halves in the place of a segment the engine can't read; false when it holds a single frame. */
  split(segment: Segment): Promise<boolean>
  /** Moves aside what can never be loaded; returns where to. */
  setAside(segment: Segment): Promise<string>
  /** Called whenever a segment was sealed. */
  onSealed(listener: (kind: SpoolKind) => void): void
  /** Seals what is open now, so that it can be loaded. */
  seal(kinds?: readonly SpoolKind[]): Promise<void>
  stats(signal?: SpoolSignal): SpoolStats
  close(): Promise<void>
}

type Options = {
  folder: string
  /** Above this many bytes on disk or on the way there it takes no more; default 1 GiB */
  maxBytes?: number
  /** How many bytes may wait in memory for the disk; default 64 MiB */
  maxWaitingBytes?: number
  /** Says when there is no room for more; whoever names none looks after it */
  disk?: Pick<Disk, 'refusal' | 'wrote' | 'look'> | undefined
  sealBytes?: number
  /** Overrides the kinds' own */
  sealMs?: number
}
type Waiting = {
  frame: Uint8Array[]
  bytes: number
  digest: string[]
  done: () => void
  failed: (error: unknown) => void
}

const laterMend = 'Nothing of this message was taken; send it again later.'
/** Room on a disk is made by people, or by what grows too old: it takes its time. */
const diskRetryS = 10

/**
 * Opens the spool: append-only segment files per kind, `<name>.open` while they grow, `<name>.sealed` when they wait,
 * `<name>.<load_seq>.loading` once tied to a load. What a killed process left is sealed, a torn tail cut at the last
 * whole frame; that tail was never acknowledged.
 */
export async function openSpool({
  folder,
  maxBytes = 2 ** 30,
  maxWaitingBytes = 64 * 2 ** 20,
  disk,
  sealBytes = 64 * 2 ** 20,
  sealMs,
}: Options): Promise<Spool> {
  const sealed = new Map<SpoolKind, Segment[]>()
  const damaged: Damaged[] = []
  const cut = new Map<SpoolKind, number>()
  const open = new Map<SpoolKind, OpenSegment>()
  const waiting = new Map<SpoolKind, Waiting[]>()
  const writing = new Map<SpoolKind, Promise<void>>()
  let listener: (kind: SpoolKind) => void = () => undefined
  let waitingBytes = 0
  let lastName = 0

  await mkdir(join(folder, 'rejected'), { recursive: true })
  const recent = await openRecent(join(folder, 'recent'))
  for (const kind of spoolKindNames) {
    await mkdir(join(folder, kind), { recursive: true })
    const left = await recover(folder, kind)
    damaged.push(...left.damaged)
    cut.set(kind, left.cut)
    // what was tied to a load goes first, as it would have
    left.segments.sort((a, b) => Number(b.loadSeq !== undefined) - Number(a.loadSeq !== undefined))
    sealed.set(kind, left.segments)
    for (const segment of left.segments) lastName = Math.max(lastName, Number.parseInt(segment.name, 10))
  }
  const listOf = (kind: SpoolKind) => sealed.get(kind) as Segment[]

  /** Names sort by time and never repeat, not even when the clock was set back: tokens are made of them. */
  const nextName = () => {
    lastName = Math.max(lastName + 1, Date.now() * 1000)
    return `${String(lastName).padStart(18, '0')}-${randomBytes(4).toString('hex')}`
  }
  const openSegment = async (kind: SpoolKind): Promise<OpenSegment> => {
    const name = nextName()
    const path = join(folder, kind, `${name}.open`)
    const handle = await openFile(path)
    const segment = {
      handle,
      path,
      name,
      bytes: 0,
      digest: 0,
      digests: [],
      since: performance.now(),
      isTorn: false,
      isNew: true,
    }
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
    // from the one list to the other at once: what waits is counted at every moment
    open.delete(kind)
    const { name, bytes, digest, digests, since } = segment
    if (bytes > 0) listOf(kind).push({ kind, path, name, bytes, digest, digests, since, loadSeq: undefined })
    forgetDigests(listOf(kind))
    await segment.handle.close()
    if (bytes > 0) listener(kind)
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
          batch.flatMap((entry) => entry.frame),
        )
        segment.digests.push(...batch.flatMap((entry) => entry.digest))
        disk?.wrote(batch.reduce((sum, entry) => sum + entry.bytes, 0))
        for (const entry of batch) entry.done()
        if (segment.bytes >= sealBytes) await sealSegment(kind)
      } catch (error) {
        // once acknowledged, a failure to seal changes nothing for the sender: the timer tries again
        // it may have filled up since it was looked at
        if (isDiskFull(error)) await disk?.look().catch(() => undefined)
        for (const entry of batch) entry.failed(spoolError(error))
      } finally {
        for (const entry of batch) waitingBytes -= entry.bytes
      }
    }
    writing.delete(kind)
  }
  const schedule = (kind: SpoolKind) => {
    if (!writing.get(kind)) writing.set(kind, drain(kind))
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
  const total = (kinds: readonly SpoolKind[]) =>
    kinds.reduce(
      (sum, kind) =>
        listOf(kind).reduce((bytes, segment) => bytes + segment.bytes, sum) + (open.get(kind)?.bytes ?? 0),
      0,
    )
  /** Why the spool itself has no place for so many bytes; undefined when it has. */
  const ownRefusal = (bytes: number): string | undefined => {
    if (waitingBytes > maxWaitingBytes) return 'too much waits for the disk'
    return total(spoolKindNames) + waitingBytes + bytes > maxBytes
      ? 'it holds as much as it may, since the store is behind or away'
      : undefined
  }
  // what waits for the disk is not on it yet
  const diskRefusal = (bytes: number) => disk?.refusal(waitingBytes + bytes)
  const expectRoom = (bytes: number) => {
    const full = diskRefusal(bytes)
    if (full) throw diskFull(full)
    const reason = ownRefusal(bytes)
    if (reason)
      throw new PlumblineError('spool_full', `The spool takes nothing more: ${reason}`, {
        status: 503,
        mend: laterMend,
      })
  }
  const place = (segment: Segment, ...others: Segment[]) =>
    listOf(segment.kind).splice(listOf(segment.kind).indexOf(segment), 1, ...others)

  const sealTimer = setInterval(
    () => {
      for (const [kind, segment] of open)
        if (performance.now() - segment.since >= (sealMs ?? kindOf(kind).sealMs)) void sealWhenIdle(kind)
    },
    Math.max(20, (sealMs ?? 400) / 4),
  )

  return {
    append: async (kind, body, receipt) => {
      expectRoom(body.length)
      const frame = kindOf(kind).framing.encode(body, receipt)
      const bytes = frame.reduce((sum, piece) => sum + piece.length, 0)
      return new Promise((done, failed) => {
        const list = waiting.get(kind) ?? []
        const digest = receipt.digest ? [Buffer.from(receipt.digest).toString('base64')] : []
        list.push({ frame, bytes, digest, done, failed })
        waiting.set(kind, list)
        waitingBytes += bytes
        schedule(kind)
      })
    },
    expectRoom,
    damaged,
    taken: [
      ...recent.digests,
      ...spoolKindNames.flatMap((kind) => listOf(kind).flatMap(({ digests }) => digests)),
    ],
    pending: (kind) => [...listOf(kind)],
    claim: async (segment, loadSeq) => {
      const path = join(folder, segment.kind, `${segment.name}.${loadSeq}.loading`)
      await rename(segment.path, path)
      // where it lies now, whatever becomes of the next step: it may be tied again
      segment.path = path
      await syncFolder(join(folder, segment.kind))
      segment.loadSeq = loadSeq
    },
    remove: async (segment) => {
      // noted first: a crash between the two loads it under the same number, and knows its bodies either way
      await recent.note(`${segment.kind}-${segment.name}`, segment.digests)
      await rm(segment.path)
      place(segment)
    },
    split: async (segment) => {
      const bytes = await readFile(segment.path)
      const frames = kindOf(segment.kind).framing.read(bytes)
      const middle = frames[frames.length >> 1]?.from ?? 0
      if (frames.length < 2 || middle === 0) return false
      const halves: Segment[] = []
      for (const [half, part] of [
        ['a', bytes.subarray(0, middle)],
        ['b', bytes.subarray(middle)],
      ] as const) {
        const name = halfOf(segment.name, half)
        const path = join(folder, segment.kind, `${name}.sealed`)
        await writeWhole(path, part)
        halves.push({
          ...segment,
          path,
          name,
          bytes: part.length,
          digest: crc32(part),
          digests: digestsOf(kindOf(segment.kind).framing.read(part)),
          loadSeq: undefined,
        })
      }
      await syncFolder(join(folder, segment.kind))
      // as long as the whole is there, its halves don't count
      await rm(segment.path)
      place(segment, ...halves)
      return true
    },
    setAside: async (segment) => {
      const path = join(folder, 'rejected', `${segment.kind}-${segment.name}`)
      await rename(segment.path, path)
      place(segment)
      return path
    },
    onSealed: (heard) => {
      listener = heard
    },
    seal: async (kinds = spoolKindNames) => {
      for (const kind of kinds) await sealWhenIdle(kind)
    },
    stats: (signal) => {
      const kinds = kindsOf(signal)
      const starts = kinds.flatMap((each) => listOf(each)[0]?.since ?? open.get(each)?.since ?? [])
      return {
        waiting_segments: kinds.reduce((sum, each) => sum + listOf(each).length, 0),
        waiting_bytes: total(kinds),
        oldest_s:
          starts.length > 0 ? Math.max(0, Math.round((performance.now() - Math.min(...starts)) / 1000)) : 0,
        refusing: diskRefusal(0) ?? ownRefusal(0) ?? '',
        cut_bytes: kinds.reduce((sum, each) => sum + (cut.get(each) ?? 0), 0),
      }
    },
    close: async () => {
      clearInterval(sealTimer)
      for (const kind of spoolKindNames) await sealWhenIdle(kind)
    },
  }
}

/** While the store is away no more is remembered than while it is there: digests behind the newest are let go. */
function forgetDigests(segments: readonly Segment[]): void {
  let newer = 0
  for (const segment of [...segments].reverse()) {
    if (newer >= mostRecent) segment.digests = []
    newer += segment.digests.length
  }
}

const isDiskFull = (error: unknown) => /^(ENOSPC|EDQUOT)$/.test((error as NodeJS.ErrnoException)?.code ?? '')

const diskFull = (reason: string, cause?: unknown) =>
  new PlumblineError('disk_full', `Nothing more is taken: ${reason}`, {
    status: 503,
    retryAfterS: diskRetryS,
    mend: `${laterMend} It is taken by itself once whoever runs Plumbline has made room.`,
    cause,
  })

function spoolError(error: unknown): PlumblineError {
  if (isDiskFull(error)) return diskFull('the disk of the data folder filled up while it was written', error)
  return new PlumblineError('spool_unwritable', `The spool cannot be written: ${(error as Error).message}`, {
    status: 503,
    cause: error,
  })
}
