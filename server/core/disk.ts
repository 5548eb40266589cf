import { statfs } from 'node:fs/promises'
import { marksOf } from './disk-marks.ts'
import type { DiskMarks } from './estate-disk-schema.ts'
import { writeNumber } from './words.ts'

/** The room on one disk, in bytes. */
export type DiskRoom = { disk: string; path: string; free_bytes: number; total_bytes: number }
/** How a disk stands that Plumbline or its engine writes to. */
export type DiskState = DiskRoom & {
  /** with less than this free somebody is told */
  warn_bytes: number
  /** with less than this free nothing more is taken */
  refuse_bytes: number
  state: 'ok' | 'warn' | 'refuse'
}

export type Disk = {
  /** The disk that is nearest to its end. */
  state(): DiskState
  all(): readonly DiskState[]
  /** Why so many bytes more are not taken; undefined when they are. */
  refusal(bytes?: number): string | undefined
  /** Reckons with what was just written, until the next look. */
  wrote(bytes: number): void
  /** Looks now, rather than within a second. */
  look(): Promise<DiskState>
  /** Calls whenever there is room again after there was none. */
  onRoom(listener: () => void): void
  close(): void
}

const lookMs = 1_000
/** There is room again once it is this much more than at the mark, so that it does not come and go with each message. */
const roomAgain = 1.05

/**
 * Watches the room on the disks of some folders, and on those of an engine elsewhere, so that what comes in is refused
 * while there still is some: the engine needs it to merge, and what was acknowledged has to get into it.
 * @param folders what each is called, and where it lies
 * @param engine asks a server for its own disks; while it can't be asked what it last said counts
 */
export async function watchDisk({
  folders,
  marks,
  engine,
  statfs: stat = statfs,
}: {
  folders: Readonly<Record<string, string>>
  marks: DiskMarks
  engine?: () => Promise<DiskRoom[]>
  statfs?: (path: string) => Promise<{ bsize: number; bavail: number; blocks: number }>
}): Promise<Disk> {
  const listeners: (() => void)[] = []
  let known: DiskState[] = []
  let far: DiskRoom[] = []
  let looking: Promise<unknown> | undefined

  const judge = (room: DiskRoom): DiskState => {
    const marked = marksOf(marks, room.total_bytes)
    const wasRefused = known.some((each) => each.disk === room.disk && each.state === 'refuse')
    const least = marked.refuse_bytes * (wasRefused ? roomAgain : 1)
    const state = room.free_bytes < least ? 'refuse' : room.free_bytes < marked.warn_bytes ? 'warn' : 'ok'
    return { ...room, ...marked, state }
  }
  const readFolder = async ([disk, path]: [string, string]): Promise<DiskRoom> => {
    const { bsize, bavail, blocks } = await stat(path)
    return { disk, path, free_bytes: bavail * bsize, total_bytes: blocks * bsize }
  }
  const worst = () =>
    known.reduce((least, each) => (spare(each) < spare(least) ? each : least), known[0] as DiskState)
  const isRefusing = () => known.some(({ state }) => state === 'refuse')
  const lookOnce = async () => {
    const near = await Promise.all(Object.entries(folders).map(readFolder))
    if (engine) far = await engine().catch(() => far)
    const wasRefusing = isRefusing()
    known = [...near, ...far].map(judge)
    if (wasRefusing && !isRefusing()) for (const listener of listeners) listener()
  }
  /** One look at a time: a server may take its time. */
  const look = async () => {
    await looking?.catch(() => undefined)
    looking = lookOnce()
    await looking
    return worst()
  }
  await look()
  let isLooking = false
  const timer = setInterval(() => {
    if (isLooking) return
    isLooking = true
    void look()
      .catch(() => undefined)
      .finally(() => {
        isLooking = false
      })
  }, lookMs)
  timer.unref()
  return {
    state: worst,
    all: () => known,
    refusal: (bytes = 0) => {
      const full = known.find(
        (each) => each.state === 'refuse' || each.free_bytes - bytes < each.refuse_bytes,
      )
      return full && describeFull(full)
    },
    wrote: (bytes) => {
      // whose folders share a disk is not looked into: a second later it is known
      known = known.map((each) =>
        each.disk in folders ? judge({ ...each, free_bytes: each.free_bytes - bytes }) : each,
      )
    },
    look,
    onRoom: (listener) => listeners.push(listener),
    close: () => clearInterval(timer),
  }
}

const spare = ({ free_bytes, refuse_bytes, total_bytes }: DiskState) =>
  (free_bytes - refuse_bytes) / Math.max(1, total_bytes)

/** Which disk has no room, in words that may leave the house: no path. */
export const describeFull = ({ disk, free_bytes, total_bytes, refuse_bytes }: DiskState): string =>
  `the disk of ${disk} has too little room: ${writeBytes(free_bytes)} of ${writeBytes(total_bytes)} are free, and ${writeBytes(refuse_bytes)} are kept free (disk.refuse_at)${refuse_bytes >= total_bytes ? ', which is all there is of it' : ''}`

/** Why nothing is asked for that would come in; '' while it may be, or while nobody knows. */
export async function readHeld(gauges: { disk(): Promise<DiskState> }): Promise<string> {
  const state = await gauges.disk().catch(() => undefined)
  return state?.state === 'refuse' ? describeFull(state) : ''
}

/** Bytes as people read them: 1.2 GB, 40 MB. */
export const writeBytes = (bytes: number): string =>
  bytes >= 1e9 ? `${writeNumber(bytes / 1e9)} GB` : `${writeNumber(bytes / 1e6)} MB`
