import { compareDecimals, sumDecimals } from '../core/decimal.ts'
import { writeClock, writeMoney, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { OverviewFacts } from './overview-facts.ts'
import { handoffShare } from './overview-tiles.ts'
import type { Overview } from './schemas/overview.ts'
import { worstStatus } from './scope.ts'

/** What is at risk by one cause in one plant; where none was found, by how the sides of one check differ. */
type Risk = Overview['impact'][number]

/** Value at risk by plant and cause, the dearest first. */
export function composeImpact(context: ApiContext, facts: OverviewFacts): Risk[] {
  const risks = new Map<string, Risk>()
  for (const row of facts.impact) {
    const of = row.cause ? `${row.plant} ${row.cause}` : `${row.plant} ${row.check} ${row.class}`
    const known = risks.get(of)
    const risk = known ? addUp(known, toRisk(context, row)) : toRisk(context, row)
    risks.set(of, risk)
  }
  return [...risks.values()].sort((a, b) => compareDecimals(b.amount, a.amount))
}

function toRisk({ estate, checks, causes }: ApiContext, row: OverviewFacts['impact'][number]): Risk {
  const ofCause = row.cause !== ''
  return {
    plant: row.plant,
    plant_name: estate.plantOf.get(row.plant)?.name ?? row.plant,
    check: ofCause ? '' : row.check,
    class: ofCause ? '' : row.class,
    cause: row.cause,
    title: ofCause
      ? (causes.find(({ cause }) => cause === row.cause)?.title ?? row.cause)
      : (checks.find(({ check }) => check === row.check)?.classes[row.class] ?? row.class),
    severity: row.severity as Risk['severity'],
    cases: row.cases,
    amount: row.amount,
    since: row.first_since,
    team: estate.teamOf.get(row.team)?.name ?? row.team,
    href: ofCause
      ? `/exceptions?plant=${row.plant}&cause=${row.cause}`
      : // only those without a cause: the others stand under theirs
        `/exceptions?plant=${row.plant}&check=${row.check}&class=${row.class}&root=class:${row.class}`,
  }
}

const severities: Risk['severity'][] = ['low', 'medium', 'high', 'critical']

/** Both as one: the team is that of the dearer, which comes first. */
const addUp = (risk: Risk, more: Risk): Risk => ({
  ...risk,
  cases: risk.cases + more.cases,
  amount: sumDecimals([risk.amount, more.amount]),
  since: risk.since < more.since ? risk.since : more.since,
  severity:
    severities.indexOf(more.severity) > severities.indexOf(risk.severity) ? more.severity : risk.severity,
})

/** The state of the estate in one sentence, from the facts on the page: what flows, what is stuck, what it is worth. */
export function composeSentence(
  context: ApiContext,
  facts: OverviewFacts,
  matrix: Overview['matrix'],
  impact: Overview['impact'],
): Overview['sentence'] {
  const { estate } = context
  const { currency } = facts.money
  const subject = facts.flow === '' ? 'Orders are' : `${estate.flowOf.get(facts.flow)?.name ?? facts.flow} is`
  const status = worstStatus([
    ...matrix.rows.flatMap((row) => row.cells.map((cell) => cell.status)),
    ...impact.map((row) =>
      row.severity === 'critical'
        ? ('breach' as const)
        : row.severity === 'high'
          ? ('watch' as const)
          : ('ok' as const),
    ),
  ])
  const first = impact[0]
  const total = sumDecimals(facts.counts.map((row) => row.counted))
  const cases = facts.counts.reduce((sum, row) => sum + row.cases, 0)
  const only = facts.scope.plants.length === 1
  const what = first && (only ? first.title : `${first.plant_name}: ${first.title.toLowerCase()}`)
  const rest = first
    ? `${what} since ${writeClock(new Date(first.since), estate.plantOf.get(first.plant)?.time_zone ?? 'UTC')}, ${writeMoney(first.amount, currency)}; ${writeMoney(total, currency)} is at risk in ${writeNumber(cases)} open exceptions.`
    : ''
  const silent = facts.runs.filter((run) => run.outcome !== 'ok').length
  if (facts.runs.length === 0)
    return {
      status: 'unknown',
      lead: 'No check has run yet.',
      rest: 'The first results follow within a minute of the first data.',
    }
  // agreement may only be claimed where every check has answered
  const doubt =
    silent > 0 ? ` ${writeNumber(silent)} of ${writeNumber(facts.runs.length)} checks could not answer.` : ''
  const calm =
    silent > 0 ? `No open exceptions where the checks answered.` : 'The systems agree; no open exceptions.'
  if (estate.flows.length === 0) {
    if (cases > 0)
      return { status, lead: `The systems disagree in ${writeNumber(cases)} places.`, rest: rest + doubt }
    return silent > 0
      ? { status: 'unknown', lead: 'Not every check could answer.', rest: calm + doubt }
      : { status, lead: 'The systems agree.', rest: 'No open exceptions.' }
  }
  // one late message is a case; a plant whose hand-off holds up several is not flowing
  const held = new Set(
    facts.health.filter((row) => row.stuck >= 3 && handoffShare(row) >= 1).map((row) => row.plant),
  )
  const flowing = matrix.rows.filter((row) => !held.has(row.plant))
  const name = matrix.rows[0]?.name
  const lead =
    flowing.length === matrix.rows.length
      ? `${subject} flowing in ${only ? name : `all ${matrix.rows.length} plants`}.`
      : only
        ? `${subject} held up in ${name}.`
        : `${subject} flowing in ${flowing.length} of ${matrix.rows.length} plants.`
  return { status, lead, rest: (rest || calm) + doubt }
}
