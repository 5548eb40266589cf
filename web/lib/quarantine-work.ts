import { useSearchParams } from '@solidjs/router'
import type { Status } from '../../server/api/schemas/common.ts'
import type { MessageState } from '../../server/api/schemas/quarantine-work.ts'
import { withQuery } from './api.ts'

const NAMES = ['state', 'code', 'type', 'site', 'q', 'offset'] as const
type Name = (typeof NAMES)[number]
export const WORK_PAGE = 50

/** A message's state as it is said and drawn. */
export const MESSAGE_STATES: Record<MessageState, { word: string; status: Status }> = {
  open: { word: 'In quarantine', status: 'watch' },
  waiting: { word: 'Sent, not yet stored', status: 'unknown' },
  accepted: { word: 'Accepted', status: 'ok' },
  refused: { word: 'Refused again', status: 'breach' },
  discarded: { word: 'Discarded', status: 'unknown' },
}

/** The address of the messages to be worked: of these, and no others. */
export const workHref = (to: Partial<Record<Name, string>> = {}): string => withQuery('/quarantine', to)

/** Which messages are listed; it lives in the address. */
export function useWorkChoice() {
  const [params, setParams] = useSearchParams<Record<Name, string>>()
  const read = (name: Name) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  return {
    state: () => read('state') || 'open',
    code: () => read('code'),
    type: () => read('type'),
    site: () => read('site'),
    q: () => read('q'),
    offset: () => Math.max(0, Math.floor(Number(read('offset'))) || 0),
    isNarrow: () => ['code', 'type', 'site', 'q'].some((name) => read(name as Name) !== ''),
    set: (to: Partial<Record<Name, string | number | null>>) =>
      setParams({ offset: null, ...to }, { scroll: false }),
    /** What the server is asked. */
    filter: () => ({
      state: read('state') || 'open',
      code: read('code'),
      type: read('type'),
      plant: read('site'),
      q: read('q'),
    }),
  }
}
