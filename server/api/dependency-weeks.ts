import { listIsoWeeks, mondayOf } from '../core/iso-weeks.ts'
import type { ApiContext } from './context.ts'
import { findDependency, judgeCalls, spellingsOf } from './dependency-facts.ts'
import type { DependencyWeeks, WeeksQuery } from './schemas/dependencies.ts'
import { readScope } from './scope.ts'

const none = { calls: 0, errors: 0, throttled: 0, in_time: 0 }

/** Adherence by ISO week: each call counts in the week of the plant it belongs to, whenever that began in UTC. */
export async function listWeeks({ estate, store }: ApiContext, query: WeeksQuery): Promise<DependencyWeeks> {
  const { plants, at } = readScope(estate, { plant: query.plant, hours: 1 })
  const zones = plants.map((plant) => estate.plantOf.get(plant)?.time_zone ?? 'UTC')
  // near midnight between Sunday and Monday some plants are a week ahead; the others have nothing in it yet
  const monday = Math.max(...zones.map((zone) => mondayOf(zone, at.getTime())))
  const weeksOf = zones.map((zone) => listIsoWeeks(zone, monday, query.weeks))
  const weeks = Array.from({ length: query.weeks }, (_, index) => {
    const ofPlants = weeksOf.flatMap((list) => list[index] ?? [])
    const from = Math.min(...ofPlants.map((week) => week.from))
    const to = Math.max(...ofPlants.map((week) => week.to))
    return {
      week: ofPlants[0]?.week ?? '',
      from: new Date(from).toISOString(),
      to: new Date(Math.min(to, at.getTime())).toISOString(),
      is_running: to > at.getTime(),
    }
  })
  const found = await store.query('dependency_weeks', {
    plants,
    flow: query.flow,
    ...spellingsOf(estate),
    weeks: query.weeks,
    starts: weeksOf.flat().map((week) => week.from / 1000),
    from: new Date(weeks[0]?.from ?? at),
    to: at,
  })
  const wanted = query.dependency && findDependency(estate, query.dependency).identity.dependency
  const names = new Set([
    ...estate.dependencies.map((one) => one.dependency),
    ...found.map((row) => row.dependency),
  ])
  return {
    as_of: at.toISOString(),
    weeks,
    rows: [...names]
      .filter((name) => wanted === '' || name === wanted)
      .map((name) => {
        const { identity } = findDependency(estate, name)
        return {
          ...identity,
          weeks: weeks.map(({ week }, index) => {
            // the engine counts from one
            const row = found.find((one) => one.dependency === name && one.week === index + 1) ?? none
            return { week, in_time: row.in_time, ...judgeCalls(row, identity.agreement) }
          }),
        }
      }),
  }
}
