import { useSearchParams } from '@solidjs/router'
import type { AuditList } from '../../server/api/schemas/access.ts'
import type { Status } from '../../server/api/schemas/common.ts'
import { useScope } from './scope.ts'

export const AUDIT_PAGE = 100

export const OUTCOME_WORDS: Record<AuditList['rows'][number]['outcome'], { word: string; status: Status }> = {
  done: { word: 'Done', status: 'ok' },
  refused: { word: 'Refused', status: 'breach' },
  failed: { word: 'Failed', status: 'watch' },
}

const ACTS: Record<string, string> = {
  act: 'Acted',
  'configuration.load': 'Started with an estate',
  export: 'Took along',
  refusal: 'Was refused',
  sign_in: 'Sign-ins',
  'sign_in.password': 'Signed in with a password',
  'sign_in.single': 'Signed in by single sign-on',
  'sign_in.join': 'Chose a password by a link',
  'subject.delete': 'Deleted on request',
  'subject.redact': 'Masked entries on request',
}
/** What was done, in words; what has none is shown as it is. */
export const actWords = (act: string): string => ACTS[act] ?? act

type Param = 'actor' | 'act' | 'outcome' | 'q' | 'offset'

/** Which entries are looked at. All of it stands in the address, and so does the range. */
export function useAuditChoice() {
  const [params, setParams] = useSearchParams<Partial<Record<Param, string>>>()
  const scope = useScope()
  const text = (name: Param) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const offset = () => Math.max(0, Number(text('offset')) || 0)
  return {
    text,
    offset,
    /** Another choice begins with its first page. */
    set: (change: Partial<Record<Param, string | number | null>>) =>
      setParams({ offset: null, ...change }, { scroll: false }),
    isNarrow: () => ['actor', 'act', 'outcome', 'q'].some((name) => text(name as Param) !== ''),
    query: () => ({
      // in whole minutes: a range until now is asked for again by what it is, not by when
      from: scope.from() || new Date(minute() - scope.hours() * 3_600_000).toISOString(),
      to: scope.to(),
      actor: text('actor'),
      act: text('act'),
      outcome: text('outcome'),
      q: text('q'),
      limit: AUDIT_PAGE,
      offset: offset(),
    }),
  }
}

const minute = () => Math.floor(Date.now() / 60_000) * 60_000
