import { useSearchParams } from '@solidjs/router'
import type { ExceptionQuery } from '../../server/api/schemas/exceptions.ts'
import { actor } from './actor.ts'
import { useScope } from './scope.ts'

export const FACETS = ['plant', 'status', 'assignee', 'cause', 'severity', 'team', 'check', 'class'] as const
export type Facet = (typeof FACETS)[number]
export const FACET_LABELS: Record<Facet, string> = {
  plant: 'Plant',
  status: 'Status',
  assignee: 'Assignee',
  cause: 'Cause',
  severity: 'Severity',
  team: 'Owner team',
  check: 'Check',
  class: 'Difference',
}
/** Filters beside the facets; `all` of sleeping shows what sleeps among the rest. */
const OTHERS = ['flow', 'due', 'sleeping', 'asked', 'mention', 'q', 'shared', 'root'] as const
export const FILTERS = [...FACETS, ...OTHERS] as const
export type Filter = (typeof FILTERS)[number]
export const OTHER_LABELS: Record<(typeof OTHERS)[number], string> = {
  flow: 'Flow',
  due: 'Due',
  sleeping: 'Snoozed',
  asked: 'To accept',
  mention: 'Named',
  q: 'Text',
  shared: 'In common',
  root: 'Group',
}

export const SORTS: { value: string; label: string; sort: ExceptionQuery['sort']; order: 'asc' | 'desc' }[] =
  [
    { value: 'amount', label: 'Value at risk ↓', sort: 'amount', order: 'desc' },
    { value: 'due', label: 'Due first', sort: 'due', order: 'desc' },
    { value: 'age', label: 'Oldest first', sort: 'age', order: 'desc' },
    { value: 'newest', label: 'Newest first', sort: 'age', order: 'asc' },
    { value: 'severity', label: 'Severity ↓', sort: 'severity', order: 'desc' },
    { value: 'plant', label: 'Plant', sort: 'plant', order: 'asc' },
    { value: 'key', label: 'Key', sort: 'key', order: 'asc' },
  ]

type Param = Filter | 'state' | 'by' | 'group' | 'view'
type Params = Partial<Record<Param, string>>

/** The filters of the list, living in the address so that a list can be sent to somebody. */
export function useExceptionFilters() {
  const [params, setParams] = useSearchParams<Params>()
  const scope = useScope()
  const text = (name: Param) => {
    const value = params[name]
    return typeof value === 'string' ? value : ''
  }
  const state = () => (text('state') === 'closed' ? 'closed' : text('state') === 'all' ? 'all' : 'open')
  const sort = () => SORTS.find((one) => one.value === text('by')) ?? (SORTS[0] as (typeof SORTS)[number])
  /** "me" is whoever looks */
  const person = (value: string) => (value === 'me' ? actor() || 'nobody in particular' : value)
  const nothing = Object.fromEntries(FILTERS.map((name) => [name, null])) as Record<Filter, null>
  const change = (to: Partial<Record<Param, string | null>>) => setParams(to, { scroll: false })
  return {
    state,
    sort,
    text,
    grouped: () => text('group') === 'on',
    active: () => FILTERS.filter((name) => text(name) !== ''),
    set: (name: Param, value: string) =>
      setParams({ [name]: value || null }, { replace: name === 'q', scroll: false }),
    change,
    clear: () => change(nothing),
    /** These filters and no others, as a view has them. */
    replaceAll: (to: Params) => change({ ...nothing, state: null, by: null, group: null, view: null, ...to }),
    /** The filters as they stand in the address, without the view they are of; what a view is kept as. */
    address: () =>
      new URLSearchParams(
        ([...FILTERS, 'state', 'by', 'group'] as const)
          .filter((name) => text(name) !== '')
          .map((name) => [name, text(name)]),
      ).toString(),
    /** What the server is asked. */
    query: () => ({
      state: state() === 'open' ? '' : state(),
      ...Object.fromEntries(FACETS.map((name) => [name, text(name)])),
      assignee: person(text('assignee')),
      flow: text('flow'),
      currency: scope.currency(),
      due: text('due'),
      // what sleeps is not to be worked on, unless it is asked for
      sleeping: text('sleeping') === 'all' || state() !== 'open' ? '' : text('sleeping') || 'no',
      asked: person(text('asked')),
      mention: person(text('mention')),
      q: text('q'),
      shared: text('shared'),
      root: text('root'),
      sort: sort().sort,
      order: sort().order,
    }),
  }
}
export type ExceptionFilters = ReturnType<typeof useExceptionFilters>
