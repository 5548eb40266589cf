import { listShifts, type Shift } from '../core/calendar.ts'
import { listHandoffs } from '../core/handoffs.ts'
import { createLocalTime } from '../core/local-time.ts'
import type { ApiContext } from './context.ts'
import type { PlantView } from './schemas/plants.ts'
import type { Scope } from './scope.ts'

const hourMs = 3_600_000

/**
 * What happened by shift and by hour. Of the first kind each shift of the range, and each stretch between two in which
 * none works: together they hold all that happened. Both are asked at once.
 */
export async function readPeriods(
  context: ApiContext,
  plant: string,
  scope: Scope,
  checks: string[],
): Promise<Pick<PlantView, 'shifts' | 'hours'>> {
  const shifts = listStretches(context, plant, scope)
  const hours = listHours(context, plant, scope)
  const counted = await countPeriods(context, plant, scope, [...shifts, ...hours], checks)
  return {
    shifts: shifts
      .map(({ name }, index) => ({ name, ...(counted[index] as PlantView['hours'][number]) }))
      .filter(({ name, orders, done, opened }) => name !== '' || orders + done + opened > 0),
    hours: counted.slice(shifts.length),
  }
}

function listStretches({ estate }: ApiContext, plant: string, scope: Scope): Shift[] {
  const known = estate.plantOf.get(plant)
  return known && known.shifts.length > 0 ? fillGaps(listShifts(known, scope.from, scope.to), scope) : []
}

/** Each hour of the plant's own clock. */
function listHours({ estate }: ApiContext, plant: string, scope: Scope): Shift[] {
  const zone = estate.plantOf.get(plant)?.time_zone ?? 'UTC'
  // where a clock is half an hour off, its hours begin at half past
  const offset = createLocalTime(zone).offsetAt(scope.from.getTime()) % hourMs
  const start = Math.floor((scope.from.getTime() + offset) / hourMs) * hourMs - offset
  const periods: Shift[] = []
  for (let at = start; at < scope.to.getTime(); at += hourMs)
    periods.push({ name: '', from: new Date(at), to: new Date(at + hourMs) })
  return periods.map(cutTo(scope))
}

/** What of a period lies in the range: a shift is shown as far as it is known. */
const cutTo =
  ({ from, to }: Scope) =>
  (period: Shift): Shift => ({
    name: period.name,
    from: period.from < from ? from : period.from,
    to: period.to > to ? to : period.to,
  })

function fillGaps(shifts: Shift[], scope: Scope): Shift[] {
  const periods: Shift[] = []
  let until = scope.from
  for (const shift of shifts) {
    if (shift.from > until) periods.push({ name: '', from: until, to: shift.from })
    periods.push(shift)
    if (shift.to > until) until = shift.to
  }
  if (until < scope.to) periods.push({ name: '', from: until, to: scope.to })
  return periods.map(cutTo(scope))
}

async function countPeriods(
  { store, estate }: ApiContext,
  plant: string,
  scope: Scope,
  periods: Shift[],
  checks: string[],
): Promise<PlantView['hours']> {
  const flow = [...estate.flows].sort((a, b) => a.tier - b.tier)[0]
  const rows =
    periods.length > 0
      ? await store.query('plant_periods', {
          plant,
          flow: flow?.flow ?? '',
          handoff: (flow && listHandoffs(flow)[0]?.handoff) ?? '',
          from: new Date(Math.min(...periods.map((period) => period.from.getTime()))),
          to: new Date(Math.max(...periods.map((period) => period.to.getTime()))),
          starts: periods.map((period) => period.from.getTime()),
          checks,
          ends: periods.map((period) => period.to.getTime()),
          is_exact: scope.hours < 48,
        })
      : []
  // the engine counts from one
  const countOf = new Map(rows.map((row) => [Number(row.period) - 1, row]))
  return periods.map(({ from, to }, index) => {
    const { orders = 0, done = 0, late = 0, opened = 0, p95_ms = 0 } = countOf.get(index) ?? {}
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      orders,
      done,
      late,
      opened,
      p95_ms: done > 0 ? p95_ms : null,
    }
  })
}
