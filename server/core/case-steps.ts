import type { Case } from './case.ts'

export const stepActs = ['opened', 'changed', 'closed', 'agreed', 'reopened'] as const

const valueNames = [
  'number',
  'check',
  'plant',
  'key',
  'class',
  'step',
  'item',
  'order_no',
  'left_value',
  'right_value',
  'difference',
  'unit',
  'amount',
  'currency',
  'amount_reporting',
  'amount_plant',
  'severity',
  'team',
  'since',
] as const

/** What a run did to a case. Its values are those the run found; of an agreement, those of before. */
export type CaseStep = Pick<Case, (typeof valueNames)[number]> & {
  at: string
  act: (typeof stepActs)[number]
  run: string
}

/**
 * The case after a step of a run; of a case that is not known yet, its first. A step that was taken already changes
 * nothing. A closed case that a difference comes back to keeps who worked on it, and what people decided is over: it
 * was decided of another difference.
 */
export function applyStep(before: Case | undefined, step: CaseStep): Case {
  const { at, act } = step
  if (before && step.step <= before.step) return before
  const known = before ?? { ...unknown, opened_at: at }
  const next: Case = { ...known, counted: step.amount_reporting, last_run: step.run, touched_at: at }
  const values: Record<string, unknown> = next
  for (const name of valueNames) values[name] = step[name]
  // a run knows whom the check belongs to; a rule or a person may have said otherwise since
  if (before) next.team = before.team
  if (known.severity !== step.severity || known.severities.length === 0)
    next.severities = [...known.severities, { at, severity: step.severity }]
  if (act === 'closed')
    return {
      ...next,
      state: 'closed',
      status: 'closed',
      closed_at: at,
      agreed: known.agreed + 1,
      snoozed_until: null,
    }
  if (act === 'agreed') return { ...next, agreed: known.agreed + 1 }
  if (act === 'reopened')
    return {
      ...undecided(next),
      state: 'open',
      status: 'open',
      agreed: 0,
      closed_at: null,
      reopens: known.reopens + 1,
      reopened_at: at,
    }
  if (act === 'changed') {
    const isLapsed = known.accepted_at !== null && step.amount !== known.accepted_amount
    const isAskedOfAnother = known.asked_at !== null && step.amount !== known.amount
    const changed = { ...next, agreed: 0 }
    if (isLapsed) return { ...undecided(changed), status: 'open' }
    return isAskedOfAnother ? { ...changed, asked_at: null, asked_by: '', accept_reason: '' } : changed
  }
  return next
}

/** Nobody has said that it is mended, or that it may stay. */
const undecided = (known: Case): Case => ({
  ...known,
  resolved_at: null,
  resolved_by: '',
  resolution: '',
  asked_at: null,
  asked_by: '',
  accept_reason: '',
  accepted_at: null,
  accepted_by: '',
  accepted_amount: '0',
})

/** A case before its first step: with all that a case has, so that copies of it are of one shape and cheap. */
const unknown: Case = {
  number: '',
  check: '',
  plant: '',
  key: '',
  class: '',
  state: 'open',
  status: 'open',
  step: 0,
  version: 0,
  item: '',
  order_no: '',
  left_value: '',
  right_value: '',
  difference: null,
  unit: '',
  amount: '0',
  currency: '',
  amount_reporting: '0',
  amount_plant: '0',
  counted: '0',
  severity: '',
  team: '',
  is_team_said: false,
  assignee: '',
  since: '',
  opened_at: '',
  closed_at: null,
  last_run: '',
  agreed: 0,
  reopens: 0,
  reopened_at: null,
  acknowledged_at: null,
  acknowledged_by: '',
  resolved_at: null,
  resolved_by: '',
  resolution: '',
  snoozed_until: null,
  asked_at: null,
  asked_by: '',
  accept_reason: '',
  accepted_at: null,
  accepted_by: '',
  accepted_amount: '0',
  said_cause: '',
  comments: 0,
  pauses: [],
  severities: [],
  acknowledge_due: null,
  resolve_due: null,
  warn_at: null,
  touched_at: '',
}
