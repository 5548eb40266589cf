import cron from 'node-cron'
import { createCalendar } from '../server/core/calendar.ts'
import { describeError } from '../server/core/errors.ts'
import type { Estate } from '../server/core/estate.ts'
import { log } from '../server/core/log.ts'
import { forecastFrom } from '../server/core/sla-forecast.ts'
import type { Store } from '../sql/store.ts'

const dayMs = 86_400_000
/** What takes longer than this is late whatever its limit. */
const aheadDays = 60
/** A team's pace is that of so many of its plant's working days. */
const paceDays = 5

export type Forecasts = {
  /** Reckons which open cases will be late at the present pace; resolves with how many. */
  reckon(at?: Date): Promise<number>
  start(): Promise<void>
  stop(): Promise<void>
}

/**
 * Reckons every minute which clocks of open cases will run out: when each case is done, if its team goes on at the pace
 * of the last working days with what is due first, and no sooner than half of the cases like it (of the same check, team
 * and severity, else of the same check) took. All of it is laid out on the plant's calendar.
 * @param onReckoned told after each, and whether another number of cases will be late than before
 */
export function createForecasts(
  estate: Estate,
  store: Store,
  onReckoned: (isOther: boolean) => void = () => undefined,
): Forecasts {
  let line: Promise<unknown> = Promise.resolve()
  let before = 0
  const reckon = (at = new Date()) => {
    const result = line.then(async () => {
      await store.command(statement, {
        at,
        ...listTimes(estate, at),
        fewest: forecastFrom.fewest,
        most: forecastFrom.most,
      })
      // also when there is none: what was reckoned before is over
      await store.insert('case_forecasts', [{ at: at.toISOString(), number: 0 }])
      const [counted] = await store.query('forecasts_count', {})
      const late = counted?.cases ?? 0
      onReckoned(late !== before)
      before = late
      return late
    })
    line = result.catch(() => undefined)
    return result
  }
  const run = () =>
    reckon().catch((error) =>
      log.error({ error: describeError(error) }, 'which cases will be late could not be reckoned'),
    )
  const task = cron.createTask('50 * * * * *', run, { noOverlap: true, timezone: 'UTC', name: 'forecasts' })
  return {
    reckon,
    start: async () => {
      await task.start()
      void run()
    },
    stop: async () => {
      await task.destroy()
      await line
    },
  }
}

/** When each plant works, with what it had worked before each stretch: as columns for the engine, which adds up by them. */
function listTimes({ plants }: Estate, at: Date) {
  const from = new Date(at.getTime() - forecastFrom.days * dayMs)
  const to = new Date(at.getTime() + aheadDays * dayMs)
  const places = plants.flatMap((plant) => {
    const calendar = createCalendar(plant)
    let worked = 0
    const stretches = calendar.stretches(from, to).map((stretch) => {
      const before = worked
      worked += stretch.to - stretch.from
      return { plant: plant.plant, ...stretch, worked: before }
    })
    const [first] = stretches
    if (!first) return []
    const now_ms = calendar.workingBetween(new Date(first.from), at)
    return [{ plant: plant.plant, first: first.from, now_ms, window: paceDays * calendar.day_ms, stretches }]
  })
  const stretches = places.flatMap((place) => place.stretches)
  return {
    since: from,
    places: places.map(({ plant }) => plant),
    firsts_ms: places.map(({ first }) => first),
    nows_ms: places.map(({ now_ms }) => now_ms),
    windows_ms: places.map(({ window }) => window),
    plants: stretches.map(({ plant }) => plant),
    froms_ms: stretches.map((stretch) => stretch.from),
    tos_ms: stretches.map((stretch) => stretch.to),
    worked_ms: stretches.map(({ worked }) => worked),
  }
}

const msOf = (moment: string) => `toUnixTimestamp64Milli(${moment})`
/** What the plant had worked by a moment of `rows`, since its first stretch. */
const workedBy = (moment: string, rows: string) =>
  `SELECT ${rows}.*, stretches.worked_ms + least(${rows}.${moment}, stretches.to_ms) - stretches.from_ms AS ${moment.replace('_ms', '_worked')}
    FROM ${rows} ASOF JOIN stretches ON stretches.plant = ${rows}.plant AND ${rows}.${moment} >= stretches.from_ms`

