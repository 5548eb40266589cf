import type { EstateView } from '../../server/api/schemas/estate.ts'
import type { Wall } from '../../server/api/schemas/wall.ts'
import type { Query } from './api.ts'

/** What an address says of a wall: `/wall?plant=HAM,BRN&flow=order_to_cash&hours=24&views=estate,plants,flows&seconds=20`. */
export interface WallAddress {
  plants: string[]
  flows: string[]
  hours: number
  views: string[]
  /** how long each view stays */
  seconds: number
}

/** One view of the rotation: its name, and what it asks. */
export interface WallView {
  title: string
  zone: string | undefined
  query: Query
}

type Params = Record<string, string | string[] | undefined>

const listOf = (value: string | string[] | undefined): string[] =>
  [value ?? []]
    .flat()
    .flatMap((each) => each.split(','))
    .map((each) => each.trim())
    .filter(Boolean)

function numberOf(value: string | string[] | undefined, usual: number, least: number, most: number): number {
  const number = Number([value].flat()[0] ?? Number.NaN)
  return Number.isInteger(number) && number >= least && number <= most ? number : usual
}

export const readWallAddress = (params: Params): WallAddress => ({
  plants: listOf(params.plant),
  flows: listOf(params.flow),
  hours: numberOf(params.hours, 24, 1, 744),
  views: listOf(params.views),
  seconds: numberOf(params.seconds, 20, 5, 3600),
})

/** The views an address asks for, in its order: `estate`, `plants` (one of each) and `flows` (one of each). */
export function listViews(address: WallAddress, estate: EstateView): WallView[] {
  const plants = estate.plants.filter(
    (one) => address.plants.length === 0 || address.plants.includes(one.plant),
  )
  const flows = estate.flows.filter((one) => address.flows.length === 0 || address.flows.includes(one.flow))
  const [onlyFlow] = address.flows.length === 1 ? flows : []
  const base: Query = { hours: address.hours, flow: onlyFlow?.flow }
  const scope = plants.length === estate.plants.length ? [] : plants.map((one) => one.plant)
  const where =
    plants.length === 1
      ? plants[0]?.name
      : scope.length > 0
        ? `${plants.length} plants`
        : `all ${plants.length} plants`
  const zone = plants.length === 1 ? plants[0]?.time_zone : undefined
  const of: Record<string, () => WallView[]> = {
    estate: () => [
      { title: `${onlyFlow?.name ?? estate.name}, ${where}`, zone, query: { ...base, plant: scope } },
    ],
    plants: () =>
      plants.map((one) => ({
        title: onlyFlow ? `${one.name}, ${onlyFlow.name}` : one.name,
        zone: one.time_zone,
        query: { ...base, plant: [one.plant] },
      })),
    flows: () =>
      flows.map((one) => ({
        title: `${one.name}, ${where}`,
        zone,
        query: { ...base, flow: one.flow, plant: scope },
      })),
  }
  const views = address.views.flatMap((name) => of[name]?.() ?? [])
  return views.length > 0 ? views : (of.estate?.() ?? [])
}

/**
 * Which view is on, and for how long still: by the clock alone, so that a screen that was loaded again goes on where it
 * stood, and screens beside each other turn together.
 */
export function turnOf(views: number, seconds: number, nowMs: number): { index: number; left: number } {
  const passed = nowMs / 1000 / seconds
  return { index: Math.floor(passed) % views, left: Math.ceil((Math.floor(passed) + 1 - passed) * seconds) }
}

/** So long without an answer, and a screen must not be acted on. */
export const silentMs = 60_000

/** The order of rows is the estate's; where there are too many, the worst are those that are shown. */
export function pickRows(rows: Wall['rows'], most: number): { shown: Wall['rows']; rest: Wall['rows'] } {
  if (rows.length <= most) return { shown: rows, rest: [] }
  const rank = { breach: 0, watch: 1, unknown: 2, ok: 3 }
  const worst = new Set([...rows].sort((a, b) => rank[a.status] - rank[b.status]).slice(0, most - 1))
  return { shown: rows.filter((row) => worst.has(row)), rest: rows.filter((row) => !worst.has(row)) }
}
