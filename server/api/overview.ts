import { createRoute } from '@hono/zod-openapi'
import { sumDecimals } from '../core/decimal.ts'
import { writeClock, writeMoney, writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { type OverviewFacts, readOverviewFacts } from './overview-facts.ts'
import { composeMatrix } from './overview-matrix.ts'
import { composeTiles, handoffShare } from './overview-tiles.ts'
import { answers, createRouter } from './router.ts'
import { scopeQuery } from './schemas/common.ts'
import { type Overview, overview } from './schemas/overview.ts'
import { readScope, worstStatus } from './scope.ts'

export const overviewRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/overview',
      tags: ['overview'],
      summary: 'The state of the estate: one sentence, five KPIs, plant × flow, money by cause, freshness',
      middleware: [allow('read')] as const,
      request: { query: scopeQuery },
      responses: answers(overview, 'The overview of the scope'),
    }),
    async (c) =>
      c.json(
        composeOverview(
          context,
          await readOverviewFacts(context, readScope(context.estate, c.req.valid('query'))),
        ),
        200,
      ),
  )

function composeOverview(context: ApiContext, facts: OverviewFacts): Overview {
  const { estate } = context
  const checkOf = new Map(context.checks.map((check) => [check.check, check]))
  const matrix = composeMatrix(context, facts)
  const impact = facts.impact.map((row) => ({
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
  const inventory = facts.inventoryChecks[0] ?? context.checks[0]
  return {
    as_of: facts.scope.at.toISOString(),
    from: facts.scope.from.toISOString(),
    to: facts.scope.to.toISOString(),
    currency: estate.currency,
    sentence: composeSentence(context, facts, matrix, impact),
    tiles: composeTiles(context, facts),
    matrix,
    impact,
    open_cases: facts.counts.reduce((sum, row) => sum + row.cases, 0),
    open_amount: sumDecimals(facts.counts.map((row) => row.counted)),
    variances_of: inventory
      ? {
          check: inventory.check,
          title: inventory.title,
          left: inventory.left.toUpperCase(),
          right: inventory.right.toUpperCase(),
        }
      : null,
    variances: facts.variances.map((row) => ({
      number: Number(row.number),
      plant: row.plant,
      key: row.key,
      item: row.item,
      item_name: facts.names.get(`${row.plant} ${row.item}`) ?? '',
      left_value: row.left_value,
      right_value: row.right_value,
      difference: row.difference ?? '0',
      amount: row.amount,
      currency: row.currency,
      amount_reporting: row.amount_reporting,
      class: row.class,
      class_title: inventory?.classes[row.class] ?? row.class,
    })),
    variances_total: facts.counts
      .filter((row) => row.check === facts.variances[0]?.check)
      .reduce((sum, row) => sum + row.cases, 0),
    sources: composeSources(context, facts),
  }
}

/** One cell per source: as fresh as its least fresh plant of the scope. */
function composeSources(context: ApiContext, facts: OverviewFacts): Overview['sources'] {
  return context.estate.sources.flatMap((source) => {
    const rows = facts.freshness.filter(
      (row) => row.source === source.source && facts.scope.plants.includes(row.plant),
    )
    const worst = rows.reduce<(typeof rows)[number] | undefined>(
      (found, row) => (!found || (row.lag_s ?? Infinity) > (found.lag_s ?? Infinity) ? row : found),
      undefined,
    )
    if (!worst) return []
    const label = context.estate.systemOf.get(source.system)?.name ?? source.system
    return [
      {
        source: source.source,
        system: source.system,
        plant: worst.plant,
        label,
        status: worst.status,
        watermark: worst.watermark,
        lag_s: worst.lag_s,
        stale_after_s: worst.stale_after_s,
      },
    ]
  })
}

/** The state of the estate in one sentence, from the facts on the page: what flows, what is stuck, what it is worth. */
function composeSentence(
  context: ApiContext,
  facts: OverviewFacts,
  matrix: Overview['matrix'],
  impact: Overview['impact'],
): Overview['sentence'] {
  const { estate } = context
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
  const rest = first
    ? `${first.plant_name}: ${first.title.toLowerCase()} since ${writeClock(new Date(first.since), estate.plantOf.get(first.plant)?.time_zone ?? 'UTC')}, ${writeMoney(first.amount, estate.currency)}; ${writeMoney(total, estate.currency)} is at risk in ${writeNumber(cases)} open exceptions.`
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
  const lead =
    flowing.length === matrix.rows.length
      ? `Orders are flowing in ${matrix.rows.length === 1 ? matrix.rows[0]?.name : `all ${matrix.rows.length} plants`}.`
      : `Orders are flowing in ${flowing.length} of ${matrix.rows.length} plants.`
  return { status, lead, rest: (rest || calm) + doubt }
}
