import { createRoute } from '@hono/zod-openapi'
import { sumDecimals } from '../core/decimal.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { checksOfFlow, isOfFlow, narrowToFlow } from './flow-scope.ts'
import type { MoneyName } from './money.ts'
import { composeOverview } from './overview.ts'
import { type OverviewFacts, readOverviewFacts } from './overview-facts.ts'
import { readPeriods } from './plant-periods.ts'
import { readRisk } from './plant-risk.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { type PlantView, plantQuery, plantView } from './schemas/plants.ts'
import { readScope, type ScopeQuery } from './scope.ts'

export const plantRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/plants/{plant}',
      tags: ['overview'],
      summary:
        'One plant in its own time: the overview of it, by shift and hour, sources, checks, stock below zero and lot gaps',
      middleware: [allow('read')] as const,
      request: { params: keyParam('plant', 'The plant'), query: plantQuery },
      responses: answers(plantView, 'The plant'),
    }),
    async (c) => c.json(await readPlant(context, c.req.valid('param').plant, c.req.valid('query')), 200),
  )

async function readPlant(
  whole: ApiContext,
  plant: string,
  { flow = '', currency, ...query }: ScopeQuery & { flow?: string | undefined; currency: MoneyName },
): Promise<PlantView> {
  const context = narrowToFlow(whole, flow)
  const { estate } = context
  const scope = readScope(estate, { ...query, plant })
  const known = estate.plantOf.get(plant)
  const facts = readOverviewFacts(context, scope, { flow, currency })
  const [read, periods, risk] = await Promise.all([
    facts,
    readPeriods(context, plant, scope, checksOfFlow(context, flow)),
    // stock belongs to no flow
    facts.then(({ freshness, money }) => readRisk(whole, plant, scope.at, freshness, money.currency)),
  ])
  const { mainFlow, mainHandoff } = read
  return {
    ...composeOverview(context, read),
    plant,
    name: known?.name ?? plant,
    region: known?.region ?? '',
    time_zone: known?.time_zone ?? 'UTC',
    plant_currency: known?.currency ?? estate.currency,
    flow:
      mainFlow && mainHandoff
        ? {
            flow: mainFlow.flow,
            name: mainFlow.name,
            handoff_name: mainHandoff.name,
            objective_ms: mainHandoff.objective_ms,
          }
        : null,
    ...periods,
    plant_sources: composeSources(context, read, plant),
    plant_checks: composeChecks(context, read),
    risk,
  }
}

function composeSources(
  context: ApiContext,
  { freshness, flow }: OverviewFacts,
  plant: string,
): PlantView['plant_sources'] {
  const isPart = isOfFlow(context, flow)
  return freshness
    .filter((source) => source.plant === plant && isPart(source.system))
    .map(({ source, system, status, watermark, lag_s, stale_after_s, held_because }) => ({
      source,
      system,
      label: context.estate.systemOf.get(system)?.name ?? system,
      status,
      watermark,
      lag_s,
      stale_after_s,
      held_because,
    }))
}

/** Every check of the estate, for a check that has never run here says something, too. */
const composeChecks = ({ checks }: ApiContext, { runs, counts }: OverviewFacts): PlantView['plant_checks'] =>
  checks.map((check) => {
    const run = runs.find((candidate) => candidate.check === check.check)
    const open = counts.filter((row) => row.check === check.check)
    return {
      check: check.check,
      title: check.title,
      cases: open.reduce((sum, row) => sum + row.cases, 0),
      amount: sumDecimals(open.map((row) => row.amount)),
      run: run
        ? {
            run: run.run,
            outcome: run.outcome,
            reason: run.reason,
            started_at: run.started_at,
            compared: Number(run.compared),
            variances: Number(run.variances),
          }
        : null,
    }
  })
