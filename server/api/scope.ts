import { PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'

/** Which plants and which time a page speaks of. */
export type Scope = {
  plants: string[]
  at: Date
  from: Date
  to: Date
  previousFrom: Date
  hours: number
  stepSeconds: number
}

const points = 48

/**
 * Resolves a request's scope: all plants when none is named, a range of `hours` that ends now.
 * @throws PlumblineError for a plant the estate does not have
 */
export function readScope(
  estate: Estate,
  query: { plant?: string | string[] | undefined; hours: number },
  at = new Date(),
): Scope {
  const named = query.plant === undefined ? [] : [query.plant].flat().filter(Boolean)
  for (const plant of named)
    if (!estate.plantOf.has(plant))
      throw new PlumblineError(
        'plant_unknown',
        `"${plant}" is not a plant of this estate; expected one of ${[...estate.plantOf.keys()].join(', ')}`,
        { status: 404, where: 'plant' },
      )
  const length = query.hours * 3_600_000
  return {
    plants: named.length > 0 ? named : [...estate.plantOf.keys()],
    at,
    from: new Date(at.getTime() - length),
    to: at,
    previousFrom: new Date(at.getTime() - 2 * length),
    hours: query.hours,
    stepSeconds: Math.max(60, Math.round(length / 1000 / points)),
  }
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
