import { useSearchParams } from '@solidjs/router'
import { withQuery } from './api.ts'

type Name = 'code' | 'kind' | 'source' | 'site' | 'from' | 'offset'
export type QuarantinePlace = Partial<Record<Exclude<Name, 'offset'>, string>>
export const QUARANTINE_PAGE = 50
const NAMES: Name[] = ['code', 'kind', 'source', 'site', 'from', 'offset']

/** The address of messages in quarantine: of these, and no others. */
export const quarantineHref = (to: QuarantinePlace): string =>
  `${withQuery('/sources', { ...to })}#quarantine`

/** Which messages of the quarantine are listed; it lives in the address. */
export function useQuarantineChoice() {
  const [params, setParams] = useSearchParams<Record<Name, string>>()
  const read = (name: Name) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const offset = () => Math.max(0, Math.floor(Number(read('offset'))) || 0)
  return {
    code: () => read('code'),
    kind: () => read('kind'),
    source: () => read('source'),
    site: () => read('site'),
    from: () => (Number.isNaN(Date.parse(read('from'))) ? '' : new Date(read('from')).toISOString()),
    offset,
    isNarrow: () => NAMES.some((name) => name !== 'offset' && read(name) !== ''),
    setOffset: (to: number) => setParams({ offset: to || null }, { scroll: false }),
    clear: () => setParams(Object.fromEntries(NAMES.map((name) => [name, null])), { scroll: false }),
  }
}
