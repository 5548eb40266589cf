/** What people have made of a case, or what runs have: `snoozed` is no status of its own, a case wakes by itself. */
export const caseStatuses = ['open', 'acknowledged', 'in_progress', 'resolved', 'accepted', 'closed'] as const
export type CaseStatus = (typeof caseStatuses)[number]

/** Time in which a clock stood still; `to` is '' while it does. Times are ISO 8601. */
export type Pause = { from: string; to: string; reason: string }

/**
 * A case as it stands: a fold over the steps that runs took and the acts of people, each counted for itself. Whoever has
 * seen the same steps and acts has the same case. Moments are ISO 8601, or null where there was none; amounts and
 * quantities are decimal texts.
 */
export type Case = {
  number: string
  check: string
  plant: string
  key: string
  class: string
  /** closed once the systems agree; what people say does not close it */
  state: 'open' | 'closed'
  status: CaseStatus
  /** how many steps runs have taken, and how many acts people */
  step: number
  version: number
  item: string
  order_no: string
  left_value: string
  right_value: string
  difference: string | null
  unit: string
  amount: string
  currency: string
  amount_reporting: string
  /** in the currency the plant keeps its books in; both by the rates of the day */
  amount_plant: string
  /** what sums count of it: nothing where another check counts the same money */
  counted: string
  severity: string
  /** who owns it, and whether a person said so: a rule never moves what a person has moved */
  team: string
  is_team_said: boolean
  /** who works on it; '' nobody */
  assignee: string
  since: string
  opened_at: string
  closed_at: string | null
  last_run: string
  /** runs in a row that found the systems to agree */
  agreed: number
  reopens: number
  reopened_at: string | null
  acknowledged_at: string | null
  acknowledged_by: string
  resolved_at: string | null
  resolved_by: string
  resolution: string
  snoozed_until: string | null
  /** the first of two who accept it, and why */
  asked_at: string | null
  asked_by: string
  accept_reason: string
  accepted_at: string | null
  accepted_by: string
  /** what was accepted: another amount is another difference */
  accepted_amount: string
  /** the cause a person said it has; '' none */
  said_cause: string
  comments: number
  pauses: Pause[]
  /** since when each severity, newest last */
  severities: { at: string; severity: string }[]
  /** until when it should be acknowledged and mended; null while the clock stands, or has done its work */
  acknowledge_due: string | null
  resolve_due: string | null
  /** when somebody should be told that it will be late */
  warn_at: string | null
  touched_at: string
}

/** What was sought and found of a case: its likeliest cause, what it has in common with others, and how often it was sought. */
export type FoundCause = { cause: string; shared: string; looks: number }

/** What lists filter, sort and group a case by, made when it is kept, so that nobody who lists has to. */
export type Listed = {
  /** the one a person said it has, else the likeliest found; '' none */
  cause: string
  /** what it has in common with cases of one failure; '' nothing */
  shared: string
  /** what cases are grouped by: what they have in common, else their cause, else how their sides differ */
  root: string
  /** since when it is open: opened, or opened again last */
  begun_at: string
  /** when the first of its clocks runs out; far away where none runs */
  next_due: string
  /** why its clocks stand still; '' while they run */
  paused: string
  /** what it is counted by, `facetNames` in their order, each behind the other: to count reads one column, not eight */
  facets: string
}

/** What the queue's facets count cases by; nobody's cases have the assignee `-`. */
export const facetNames = [
  'plant',
  'check',
  'class',
  'severity',
  'team',
  'cause',
  'status',
  'assignee',
] as const
/** ASCII's unit separator, which no name holds. */
const unitSeparator = '\x1f'

/** The pause in which a case's clocks stand still; undefined while they run. */
export const pauseOf = ({ pauses }: Pick<Case, 'pauses'>): Pause | undefined =>
  pauses.at(-1)?.to === '' ? pauses.at(-1) : undefined

const farAway = '2200-01-01T00:00:00.000Z'

export function listedOf(known: Case, found: FoundCause): Listed {
  const cause = known.said_cause || found.cause
  // what a person said otherwise, it has nothing in common with the others any more
  const shared = cause === found.cause ? found.shared : ''
  const dues = [known.acknowledge_due, known.resolve_due].flatMap((due) => (due ? [new Date(due)] : []))
  return {
    cause,
    shared,
    root: shared || (cause ? `cause:${cause}` : `class:${known.class}`),
    begun_at: known.reopened_at ?? known.opened_at,
    next_due: dues.length > 0 ? new Date(Math.min(...dues.map(Number))).toISOString() : farAway,
    paused: pauseOf(known)?.reason ?? '',
    facets: facetNames
      .map((name) => (name === 'cause' ? cause : name === 'assignee' ? known.assignee || '-' : known[name]))
      .join(unitSeparator),
  }
}

/** Of the same case, the snapshot with more steps and acts is the later. */
export const revisionOf = ({ step, version }: Pick<Case, 'step' | 'version'>): number => step + version
