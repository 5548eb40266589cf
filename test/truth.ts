import { setTimeout as sleep } from 'node:timers/promises'
import { type Product, startProduct } from './support/product.ts'
import {
  addUp,
  compareTruth,
  heldPlants,
  type OpenCase,
  readTruth,
  type TruthReport,
  writeReport,
} from './support/truth.ts'

/**
 * `npm run truth`, or with seeds of your choice: `npm run truth -- 7 42 autumn`. For each seed, starts the product with its demo
 * in a process and a folder of its own, waits for the history and for runs after it, and holds the open cases against
 * what was injected; `autumn` is a week over the end of summer time and of a month; then all together. Ends with 1 on any case
 * that is missed or false, or worth something else than what was injected, and when less than nine tenths of those found
 * have the right cause at rank 1.
 *
 * PLUMBLINE_DEMO_RATE, _HOURS and _FAULTS go to the demo; TRUTH_MINUTES is how long it goes on looking, once a minute,
 * while the demo runs live (0: looks once).
 */
const marginMs = 75_000
const patienceMs = 5 * 60_000
const usualSeeds = [1, 2, 3, 5, 8, 13, 21, 34, 55, 89]

async function main(): Promise<number> {
  const asked = process.argv.slice(2)
  const worlds = asked.length > 0 ? asked : [...usualSeeds, 'autumn']
  const reports: TruthReport[] = []
  for (const world of worlds)
    reports.push(...(world === 'autumn' ? [await judgeAutumn()] : await judgeSeed(Number(world))))
  process.stdout.write(`\nall together\n${writeReport(addUp(reports))}\n`)
  // a look at which nothing was expected shows nothing
  return reports.every(isKept) ? 0 : 1
}

/** Of the cases found, at least this share must have the right cause at rank 1. */
const leastCaused = 0.9

const sumOf = (report: TruthReport, column: 'caused' | 'found') =>
  report.rows.reduce((sum, row) => sum + row[column], 0)

const isKept = (report: TruthReport) =>
  sumOf(report, 'caused') >= leastCaused * sumOf(report, 'found') &&
  [report.missed, report.false, report.misvalued, report.unquarantined].every((each) => each.length === 0) &&
  report.rows.some((row) => row.expected > 0)

async function judgeSeed(seed: number): Promise<TruthReport[]> {
  const { PLUMBLINE_DEMO_RATE: rate, PLUMBLINE_DEMO_HOURS: hours, TRUTH_MINUTES: minutes } = process.env
  const product = await startProduct({
    seed,
    demoRate: Number(rate ?? 1),
    demoHours: Number(hours ?? 72),
    env: { CLICKHOUSE_URL: '', HOST: '127.0.0.1' },
  })
  try {
    const started = Date.now()
    await product.waitForDemo()
    process.stdout.write(`\nseed ${seed}: history in after ${Math.round((Date.now() - started) / 1000)} s\n`)
    const reports: TruthReport[] = []
    for (let look = 0; look <= Number(minutes ?? 0); look++) {
      if (look > 0) await sleep(60_000)
      // twice: a case closes after two runs that agree
      await waitForRuns(product)
      await waitForRuns(product)
      reports.push(await compareNow(product))
    }
    return reports
  } finally {
    await product.stop()
  }
}

/** A history over the end of summer time in Europe and the month's end after it, as of a moment after both. */
async function judgeAutumn(seed = 1): Promise<TruthReport> {
  const year = new Date().getUTCFullYear() - (new Date().getUTCMonth() < 10 ? 1 : 0)
  // summer time ends on the last Sunday of October, at one o'clock UTC
  const change = new Date(Date.UTC(year, 9, 31))
  change.setUTCDate(31 - change.getUTCDay())
  const end = new Date(Date.UTC(year, 10, 1, 6))
  const hours = Math.ceil((end.getTime() - change.getTime()) / 3_600_000) + 12
  const product = await startProduct({
    seed,
    demoRate: 0.3,
    demoHours: hours,
    env: { CLICKHOUSE_URL: '', HOST: '127.0.0.1', PLUMBLINE_DEMO_END: end.toISOString() },
  })
  try {
    await product.waitForDemo()
    process.stdout.write(`\nseed ${seed}, ${hours} h to ${end.toISOString()}\n`)
    return await compareNow(product, end)
  } finally {
    await product.stop()
  }
}

/** @param asOf the moment of the last runs; when left out, now */
async function compareNow({ get, folder }: Product, asOf?: Date): Promise<TruthReport> {
  const open: OpenCase[] = []
  let at = asOf ?? new Date()
  for (let offset = 0; ; offset += 1000) {
    const page = await get<{ as_of: string; total: number; rows: OpenCase[] }>(
      `/api/exceptions?state=open&limit=1000&offset=${offset}`,
    )
    if (offset === 0 && !asOf) at = new Date(page.as_of)
    open.push(...page.rows)
    if (page.rows.length < 1000) break
  }
  const quarantine = await get<{ rows: { message_id: string }[] }>('/api/quarantine?limit=1000')
  const truth = readTruth(folder)
  const held = new Set(heldPlants(truth, at, marginMs))
  const report = compareTruth({
    // no run speaks of a plant whose gateway holds back
    truth: truth.map((line) => ({
      ...line,
      expected: line.expected.filter((found) => !held.has(found.plant)),
    })),
    open: open.filter((found) => !held.has(found.plant)),
    at,
    marginMs,
    quarantined: new Set(quarantine.rows.map((row) => row.message_id)),
  })
  process.stdout.write(
    `\nas of ${at.toISOString()}${held.size > 0 ? ` without ${[...held].join(', ')}` : ''}\n`,
  )
  process.stdout.write(`${writeReport(report)}\n`)
  return report
}

/** Until every check has judged every plant whose gateway does not hold back, as of a moment after now. */
async function waitForRuns({ get, log, folder }: Product): Promise<void> {
  const from = Date.now()
  type Last = { outcome: string; reason: string; clock: string | null } | null
  let waiting: string[] = []
  while (Date.now() < from + patienceMs) {
    const held = new Set(heldPlants(readTruth(folder), new Date(), marginMs))
    const { checks } = await get<{ checks: { check: string; plants: { plant: string; last: Last }[] }[] }>(
      '/api/checks',
    )
    waiting = checks.flatMap(({ check, plants }) =>
      plants
        .filter(({ plant }) => !held.has(plant))
        .filter(({ last }) => last?.outcome !== 'ok' || Date.parse(last.clock ?? '') <= from)
        .map(({ plant, last }) => `${check} ${plant} ${last?.outcome ?? ''} ${last?.reason ?? ''}`),
    )
    if (waiting.length === 0) return
    await sleep(1_000)
  }
  throw new Error(
    `not judged within ${patienceMs / 60_000} min:\n${waiting.join('\n')}\n${log().slice(-2000)}`,
  )
}

process.exitCode = await main()
