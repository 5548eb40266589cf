import { sumDecimals } from '../core/decimal.ts'
import { writeClock, writeMoney, writeNumber } from '../core/words.ts'
import type { ApiContext } from './context.ts'
import type { OverviewFacts } from './overview-facts.ts'
import { handoffShare } from './overview-tiles.ts'
import type { Overview } from './schemas/overview.ts'
import { worstStatus } from './scope.ts'

/** Value at risk by plant, check and class, the dearest first. */
export function composeImpact(context: ApiContext, facts: OverviewFacts): Overview['impact'] {
  const { estate } = context
  const checkOf = new Map(context.checks.map((check) => [check.check, check]))
  return facts.impact.map((row) => ({
    plant: row.plant,
    plant_name: estate.plantOf.get(row.plant)?.name ?? row.plant,
    check: row.check,
    class: row.class,
    title: checkOf.get(row.check)?.classes[row.class] ?? row.class,
    severity: row.severity as Overview['impact'][number]['severity'],
    cases: row.cases,
    amount: row.amount,
    since: row.first_since,
    team: estate.teamOf.get(row.team)?.name ?? row.team,
    href: `/exceptions?plant=${row.plant}&check=${row.check}&class=${row.class}`,
  }))
}

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
