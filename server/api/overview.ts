import { createRoute } from '@hono/zod-openapi'
import { sumDecimals } from '../core/decimal.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { isOfFlow, narrowToFlow } from './flow-scope.ts'
import { type OverviewFacts, readOverviewFacts } from './overview-facts.ts'
import { composeMatrix } from './overview-matrix.ts'
import { composeImpact, composeSentence } from './overview-sentence.ts'
import { composeTiles } from './overview-tiles.ts'
import { answers, createRouter } from './router.ts'
import { flowQuery, moneyQuery, scopeQuery } from './schemas/common.ts'
import { type Overview, overview } from './schemas/overview.ts'
import { readScope } from './scope.ts'

export const overviewRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/overview',
      tags: ['overview'],
      summary: 'The state of the estate: one sentence, five KPIs, plant × flow, money by cause, freshness',
      middleware: [allow('read')] as const,
      request: { query: scopeQuery.extend({ ...flowQuery.shape, ...moneyQuery.shape }) },
      responses: answers(overview, 'The overview of the scope'),
    }),
    async (c) => {
      const { flow = '', currency, ...query } = c.req.valid('query')
      const scope = readScope(context.estate, query)
      const narrowed = narrowToFlow(context, flow)
      const facts = await readOverviewFacts(narrowed, scope, { flow, currency })
      return c.json(composeOverview(narrowed, facts), 200)
    },
  )

/** The overview as its facts say it. */
export function composeOverview(context: ApiContext, facts: OverviewFacts): Overview {
  const { money } = facts
  const matrix = composeMatrix(context, facts)
  const impact = composeImpact(context, facts)
  const inventory = facts.inventoryChecks[0] ?? context.checks[0]
  return {
    as_of: facts.scope.at.toISOString(),
    from: facts.scope.from.toISOString(),
    to: facts.scope.to.toISOString(),
    currency: money.currency,
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
      amount: money.pick(row),
      currency: money.currencyOf(row.plant),
      class: row.class,
      class_title: inventory?.classes[row.class] ?? row.class,
      cause_title: context.causes.find(({ cause }) => cause === row.cause)?.title ?? row.cause,
    })),
    variances_total: facts.counts
      .filter((row) => row.check === facts.variances[0]?.check)
      .reduce((sum, row) => sum + row.cases, 0),
    sources: composeSources(context, facts),
  }
}

/** One cell per source, of a flow those that have a part in it: as fresh as its least fresh plant of the scope. */
function composeSources(context: ApiContext, facts: OverviewFacts): Overview['sources'] {
  const isPart = isOfFlow(context, facts.flow)
  return context.estate.sources.flatMap((source) => {
    if (!isPart(source.system)) return []
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
