import { useSearchParams } from '@solidjs/router'
import type { BehindName, MeasureName } from '../../server/api/schemas/quality.ts'
import { formatNumber } from './format.ts'
import { useScope } from './scope.ts'

export const MEASURES: MeasureName[] = [
  'completeness',
  'timeliness',
  'conformity',
  'duplication',
  'reconciliation',
]
/** What stands behind a rate, as the head of its list. */
export const BEHIND: Record<BehindName, string> = {
  received: 'Messages received',
  completeness: 'Keys that did not arrive',
  timeliness: 'Messages that came late',
  conformity: 'Messages that broke their contract',
  duplication: 'Messages that had come before',
  reconciliation: 'Keys that differ',
}

/** A rate never rounds to all or nothing: 99.996 % is "99.99 %", 0.004 % is "0.01 %". */
export function formatRate(rate: number): string {
  if (rate === 100 || rate === 0) return `${rate}\u2009%`
  const digits = rate > 99 || rate < 1 ? 2 : 1
  const shown = Math.min(99.99, Math.max(0.01, rate))
  return `${formatNumber(shown, { min: digits, max: digits })}\u2009%`
}

type Narrow = 'measure' | 'list' | 'path' | 'stage' | 'partner' | 'check' | 'hour' | 'offset' | 'site'
const PLACE: Narrow[] = ['list', 'path', 'stage', 'partner', 'check', 'hour', 'offset', 'site']

/** Which number's messages are shown. It lives in the address; `site` and `path` are the plant and the
 * flow of a number within the page's scope. */
export function useQualityChoice() {
  const [params, setParams] = useSearchParams<Record<Narrow, string>>()
  const scope = useScope()
  const read = (name: Narrow) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const measure = () => MEASURES.find((one) => one === read('measure')) ?? 'completeness'
  const place = () => ({
    path: read('path'),
    stage: read('stage'),
    site: read('site'),
    partner: read('partner'),
    check: read('check'),
    hour: read('hour'),
  })
  /** What is listed: what stands behind the rate, unless all that was received is asked for. */
  const behind = (): BehindName => (read('list') === 'received' ? 'received' : measure())
  return {
    measure,
    behind,
    place,
    offset: () => Number(read('offset')) || 0,
    isNarrow: () => Object.values(place()).some(Boolean),
    setOffset: (offset: number) => setParams({ offset: offset || null }),
    clear: () => setParams(Object.fromEntries(PLACE.map((name) => [name, null]))),
    /** The address of a number's messages: of this measure, and of nowhere else than named. */
    hrefOf: (to: { measure?: MeasureName; list?: 'received' } & Partial<ReturnType<typeof place>>) =>
      scope.hrefOf('/quality', { compare: '', measure: measure(), ...to }),
    /** What the API is asked for. */
    query: () => {
      const { site, path, ...rest } = place()
      return {
        ...scope.query(),
        compare: '',
        ...rest,
        plant: site || scope.plant(),
        flow: path || scope.flow(),
        measure: behind(),
        limit: 50,
        offset: Number(read('offset')) || 0,
      }
    },
  }
}
