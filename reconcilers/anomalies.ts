import cron from 'node-cron'
import { describeError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { log } from '../server/core/log.ts'
import type { QueryRow } from '../sql/queries.gen.ts'
import type { Store } from '../sql/store.ts'
import { readWatermarks } from '../sql/watermarks.ts'
import { listPastHours } from './anomaly-past.ts'

const hourMs = 3_600_000
/** A plant that comes late is judged this far back; what is older stays as it is. */
const longestLook = 7 * 24
/** Hours compared in one statement. */
const hoursAtOnce = 24

type Ask = { plant: string; hour: number }
type Judged = QueryRow['findings_hours']
const placeOf = (row: Pick<Judged, 'measure' | 'plant' | 'flow' | 'stage' | 'partner'>) =>
  JSON.stringify([row.measure, row.plant, row.flow, row.stage, row.partner])

export type Anomalies = {
  /** Judges every whole hour that is complete at `at` and was not judged before; resolves with the steps taken. */
  judge(at?: Date): Promise<number>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Compares each plant's last whole hours with their past, a minute after the other at most. What is far from it is a
 * finding that begins in that hour, and ends in the first hour that is as usual again. An hour is judged once, and not
 * before every source of the plant has said that it is complete.
 */
export function createAnomalies(estate: Estate, store: Store): Anomalies {
  let line: Promise<unknown> = Promise.resolve()
  const judge = (at = new Date()) => {
    const result = line.then(() => judgeHours(estate, store, at))
    line = result.catch(() => undefined)
    return result
  }
  const run = () =>
    judge().catch((error) =>
      log.error({ error: describeError(error) }, 'the last hours could not be compared with their past'),
    )
  const task = cron.createTask('35 * * * * *', run, { noOverlap: true, timezone: 'UTC', name: 'anomalies' })
  return {
    judge,
    start: async () => task.start(),
    stop: async () => {
      await task.destroy()
      await line
    },
  }
}

async function judgeHours(estate: Estate, store: Store, at: Date): Promise<number> {
  const asks = await listAsks(estate, store, at)
  const hours = [...new Set(asks.map((ask) => ask.hour))].sort((a, b) => a - b)
  let steps = 0
  for (let from = 0; from < hours.length; from += hoursAtOnce) {
    const now = new Set(hours.slice(from, from + hoursAtOnce))
    steps += await judgeBatch(
      estate,
      store,
      asks.filter((ask) => now.has(ask.hour)),
    )
  }
  return steps
}

/** The whole hours of each plant that are complete and not judged yet. */
async function listAsks(estate: Estate, store: Store, at: Date): Promise<Ask[]> {
  const [watermarks, judged] = await Promise.all([
    readWatermarks(store, estate.sources, at),
    store.query('findings_judged', {}),
  ])
  const completeTo = new Map(
    watermarks.map((row) => [`${row.source} ${row.plant}`, row.completeTo.getTime()]),
  )
  const judgedTo = new Map(judged.map((row) => [row.plant, Date.parse(row.hour)]))
  const fresh = estate.plants.map(({ plant }) => plant).filter((plant) => !judgedTo.has(plant))
  const firsts = fresh.length > 0 ? await store.query('first_hours', { plants: fresh }) : []
  const firstOf = new Map(firsts.map((row) => [row.plant, Date.parse(row.hour) / hourMs]))
  return estate.plants.flatMap(({ plant }) => {
    const sources = estate.sources.filter((source) => {
      const plants = estate.systemOf.get(source.system)?.plants
      return !plants || plants.includes(plant)
    })
    if (sources.length === 0) return []
    const complete = Math.min(
      at.getTime(),
      ...sources.map((source) => completeTo.get(`${source.source} ${plant}`) ?? 0),
    )
    const end = Math.floor(complete / hourMs)
    const last = judgedTo.get(plant)
    const start = Math.max(
      end - longestLook,
      last === undefined ? (firstOf.get(plant) ?? end) : last / hourMs + 1,
    )
    return Array.from({ length: Math.max(0, end - start) }, (_, index) => ({
      plant,
      hour: (start + index) * hourMs,
    }))
  })
}

async function judgeBatch(estate: Estate, store: Store, asks: Ask[]): Promise<number> {
  const open = await store.query('findings_open', {})
  const openSince = new Map(open.map((row) => [placeOf(row), Date.parse(row.hour)]))
  const pasts = asks.map(({ plant, hour }) =>
    listPastHours(new Date(hour), estate.plantOf.get(plant)?.time_zone ?? 'UTC'),
  )
  const rows = await store.query('findings_hours', {
    plants: asks.map((ask) => ask.plant),
    hours: asks.map((ask) => ask.hour / 1000),
    weeks: pasts.map((past) => past.weeks),
    days: pasts.map((past) => past.days),
    sources: estate.sources.map((source) => source.source),
    limits_ms: estate.sources.map((source) => source.stale_after),
    open_measures: open.map((row) => row.measure),
    open_plants: open.map((row) => row.plant),
    open_flows: open.map((row) => row.flow),
    open_stages: open.map((row) => row.stage),
    open_partners: open.map((row) => row.partner),
  })
  const found_at = new Date().toISOString()
  const steps = rows.flatMap((row) => {
    const state = stepOf(row, openSince)
    const { is_far: _, places: __, comparable: ___, ...facts } = row
    return state ? [{ ...facts, state, found_at }] : []
  })
  await store.insert('findings', steps)
  const seen = new Map(rows.map((row) => [`${row.plant} ${Date.parse(row.hour)}`, row]))
  await store.insert(
    'hours_judged',
    asks.map(({ plant, hour }) => ({
      plant,
      hour: hour / 1000,
      judged_at: found_at,
      places: seen.get(`${plant} ${hour}`)?.places ?? 0,
      comparable: seen.get(`${plant} ${hour}`)?.comparable ?? 0,
    })),
  )
  return steps.length
}

/** The step a judged hour takes, noted in `openSince`; hours come in their order. One that can't be compared takes none. */
function stepOf(row: Judged, openSince: Map<string, number>): 'opened' | 'ended' | undefined {
  const place = placeOf(row)
  const since = openSince.get(place)
  const hour = Date.parse(row.hour)
  if (row.is_far && since === undefined) {
    openSince.set(place, hour)
    return 'opened'
  }
  const isMeasured = row.basis !== '' && (row.measure === 'volume' || Number(row.count) > 0)
  if (row.is_far || !isMeasured || since === undefined || hour <= since) return undefined
  openSince.delete(place)
  return 'ended'
}
