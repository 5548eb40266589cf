import { createSignal } from 'solid-js'
import type { ActOnMany, ActOnOne, ActProgress } from '../../server/api/schemas/acts.ts'
import type { ExceptionRow } from '../../server/api/schemas/exceptions.ts'
import { postJson, postLines, type Query } from './api.ts'
import { may } from './may.ts'
import { announceChange } from './stream.ts'

export type ActName = ActOnOne['act']

/** What an act is called, its key, and what it asks for beside a reason. */
export type ActAbout = {
  act: ActName
  /** on a button, and with how many: "Assign 12" */
  word: string
  /** what is said when it is done: "assigned" */
  done: string
  key: string
  fields: ('assignee' | 'team' | 'until' | 'cause' | 'reason' | 'text')[]
  /** what the field of the reason is called where it needs one */
  why?: string
}

const about = (
  act: ActName,
  word: string,
  done: string,
  key: string,
  fields: ActAbout['fields'] = [],
  why?: string,
): ActAbout => ({ act, word, done, key, fields, ...(why ? { why } : {}) })

/** Every act, in the order they are offered. */
export const ACTS: ActAbout[] = [
  about('assign', 'Assign', 'assigned', 'a', ['assignee']),
  about('comment', 'Comment', 'commented', 'c', ['text']),
  about('snooze', 'Snooze', 'snoozed', 's', ['until', 'reason'], 'Why it can wait'),
  about('link', 'Link to cause', 'linked', 'l', ['cause']),
  about('resolve', 'Resolve', 'resolved', 'r', ['reason'], 'What mended it'),
  about('ask_accept', 'Ask to accept', 'put to a second person', 'e', ['reason'], 'Why it may stay'),
  about('accept', 'Accept', 'accepted', 'e', ['text']),
  about('decline', 'Decline', 'declined', '', ['text']),
  about('acknowledge', 'Acknowledge', 'acknowledged', 'K', ['text']),
  about('start', 'Start work', 'started', 'w', ['text']),
  about('pause', 'Pause clocks', 'paused', '', ['reason'], 'Why the clocks stand'),
  about('resume', 'Resume clocks', 'resumed', '', ['text']),
  about('wake', 'Wake', 'woken', '', ['text']),
  about('move', 'Give to team', 'given', '', ['team', 'text']),
  about('reopen', 'Reopen', 'reopened', '', ['reason'], 'Why it is not done'),
]
export const aboutAct = (act: ActName): ActAbout =>
  ACTS.find((one) => one.act === act) ?? (ACTS[0] as ActAbout)

/** What is acted on: one case as it was seen, some, or all that a filter matches. */
export type Target =
  | { kind: 'one'; row: ExceptionRow }
  | { kind: 'some'; cases: { number: number; version?: number }[]; words: string }
  | { kind: 'all'; filter: Query; count: number; words: string }

export const countOf = (target: Target): number =>
  target.kind === 'one' ? 1 : target.kind === 'some' ? target.cases.length : target.count

export type ActGiven = Omit<ActOnOne, 'version'>

/** Acts on one case, as it was seen. Throws a RequestError; `case_changed` when somebody was there first. */
export async function actOnOne(number: number, version: number, given: ActGiven): Promise<ExceptionRow> {
  const { exception } = await postJson<{ exception: ExceptionRow }>(`/api/exceptions/${number}/acts`, {
    ...given,
    version,
  })
  announceChange(['exceptions'])
  return exception
}

/**
 * What a dry run has shown, each case as it was then. Whatever came to match since was not seen by anybody, and is not
 * acted on.
 */
export const targetOf = (shown: ActProgress, words: string): Target => ({
  kind: 'some',
  cases: (shown.results ?? []).map(({ number, version }) =>
    version === undefined ? { number } : { number, version },
  ),
  words,
})

/** Acts on many, or says what would happen; `onProgress` is told how far it is. */
export async function actOnMany(
  target: Target,
  given: ActGiven,
  dry_run: boolean,
  onProgress: (progress: ActProgress) => void,
): Promise<ActProgress> {
  const body: ActOnMany = {
    ...given,
    dry_run,
    ...(target.kind === 'all'
      ? { filter: withoutEmpty(target.filter) }
      : {
          numbers:
            target.kind === 'one'
              ? [{ number: target.row.number, version: target.row.version }]
              : target.cases,
        }),
  }
  const last = await postLines<ActProgress>('/api/exceptions/acts', body, onProgress)
  if (!dry_run) announceChange(['exceptions'])
  return last
}

const withoutEmpty = (filter: Query): NonNullable<ActOnMany['filter']> =>
  Object.fromEntries(
    Object.entries(filter).filter(
      ([name, value]) =>
        value !== '' && value !== undefined && value !== null && !['sort', 'order', 'limit'].includes(name),
    ),
  )

/** What the dialog is open for; undefined while it is closed. */
const [acting, setActing] = createSignal<{ act: ActName; target: Target }>()

export { acting }

/** Opens the dialog of an act, on the case as it is seen now: what others do meanwhile is told, not overwritten. */
export const beginAct = (act: ActName, target: Target): void =>
  void setActing({ act, target: target.kind === 'one' ? { ...target, row: { ...target.row } } : target })
export const endAct = (): void => void setActing(undefined)

/** The act a key means for a case: e asks for a second person, or is the second person, who may be one. */
export function actOfKey(key: string, row: ExceptionRow | undefined, me: string): ActName | undefined {
  if (key === 'e' && row?.asked_by && row.asked_by !== me) return may('approve') ? 'accept' : undefined
  if (key === 'e') return 'ask_accept'
  if (key === 's' && row?.snoozed_until && Date.parse(row.snoozed_until) > Date.now()) return 'wake'
  if (key === 'r' && (row?.status === 'resolved' || row?.status === 'accepted')) return 'reopen'
  return ACTS.find((one) => one.key === key)?.act
}
