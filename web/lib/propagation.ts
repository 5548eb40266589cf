import { useSearchParams } from '@solidjs/router'
import type { ListedState, MasterVersion } from '../../server/api/schemas/propagation.ts'
import { withQuery } from './api.ts'
import { useScope } from './scope.ts'

/** How versions stand, in the order a list of choices offers them; the empty one is all. */
export const STATES: { value: ListedState | ''; label: string }[] = [
  { value: '', label: 'All' },
  { value: 'missed', label: 'In effect, not held' },
  { value: 'late', label: 'Late' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'away', label: 'Consumer away' },
  { value: 'pending', label: 'Pending' },
  { value: 'accepted', label: 'Accepted' },
  { value: 'accepted_late', label: 'Accepted late' },
  { value: 'caught_up', label: 'Caught up' },
  { value: 'superseded', label: 'Superseded' },
]
export const stateWord = (state: ListedState): string =>
  STATES.find((one) => one.value === state)?.label ?? state

export const VERSIONS_PAGE = 50

type Name = 'master' | 'role' | 'consumer' | 'site' | 'state' | 'offset'
const NAMES: Name[] = ['master', 'role', 'consumer', 'site', 'state', 'offset']

/** Which number's versions are listed. It lives in the address; `site` is the plant of a number within the page's scope. */
export function usePropagationChoice() {
  const [params, setParams] = useSearchParams<Record<Name, string>>()
  const scope = useScope()
  const read = (name: Name) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const place = () => ({
    master: read('master'),
    role: read('role'),
    consumer: read('consumer'),
    site: read('site'),
  })
  const state = () => STATES.find((one) => one.value === read('state'))?.value ?? ''
  const offset = () => Math.max(0, Math.floor(Number(read('offset'))) || 0)
  return {
    place,
    state,
    offset,
    isNarrow: () => NAMES.some((name) => name !== 'offset' && read(name) !== ''),
    setOffset: (to: number) => setParams({ offset: to || null }, { scroll: false }),
    setState: (to: string) => setParams({ state: to || null, offset: null }, { scroll: false }),
    clear: () => setParams(Object.fromEntries(NAMES.map((name) => [name, null])), { scroll: false }),
    /** The address of the versions behind a number, and of no others. */
    hrefOf: (to: Partial<Record<Exclude<Name, 'offset'>, string>>) =>
      scope.hrefOf('/propagation', { compare: '', ...to }),
    /** What the API is asked for. */
    query: () => ({
      ...scope.query(),
      compare: '',
      plant: read('site') || scope.plant(),
      master: read('master'),
      role: read('role'),
      consumer: read('consumer'),
      state: state(),
      limit: VERSIONS_PAGE,
      offset: offset(),
    }),
  }
}

/** The page of one master. */
export const masterHref = (row: Pick<MasterVersion, 'master' | 'key' | 'plant'>): string =>
  withQuery(`/propagation/${row.master}/${encodeURIComponent(row.key)}`, { plant: row.plant })