const statement = `INSERT INTO case_forecasts (at, number, clock, due_at, expected_at, place, done, done_in_ms, like_ms, like_cases)
WITH
  stretches AS (
    SELECT plant, from_ms, to_ms, worked_ms FROM system.one
    ARRAY JOIN {plants:Array(String)} AS plant, {froms_ms:Array(Int64)} AS from_ms, {tos_ms:Array(Int64)} AS to_ms, {worked_ms:Array(Int64)} AS worked_ms
  ),
  places AS (
    SELECT plant, first_ms, now_ms, window_ms FROM system.one
    ARRAY JOIN {places:Array(String)} AS plant, {firsts_ms:Array(Int64)} AS first_ms, {nows_ms:Array(Int64)} AS now_ms, {windows_ms:Array(Int64)} AS window_ms
  ),
  -- the clocks that were stopped lately
  stops AS (
    SELECT check, exceptions.plant AS plant, team, severity, now_ms, window_ms, greatest(${msOf('opened_at')}, first_ms) AS opened_ms,
      stop.1 AS clock, greatest(${msOf('assumeNotNull(stop.2)')}, first_ms) AS stopped_ms,
      if(state = 'closed' OR status = 'resolved', coalesce(least(resolved_at, closed_at), resolved_at, closed_at), NULL) AS settled_at
    FROM exceptions INNER JOIN places ON places.plant = exceptions.plant
    ARRAY JOIN [('acknowledge', coalesce(acknowledged_at, settled_at)), ('resolve', settled_at)] AS stop
    WHERE stop.2 >= {since:DateTime64(3, 'UTC')} AND stop.2 <= {at:DateTime64(3, 'UTC')}
  ),
  stops_opened AS (${workedBy('opened_ms', 'stops')}),
  stops_worked AS (${workedBy('stopped_ms', 'stops_opened')}),
  paces AS (
    SELECT plant, team, clock, countIf(stopped_worked > now_ms - window_ms) AS done,
      greatest(1, least(any(window_ms), any(now_ms) - min(opened_worked))) AS done_in_ms
    FROM stops_worked GROUP BY plant, team, clock
    HAVING done >= {fewest:UInt32}
  ),
  took AS (
    SELECT check, team, severity, clock, stopped_worked - opened_worked AS ms
    FROM stops_worked ORDER BY stopped_ms DESC LIMIT {most:UInt32} BY check, clock
  ),
  likes AS (SELECT check, team, severity, clock, count() AS cases, quantileExact(0.5)(took.ms) AS ms FROM took GROUP BY check, team, severity, clock HAVING cases >= {fewest:UInt32}),
  checks AS (SELECT check, clock, count() AS cases, quantileExact(0.5)(took.ms) AS ms FROM took GROUP BY check, clock HAVING cases >= {fewest:UInt32}),
  -- the clocks that run; a paused case is nobody's next
  running AS (
    SELECT number, check, exceptions.plant AS plant, team, severity, now_ms, greatest(${msOf('opened_at')}, first_ms) AS opened_ms,
      due.1 AS clock, ${msOf('assumeNotNull(due.2)')} AS due_ms,
      row_number() OVER (PARTITION BY exceptions.plant, team, due.1 ORDER BY due.2, number) AS place
    FROM exceptions INNER JOIN places ON places.plant = exceptions.plant
    ARRAY JOIN [('acknowledge', acknowledge_due), ('resolve', resolve_due)] AS due
    WHERE state = 'open' AND paused = '' AND due.2 IS NOT NULL
  ),
  running_opened AS (${workedBy('opened_ms', 'running')}),
  reckoned AS (
    SELECT number, running_opened.plant AS plant, running_opened.clock AS clock, due_ms, place,
      toUInt32(paces.done) AS done, paces.done_in_ms AS done_in_ms,
      toInt64(if(likes.cases > 0, likes.ms, checks.ms)) AS like_ms, toUInt32(if(likes.cases > 0, likes.cases, checks.cases)) AS like_cases,
      greatest(now_ms + if(done > 0, intDiv(place * done_in_ms, done), 0), opened_worked + like_ms) AS expected_worked
    FROM running_opened
    LEFT JOIN paces ON paces.plant = running_opened.plant AND paces.team = running_opened.team AND paces.clock = running_opened.clock
    LEFT JOIN likes ON likes.check = running_opened.check AND likes.team = running_opened.team AND likes.severity = running_opened.severity AND likes.clock = running_opened.clock
    LEFT JOIN checks ON checks.check = running_opened.check AND checks.clock = running_opened.clock
    -- what is late is no forecast, and of what nothing is known nothing is said
    WHERE due_ms > ${msOf("{at:DateTime64(3, 'UTC')}")} AND (done > 0 OR like_cases > 0)
  )
SELECT {at:DateTime64(3, 'UTC')}, number, clock, fromUnixTimestamp64Milli(due_ms, 'UTC'), fromUnixTimestamp64Milli(expected_ms, 'UTC'), place, done, done_in_ms, like_ms, like_cases
FROM (
  SELECT reckoned.*, stretches.from_ms + expected_worked - stretches.worked_ms AS expected_ms
  FROM reckoned ASOF JOIN stretches ON stretches.plant = reckoned.plant AND reckoned.expected_worked > stretches.worked_ms
)
WHERE expected_ms > due_ms
ORDER BY number, due_ms
LIMIT 1 BY number`
