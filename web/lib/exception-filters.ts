import { useSearchParams } from '@solidjs/router'
import type { ExceptionQuery } from '../../server/api/schemas/exceptions.ts'

export const FACETS = ['plant', 'check', 'class', 'severity', 'team'] as const
export type Facet = (typeof FACETS)[number]
export const FACET_LABELS: Record<Facet, string> = {
  plant: 'Plant',
  check: 'Check',
  class: 'Cause',
  severity: 'Severity',
  team: 'Owner team',
}
export const LIMIT = 500

export const SORTS: { value: string; label: string; sort: ExceptionQuery['sort']; order: 'asc' | 'desc' }[] =
  [
    { value: 'amount', label: 'Value at risk ↓', sort: 'amount', order: 'desc' },
    { value: 'age', label: 'Oldest first', sort: 'age', order: 'desc' },
    { value: 'newest', label: 'Newest first', sort: 'age', order: 'asc' },
    { value: 'severity', label: 'Severity ↓', sort: 'severity', order: 'desc' },
    { value: 'plant', label: 'Plant', sort: 'plant', order: 'asc' },
    { value: 'key', label: 'Key', sort: 'key', order: 'asc' },
  ]

type Params = Partial<Record<Facet | 'state' | 'q' | 'shared' | 'by' | 'group' | 'show', string>>

/** The filters of the list, living in the address so that a list can be sent to somebody. */
export function useExceptionFilters() {
  const [params, setParams] = useSearchParams<Params>()
  const text = (name: keyof Params) => {
    const value = params[name]
    return typeof value === 'string' ? value : ''
  }
  const state = () => (text('state') === 'closed' ? 'closed' : text('state') === 'all' ? 'all' : 'open')
  const sort = () => SORTS.find((one) => one.value === text('by')) ?? (SORTS[0] as (typeof SORTS)[number])
  return {
    state,
    sort,
    text,
    grouped: () => text('group') !== 'off',
    active: () => [...FACETS, 'q' as const, 'shared' as const].filter((name) => text(name) !== ''),
    set: (name: keyof Params, value: string) =>
      setParams({ [name]: value || null }, { replace: name === 'q' }),
    clear: () =>
      setParams({ plant: null, check: null, class: null, severity: null, team: null, q: null, shared: null }),
    query: () => ({
      state: state() === 'open' ? '' : state(),
      plant: text('plant'),
      check: text('check'),
      class: text('class'),
      severity: text('severity'),
      team: text('team'),
      q: text('q'),
      shared: text('shared'),
      sort: sort().sort,
      order: sort().order,
      limit: LIMIT,
    }),
  }
}
export type ExceptionFilters = ReturnType<typeof useExceptionFilters>
