import { type Case, type CaseStatus, pauseOf } from './case.ts'

export const actNames = [
  'acknowledge',
  'start',
  'assign',
  'move',
  'comment',
  'snooze',
  'wake',
  'pause',
  'resume',
  'link',
  'ask_accept',
  'accept',
  'decline',
  'resolve',
  'reopen',
] as const
export type ActName = (typeof actNames)[number]

/** What a person does to a case. Which of the values count depends on the act; the others are ''. */
export type Act = {
  act: ActName
  /** of assign: who; '' nobody */
  assignee: string
  /** of move */
  team: string
  /** of snooze; ISO 8601 */
  until: string
  /** of link: the cause it has */
  cause: string
  /** why, of whatever is to have a reason */
  reason: string
  /** of comment; beside any other act what its author adds */
  text: string
}

/** An act with its place in the log of its case. */
export type CaseAct = Act & {
  number: string
  version: number
  id: string
  at: string
  actor: string
  saw_step: number
}

export type Refusal = { code: string; message: string }

const emptyAct: Act = { act: 'comment', assignee: '', team: '', until: '', cause: '', reason: '', text: '' }
export const actOf = (given: Partial<Act> & { act: ActName }): Act => ({ ...emptyAct, ...given })

type Rule = {
  /** in which a case may be for it */
  from: CaseStatus[]
  /** what of the act may not be missing */
  needs?: ('team' | 'until' | 'cause' | 'reason' | 'text')[]
  /** why it can't be done, though the status allows it */
  forbids?(known: Case, act: CaseAct): string | undefined
  apply(known: Case, act: CaseAct): Partial<Case>
}

const worked: CaseStatus[] = ['open', 'acknowledged', 'in_progress']
const standing: CaseStatus[] = [...worked, 'resolved', 'accepted']
const acknowledged = (known: Case, { at, actor }: CaseAct): Partial<Case> =>
  known.acknowledged_at === null ? { acknowledged_at: at, acknowledged_by: actor } : {}
const noRequest = { asked_at: null, asked_by: '', accept_reason: '' }

const rules: Record<ActName, Rule> = {
  acknowledge: {
    from: ['open'],
    apply: (known, act) => ({ status: 'acknowledged', ...acknowledged(known, act) }),
  },
  start: {
    from: ['open', 'acknowledged'],
    apply: (known, act) => ({
      status: 'in_progress',
      assignee: known.assignee || act.actor,
      ...acknowledged(known, act),
    }),
  },
  assign: {
    from: standing,
    forbids: (known, act) =>
      known.assignee === act.assignee
        ? `it is ${act.assignee ? `${act.assignee}'s` : "nobody's"} already`
        : undefined,
    apply: (_, act) => ({ assignee: act.assignee }),
  },
  move: {
    from: standing,
    needs: ['team'],
    forbids: (known, act) => (known.team === act.team ? 'it is that team’s already' : undefined),
    // whoever worked on it goes on, until the new team says otherwise
    apply: (_, act) => ({ team: act.team, is_team_said: act.actor !== 'plumbline' }),
  },
  comment: { from: [...standing, 'closed'], needs: ['text'], apply: () => ({}) },
  snooze: {
    from: worked,
    needs: ['until', 'reason'],
    forbids: (_, act) => (act.until <= act.at ? 'the moment it is to come back has passed' : undefined),
    apply: (_, act) => ({ snoozed_until: act.until }),
  },
  wake: {
    from: worked,
    forbids: (known) => (known.snoozed_until === null ? 'it does not sleep' : undefined),
    apply: () => ({ snoozed_until: null }),
  },
  pause: {
    from: worked,
    needs: ['reason'],
    forbids: (known) => (pauseOf(known) ? 'its clocks stand already' : undefined),
    apply: (known, act) => ({ pauses: [...known.pauses, { from: act.at, to: '', reason: act.reason }] }),
  },
  resume: {
    from: standing,
    forbids: (known) => (pauseOf(known) ? undefined : 'its clocks run'),
    apply: (known, act) => ({
      pauses: known.pauses.map((pause) => (pause.to === '' ? { ...pause, to: act.at } : pause)),
    }),
  },
  link: { from: standing, needs: ['cause'], apply: (_, act) => ({ said_cause: act.cause }) },
  ask_accept: {
    from: worked,
    needs: ['reason'],
    apply: (_, act) => ({ asked_at: act.at, asked_by: act.actor, accept_reason: act.reason }),
  },
  accept: {
    from: worked,
    forbids: (known, act) =>
      known.asked_at === null
        ? 'nobody has asked to accept it; a second person does'
        : known.asked_by === act.actor
          ? `${act.actor} asked for it; another person has to agree`
          : undefined,
    apply: (known, act) => ({
      status: 'accepted',
      accepted_at: act.at,
      accepted_by: act.actor,
      accepted_amount: known.amount,
      ...acknowledged(known, act),
    }),
  },
  decline: {
    from: worked,
    forbids: (known) => (known.asked_at === null ? 'nobody has asked to accept it' : undefined),
    apply: () => noRequest,
  },
  resolve: {
    from: worked,
    needs: ['reason'],
    apply: (known, act) => ({
      status: 'resolved',
      resolved_at: act.at,
      resolved_by: act.actor,
      resolution: act.reason,
      snoozed_until: null,
      ...acknowledged(known, act),
    }),
  },
  reopen: {
    from: ['resolved', 'accepted'],
    needs: ['reason'],
    apply: (known, act) => ({
      status: known.assignee ? 'in_progress' : 'open',
      reopened_at: act.at,
      reopens: known.reopens + 1,
      resolved_at: null,
      resolved_by: '',
      resolution: '',
      accepted_at: null,
      accepted_by: '',
      accepted_amount: '0',
      ...noRequest,
    }),
  },
}

const words: Record<CaseStatus, string> = {
  open: 'open',
  acknowledged: 'acknowledged',
  in_progress: 'in progress',
  resolved: 'resolved',
  accepted: 'accepted',
  closed: 'closed',
}

/** Why the act can't be done to the case as it stands; undefined when it can. */
export function refuseAct(known: Case, act: CaseAct): Refusal | undefined {
  const rule = rules[act.act]
  const missing = rule.needs?.find((name) => act[name] === '')
  if (missing) return { code: 'act_incomplete', message: `"${act.act}" needs a ${missing}` }
  if (!rule.from.includes(known.status))
    return {
      code: 'act_refused',
      message: `it is ${words[known.status]}; "${act.act}" is for cases that are ${rule.from.map((status) => words[status]).join(', ')}`,
    }
  const reason = rule.forbids?.(known, act)
  return reason ? { code: 'act_refused', message: reason } : undefined
}

/**
 * The case after an act that is next in its log. One that was applied already changes nothing; one that the case as it
 * stands refuses, since a run was there first, counts in the log and changes nothing else.
 */
export function applyAct(known: Case, act: CaseAct): Case {
  if (act.version <= known.version) return known
  const counted = {
    ...known,
    version: act.version,
    touched_at: act.at,
    comments: known.comments + (act.text === '' ? 0 : 1),
  }
  return refuseAct(known, act) ? counted : { ...counted, ...rules[act.act].apply(known, act) }
}
