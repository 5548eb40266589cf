import { PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'

/** Which plants and which time a page speaks of. */
export type Scope = {
  plants: string[]
  at: Date
  from: Date
  to: Date
  /** what the range is compared with: the same length of time, right before it or a week before */
  previousFrom: Date
  previousTo: Date
  hours: number
  stepSeconds: number
}

const points = 48
/** Ranges from this length on begin with a whole hour. */
const longHours = 48

/** What a request may say of its scope. */
export type ScopeQuery = {
  plant?: string | string[] | undefined
  hours: number
  /** a range of its own; until now when only `from` is given */
  from?: string | undefined
  to?: string | undefined
  compare?: 'previous' | 'week' | undefined
}

const hourMs = 3_600_000
const mostHours = 31 * 24
const weekMs = 7 * 24 * hourMs

/**
 * Resolves a request's scope: all plants when none is named, a range of `hours` that ends now when none is given.
 * @throws PlumblineError for a plant the estate does not have, and for a range that ends before it begins
 */
export function readScope(estate: Estate, query: ScopeQuery, at = new Date()): Scope {
  const named = query.plant === undefined ? [] : [query.plant].flat().filter(Boolean)
  for (const plant of named)
    if (!estate.plantOf.has(plant))
      throw new PlumblineError(
        'plant_unknown',
        `"${plant}" is not a plant of this estate; expected one of ${[...estate.plantOf.keys()].join(', ')}`,
        { status: 404, where: 'plant' },
      )
  const plants = named.length > 0 ? named : [...estate.plantOf.keys()]
  const { from, to } = readRange(query, at)
  const length = to.getTime() - from.getTime()
  if (query.from === undefined && query.hours >= longHours)
    return { plants, at, ...inWholeHours(from, to, query) }
  const back = query.compare === 'week' ? Math.ceil(length / weekMs) * weekMs : length
  return {
    plants,
    at,
    from,
    to,
    previousFrom: new Date(from.getTime() - back),
    previousTo: new Date(to.getTime() - back),
    hours: length / hourMs,
    stepSeconds: Math.max(60, Math.round(length / 1000 / points)),
  }
}

/** A long range until now begins with an hour, as do its steps: whole hours are summed once and for all. */
function inWholeHours(asked: Date, to: Date, { hours, compare }: ScopeQuery) {
  const from = new Date(Math.floor(asked.getTime() / hourMs) * hourMs)
  const stepHours = Math.max(1, Math.round(hours / points))
  const back =
    compare === 'week'
      ? Math.ceil((hours * hourMs) / weekMs) * weekMs
      : Math.ceil(hours / stepHours) * stepHours * hourMs
  return {
    from,
    to,
    previousFrom: new Date(from.getTime() - back),
    previousTo: compare === 'week' ? new Date(to.getTime() - back) : from,
    hours: (to.getTime() - from.getTime()) / hourMs,
    stepSeconds: (stepHours * hourMs) / 1000,
  }
}

/**
 * The range a request names by its ends, or by its length until now.
 * @throws PlumblineError when it ends before it begins, or is longer than a month
 */
export function readRange(query: Omit<ScopeQuery, 'plant'>, at: Date): { from: Date; to: Date } {
  if (query.from === undefined) return { from: new Date(at.getTime() - query.hours * hourMs), to: at }
  const from = new Date(query.from)
  // nothing is known of what is to come
  const to = new Date(Math.min(at.getTime(), query.to === undefined ? Infinity : Date.parse(query.to)))
  const length = to.getTime() - from.getTime()
  if (length > 0 && length <= mostHours * hourMs) return { from, to }
  throw new PlumblineError(
    'range_invalid',
    `A range from ${query.from} to ${query.to ?? 'now'} cannot be shown; expected an end after its beginning, in the past, and at most ${mostHours / 24} days`,
    { where: 'from' },
  )
}

/** Status by the share of a limit that is used: watch from 80 %, breach from 100 %. */
export function statusOf(share: number | null): 'ok' | 'watch' | 'breach' | 'unknown' {
  if (share === null) return 'unknown'
  return share >= 1 ? 'breach' : share >= 0.8 ? 'watch' : 'ok'
}

export type Status = ReturnType<typeof statusOf>
const order: Status[] = ['ok', 'unknown', 'watch', 'breach']
export const worstStatus = (statuses: Status[]): Status =>
  statuses.reduce<Status>(
    (worst, status) => (order.indexOf(status) > order.indexOf(worst) ? status : worst),
    'ok',
  )
