import { useSearchParams } from '@solidjs/router'
import type { MoneyName } from '../../server/api/money.ts'
import { withQuery } from './api.ts'

export const RANGES: { hours: number; label: string; previous: string }[] = [
  { hours: 1, label: 'Last 1 h', previous: 'Previous 1 h' },
  { hours: 8, label: 'Last 8 h', previous: 'Previous 8 h' },
  { hours: 24, label: 'Last 24 h', previous: 'Previous 24 h' },
  { hours: 168, label: 'Last 7 d', previous: 'Previous 7 d' },
  { hours: 720, label: 'Last 30 d', previous: 'Previous 30 d' },
]

/** With what a range is compared. */
export type Compare = 'previous' | 'week'

/** How long a range may be: as long as the API takes. */
export const MOST_MS = 31 * 86_400_000

type Param = 'plant' | 'hours' | 'from' | 'to' | 'compare' | 'flow' | 'currency'

const RANGE: Param[] = ['hours', 'from', 'to']
/** What of a scope each page knows, by how its address begins: it goes along to these and stays behind for others. */
const KNOWN: [path: string, knows: Param[]][] = [
  ['/plants/', [...RANGE, 'compare', 'flow', 'currency']],
  ['/exceptions', ['plant', 'flow', 'currency']],
  ['/flows/', ['plant', ...RANGE, 'compare']],
  ['/dependencies', ['plant', ...RANGE, 'compare', 'flow']],
  ['/reconciliation', ['plant', 'flow', 'currency']],
  ['/checks/', ['plant', 'currency']],
  ['/runs/', ['currency']],
  ['/propagation', ['plant', ...RANGE]],
  ['/traces', ['plant', ...RANGE, 'flow']],
  ['/quality', ['plant', ...RANGE, 'flow']],
  ['/keys/', ['plant', 'currency']],
]
const OVERVIEW: Param[] = ['plant', ...RANGE, 'compare', 'flow', 'currency']

const knownAt = (path: string): Param[] =>
  path === '/' ? OVERVIEW : (KNOWN.find(([start]) => path.startsWith(start))?.[1] ?? [])

const moment = (text: unknown): string =>
  typeof text === 'string' && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : ''

/**
 * What a page looks at: plant, flow, range, comparison, and the currency of amounts. All of it lives in the address, so
 * that a view can be shared.
 * @param of the plant that the page itself is of
 */
export function useScope(of: () => string = () => '') {
  const [params, setParams] = useSearchParams<Partial<Record<Param, string>>>()
  const text = (name: Param) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const plant = () => text('plant') || of()
  const flow = () => text('flow')
  /** the plant's own; '' the estate's */
  const currency = (): MoneyName | '' => (text('currency') === 'plant' ? 'plant' : '')
  const hours = () => RANGES.find((r) => String(r.hours) === params.hours)?.hours ?? 24
  const from = () => moment(params.from)
  const to = () => (from() ? moment(params.to) : '')
  const compare = (): Compare => (params.compare === 'week' ? 'week' : 'previous')
  const comparing = () => (compare() === 'previous' ? '' : compare())
  /** as it stands in an address */
  const standing = (): Record<Param, string> => ({
    plant: plant(),
    hours: from() || hours() === 24 ? '' : String(hours()),
    from: from(),
    to: to(),
    compare: comparing(),
    flow: flow(),
    currency: currency(),
  })
  return {
    plant,
    flow,
    currency,
    hours,
    /** where the range begins and ends, when it was given by its ends; else empty */
    from,
    to,
    compare,
    setPlant: (value: string) => setParams({ plant: value || null }),
    setFlow: (value: string) => setParams({ flow: value || null }),
    setCurrency: (value: string) => setParams({ currency: value || null }, { scroll: false }),
    setHours: (value: number) => setParams({ hours: value === 24 ? null : value, from: null, to: null }),
    setRange: (from: Date, to: Date) =>
      setParams({ hours: null, from: from.toISOString(), to: to.toISOString() }),
    setCompare: (value: Compare) => setParams({ compare: value === 'previous' ? null : value }),
    /** what the API is asked for of plants and time */
    query: () =>
      from()
        ? { plant: plant(), from: from(), to: to(), compare: comparing() }
        : { plant: plant(), hours: hours(), compare: comparing() },
    /** the address of another page in what it knows of this scope; what it says itself, or is given besides, counts more */
    hrefOf: (href: string, besides: Record<string, string | undefined> = {}) => {
      const [, pathname = '', search = '', hash = ''] = /^([^?#]*)(\?[^#]*)?(#.*)?$/.exec(href) ?? []
      const scope = standing()
      const kept = knownAt(pathname).flatMap((name) => (scope[name] ? [[name, scope[name]]] : []))
      // a page has many links, and mostly nothing goes along
      if (kept.length === 0 && Object.keys(besides).length === 0) return href
      return (
        withQuery(pathname, {
          ...Object.fromEntries(kept),
          ...Object.fromEntries(new URLSearchParams(search)),
          ...Object.fromEntries(Object.entries(besides).filter(([, value]) => value !== undefined)),
        }) + hash
      )
    },
  }
}
