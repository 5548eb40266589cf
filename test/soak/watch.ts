import { readdirSync, readFileSync } from 'node:fs'
import { memoryOf } from '../bench/load.ts'
import { quantile } from '../bench/table.ts'

/** What a process held at a moment. */
export type Sample = { memory: number; handles: number; threads: number }

const everyMs = 1_000

/** What a process holds now, as Linux counts it. */
export const sampleOf = (pid: number): Sample => ({
  memory: memoryOf(pid),
  handles: readdirSync(`/proc/${pid}/fd`).length,
  threads: Number(/Threads:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0),
})

/** Takes a sample of a process each second until it is ended. */
export function watchProcess(pid: number): { samples: Sample[]; end(): void } {
  const samples = [sampleOf(pid)]
  const timer = setInterval(() => samples.push(sampleOf(pid)), everyMs)
  return { samples, end: () => clearInterval(timer) }
}

/** How much of something may be in the last quarter, as a share of the second and beside it. */
type Limit = { what: string; share: number; more: number; write(value: number): string }

/**
 * A leak grows with what comes in, which is as much in each quarter: whatever is lost by it doubles what was lost in half
 * the time, so that it passes any share in an hour. What stays under these limits is no leak:
 *
 * - memory: the engine's caches of marks and primary keys grow with the parts there are, and a merge holds blocks of them
 *   while it goes on: a tenth either way was seen of minutes that were all alike. As in `torture -- memory`.
 * - handles: the engine keeps the files of parts open that it reads and merges: dozens, as it happens.
 * - threads: the engine's pool grows until it has met the most that ran beside each other, and gives idle ones back.
 */
const limits: Record<keyof Sample, Limit> = {
  memory: {
    what: 'memory, MiB',
    share: 1.15,
    more: 64 * 2 ** 20,
    write: (bytes) => String(Math.round(bytes / 2 ** 20)),
  },
  handles: { what: 'open handles', share: 1.1, more: 32, write: String },
  threads: { what: 'threads', share: 1.1, more: 16, write: String },
}
/** Of fewer samples a quarter is less than two minutes, in which an engine still fills its caches. */
const fewestSamples = 8 * 60

export type Flatness = { figures: Record<string, string>; broken: string[] }

/**
 * Holds what a process held in the last quarter of its samples against the second: the medians, since a merge or a
 * reader moves a single one. Of a run of less than eight minutes nothing is judged, and that is said.
 */
export function judgeFlatness(samples: readonly Sample[]): Flatness {
  const quarter = (which: number) =>
    samples.slice(Math.floor((samples.length * which) / 4), Math.floor((samples.length * (which + 1)) / 4))
  const isJudged = samples.length >= fewestSamples
  const figures: Record<string, string> = {}
  const broken: string[] = []
  for (const [name, { what, share, more, write }] of Object.entries(limits)) {
    const median = (part: readonly Sample[]) =>
      quantile(
        part.map((sample) => sample[name as keyof Sample]),
        0.5,
      )
    const [second, last] = [median(quarter(1)), median(quarter(3))]
    figures[`${what}: second → last quarter`] =
      `${write(second)} → ${write(last)}${isJudged ? '' : ', too short to judge'}`
    if (isJudged && last > second * share + more)
      broken.push(`${what} rose from ${write(second)} to ${write(last)}`)
  }
  return { figures, broken }
}
