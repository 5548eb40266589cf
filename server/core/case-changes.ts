import type { Case } from './case.ts'

/** What of a case people and runs decide, as it stands in its history. */
export const changeNames = [
  'status',
  'assignee',
  'team',
  'severity',
  'cause',
  'verdict',
  'sleeps_until',
  'request',
  'acceptance',
  'value',
] as const
export type ChangeName = (typeof changeNames)[number]

/** One of them before and after; '' is nobody, none, or not at all. */
export type Change = { what: ChangeName; from: string; to: string }

const readers: Partial<Record<ChangeName, (known: Case) => string>> = {
  status: (known) => known.status,
  assignee: (known) => known.assignee,
  team: (known) => known.team,
  severity: (known) => known.severity,
  cause: (known) => known.said_cause,
  sleeps_until: (known) => known.snoozed_until ?? '',
  // who asked is kept beside who accepted: asking is over then, not taken back
  request: (known) => (known.accepted_at === null ? known.asked_by : ''),
  acceptance: (known) => known.accepted_by,
  value: (known) => known.amount,
}

/** What an act or a step made another; nothing of the step that opened the case, before which there was none. */
export function changesOf(before: Case | undefined, after: Case): Change[] {
  if (!before) return []
  return changeNames.flatMap((what) => {
    const read = readers[what]
    const [from, to] = [read?.(before) ?? '', read?.(after) ?? '']
    return from === to ? [] : [{ what, from, to }]
  })
}
