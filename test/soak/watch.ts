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

/** How much of something may be in the last quarter, as a share of the second and beside it; what lies at `at` of the samples counts. */
type Limit = { what: string; at: number; share: number; more: number; write(value: number): string }

/**
 * A leak grows with what comes in, which is as much in each quarter: whatever is lost by it doubles what was lost in half
 * the time, so that it passes any share in an hour. What stays under these limits is no leak:
 *
 * - memory: the engine's caches of marks and primary keys grow with the parts there are, and a merge holds blocks of them
 *   while it goes on: a tenth either way was seen of minutes that were all alike. As in `torture -- memory`.
 * - handles: a merge opens every column of its parts, hundreds of files for seconds, and the more data there is the longer
 *   it takes (243 to 655 were seen in seven minutes, and 100 between merges). What is open when no merge goes on is what a
 *   leak adds to: a tenth of the samples lies below it.
 * - threads: the engine's pool grows until it has met the most that ran beside each other, and gives idle ones back.
 */
const limits: Record<keyof Sample, Limit> = {
  memory: {
    what: 'memory, MiB',
    at: 0.5,
    share: 1.15,
    more: 64 * 2 ** 20,
    write: (bytes) => String(Math.round(bytes / 2 ** 20)),
  },
  handles: { what: 'open handles between merges', at: 0.1, share: 1.1, more: 32, write: String },
  threads: { what: 'threads', at: 0.5, share: 1.1, more: 16, write: String },
}
/** Of fewer samples a quarter is less than two minutes, in which an engine still fills its caches. */
const fewestSamples = 8 * 60

export type Flatness = { figures: Record<string, string>; broken: string[] }

/**
 * Holds what a process held in the last quarter of its samples against the second: medians, since a merge or a reader
 * moves a single one; of handles what is open between merges. Of a run of less than eight minutes nothing is judged, and that is said.
 */
export function judgeFlatness(samples: readonly Sample[]): Flatness {
  const quarter = (which: number) =>
    samples.slice(Math.floor((samples.length * which) / 4), Math.floor((samples.length * (which + 1)) / 4))
  const isJudged = samples.length >= fewestSamples
  const figures: Record<string, string> = {}
  const broken: string[] = []
  for (const [name, { what, at, share, more, write }] of Object.entries(limits)) {
    const held = (part: readonly Sample[]) =>
      quantile(
        part.map((sample) => sample[name as keyof Sample]),
        at,
      )
    const [second, last] = [held(quarter(1)), held(quarter(3))]
    figures[`${what}: second → last quarter`] =
      `${write(second)} → ${write(last)}${isJudged ? '' : ', too short to judge'}`
    if (isJudged && last > second * share + more)
      broken.push(`${what} rose from ${write(second)} to ${write(last)}`)
  }
  return { figures, broken }
}
