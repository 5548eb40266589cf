import type { Case } from './case.ts'

export const stepActs = ['opened', 'changed', 'closed', 'agreed', 'reopened'] as const

/** What a run did to a case. Its values are those the run found; of an agreement, those of before. */
export type CaseStep = Pick<
  Case,
  | 'number'
  | 'check'
  | 'plant'
  | 'key'
  | 'class'
  | 'step'
  | 'item'
  | 'order_no'
  | 'left_value'
  | 'right_value'
  | 'difference'
  | 'unit'
  | 'amount'
  | 'currency'
  | 'amount_reporting'
  | 'severity'
  | 'team'
  | 'since'
> & { at: string; act: (typeof stepActs)[number]; run: string }

/**
 * The case after a step of a run; of a case that is not known yet, its first. A step that was taken already changes
 * nothing. A closed case that a difference comes back to keeps who worked on it, and what people decided is over: it
 * was decided of another difference.
 */
export function applyStep(before: Case | undefined, step: CaseStep): Case {
  const { at, act, run, ...values } = step
  if (before && step.step <= before.step) return before
  const known = before ?? newCase(step)
  const isLater = known.severity !== step.severity || known.severities.length === 0
  const next: Case = {
    ...known,
    ...values,
    counted: step.amount_reporting,
    // a run knows whom the check belongs to; a rule or a person may have said otherwise since
    team: before ? known.team : step.team,
    last_run: run,
    touched_at: at,
    severities: isLater ? [...known.severities, { at, severity: step.severity }] : known.severities,
  }
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

const newCase = ({ at, act: _, run, ...values }: CaseStep): Case => ({
  ...values,
  counted: values.amount_reporting,
  step: 0,
  version: 0,
  state: 'open',
  status: 'open',
  is_team_said: false,
  assignee: '',
  opened_at: at,
  closed_at: null,
  last_run: run,
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
  touched_at: at,
})
