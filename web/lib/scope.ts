import { useSearchParams } from '@solidjs/router'
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

type Params = Partial<Record<'plant' | 'hours' | 'from' | 'to' | 'compare', string>>

const moment = (text: unknown): string =>
  typeof text === 'string' && !Number.isNaN(Date.parse(text)) ? new Date(text).toISOString() : ''

/** The plant, the range and the comparison a page looks at; all live in the address, so that a view can be shared. */
export function useScope() {
  const [params, setParams] = useSearchParams<Params>()
  const plant = () => (typeof params.plant === 'string' ? params.plant : '')
  const hours = () => RANGES.find((r) => String(r.hours) === params.hours)?.hours ?? 24
  const from = () => moment(params.from)
  const to = () => (from() ? moment(params.to) : '')
  const compare = (): Compare => (params.compare === 'week' ? 'week' : 'previous')
  const scope = {
    plant,
    hours,
    /** where the range begins and ends, when it was given by its ends; else empty */
    from,
    to,
    compare,
    setPlant: (value: string) => setParams({ plant: value || null }),
    setHours: (value: number) => setParams({ hours: value === 24 ? null : value, from: null, to: null }),
    setRange: (from: Date, to: Date) =>
      setParams({ hours: null, from: from.toISOString(), to: to.toISOString() }),
    setCompare: (value: Compare) => setParams({ compare: value === 'previous' ? null : value }),
    /** what the API is asked for */
    query: () =>
      from()
        ? { plant: plant(), from: from(), to: to(), compare: comparing() }
        : { plant: plant(), hours: hours(), compare: comparing() },
    /** the address of another page of the same scope; what is given besides counts more */
    hrefOf: (path: string, besides: Record<string, string | undefined> = {}) =>
      withQuery(path, {
        plant: plant(),
        hours: from() || hours() === 24 ? '' : hours(),
        from: from(),
        to: to(),
        compare: comparing(),
        ...besides,
      }),
  }
  const comparing = () => (compare() === 'previous' ? '' : compare())
  return scope
}
