import { createRoute } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import { handoffParams, listHandoffs } from '../core/handoffs.ts'
import { writeDuration, writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { handoffP95, handoffShare } from './overview-tiles.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { scopeQuery } from './schemas/common.ts'
import { type FlowDetail, type FlowList, flowDetail, flowList } from './schemas/flows.ts'
import { readScope, type Scope, statusOf, worstStatus } from './scope.ts'
import { healthRange, wholeHours, wholeSteps } from './whole-hours.ts'

export const flowRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/flows',
        tags: ['flows'],
        summary: 'Flows with what waits and what is stuck',
        middleware: [allow('read')] as const,
        request: { query: scopeQuery },
        responses: answers(flowList, 'Flows'),
      }),
      async (c) => c.json(await listFlows(context, readScope(context.estate, c.req.valid('query'))), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/flows/{flow}',
        tags: ['flows'],
        summary:
          'One flow: stages with counts, latency per hand-off, backlog with age, stuck keys, dependencies',
        middleware: [allow('read')] as const,
        request: { params: keyParam('flow', 'The flow'), query: scopeQuery },
        responses: answers(flowDetail, 'The flow in the scope'),
      }),
      async (c) =>
        c.json(
          await readFlow(context, c.req.valid('param').flow, readScope(context.estate, c.req.valid('query'))),
          200,
        ),
    )

async function listFlows({ estate, store }: ApiContext, scope: Scope): Promise<FlowList> {
  const health = await store.query('handoff_health', {
    ...handoffParams(estate),
    plants: scope.plants,
    flows: [...estate.flowOf.keys()],
    by_plant: true,
    at: scope.at,
    ...healthRange(scope),
  })
  const cohorts = await Promise.all(
    estate.flows.map((flow) =>
      store.query('flow_cohort', { ...cohortParams(flow, scope), plants: scope.plants }),
    ),
  )
  return {
    as_of: scope.at.toISOString(),
    flows: estate.flows.map((flow, index) => {
      const rows = health.filter((row) => row.flow === flow.flow)
      const worst = rows.reduce<(typeof rows)[number] | undefined>(
        (found, row) => (!found || handoffShare(row) > handoffShare(found) ? row : found),
        undefined,
      )
      const handoff = listHandoffs(flow).find((candidate) => candidate.handoff === worst?.handoff)
      const stuck = rows.filter((row) => row.stuck > 0)
      return {
        flow: flow.flow,
        name: flow.name,
        tier: flow.tier,
        owner: estate.teamOf.get(flow.owner)?.name ?? flow.owner,
        status: worstStatus(rows.map((row) => statusOf(handoffShare(row)))),
        reached: (cohorts[index] ?? []).reduce((sum, row) => sum + row.total, 0),
        waiting: rows.reduce((sum, row) => sum + row.waiting, 0),
        stuck: rows.reduce((sum, row) => sum + row.stuck, 0),
        oldest_s: stuck.length > 0 ? Math.max(...stuck.map((row) => row.oldest_ms)) / 1000 : null,
        p95_ms: worst ? handoffP95(worst) : null,
        worst_handoff:
          handoff && worst ? `${handoff.name}, ${estate.plantOf.get(worst.plant)?.name ?? worst.plant}` : '',
      }
    }),
  }
}

type Flow = ApiContext['estate']['flows'][number]
const cohortParams = (flow: Flow, { at, from, to }: Scope) => ({
  flow: flow.flow,
  last_stage: flow.stages.at(-1)?.stage ?? '',
  now: at,
  from,
  to,
  ...wholeHours(from, to),
})

/** Lower ends of the backlog's age classes, in seconds. */
const ages = [0, 60, 120, 300, 900, 1800, 3600, 7200, 86_400]
const ageLabels = ['< 1 min', '1–2', '2–5', '5–15', '15–30', '30–60', '1–2 h', '2–24 h', '> 1 d']

async function readFlow(context: ApiContext, name: string, scope: Scope): Promise<FlowDetail> {
  const { estate, store } = context
  const flow = estate.flowOf.get(name)
  if (!flow)
    throw new PlumblineError(
      'flow_unknown',
      `"${name}" is not a flow of this estate; expected one of ${[...estate.flowOf.keys()].join(', ')}`,
      { status: 404, where: 'flow' },
    )
  const { plants, at, from, to } = scope
  const stages = flow.stages.map((stage) => stage.stage)
  const entry = stages[0] ?? ''
  const [health, series, cohort, counts, previousCounts, backlog, stuck, dependencies] = await Promise.all([
    store.query('handoff_health', {
      ...handoffParams(estate),
      plants,
      flows: [name],
      by_plant: false,
      at,
      ...healthRange(scope),
    }),
    store.query('handoff_series', {
      plants,
      flow: name,
      handoffs: listHandoffs(flow).map(({ handoff }) => handoff),
      from,
      to,
      step_s: scope.stepSeconds,
      ...wholeSteps(from, to, scope.stepSeconds),
    }),
    store.query('flow_cohort', { ...cohortParams(flow, scope), plants }),
    store.query('flow_stage_counts', { plants, flow: name, stages, from, to, ...wholeHours(from, to) }),
    store.query('flow_stage_counts', {
      plants,
      flow: name,
      stages,
      from: scope.previousFrom,
      to: scope.previousTo,
      ...wholeHours(scope.previousFrom, scope.previousTo),
    }),
    store.query('backlog_ages', { plants, flow: name, at, limits_s: ages }),
    store.query('stuck_keys', { plants, flow: name, at, limit: 50 }),
    store.query('dependencies', { plants, flow: name, from, to, ...wholeHours(from, to) }),
  ])
  const reached = new Map(counts.map((row) => [row.stage, row.reached]))
  const before = new Map(previousCounts.map((row) => [row.stage, row.reached]))
  const share = (map: Map<string, number>, stage: string) =>
    map.get(entry) ? (map.get(stage) ?? 0) / (map.get(entry) as number) : null
  const sum = (pick: (row: (typeof cohort)[number]) => number) =>
    cohort.reduce((total, row) => total + pick(row), 0)
  const total = sum((row) => row.total)
  const completed = sum((row) => row.completed)
  const ended = sum((row) => row.ended)
  const stuckOfCohort = sum((row) => row.stuck)
  const handoffs = listHandoffs(flow).map((handoff) => {
    const row = health.find((candidate) => candidate.handoff === handoff.handoff)
    const now =
      row && row.done + row.waiting > 0 ? row.now_ms : row && row.range_done > 0 ? row.range_ms_quantiles : []
    return {
      ...handoff,
      status: row
        ? statusOf(handoff.objective_ms > 0 ? (now[1] ?? 0) / handoff.objective_ms : null)
        : ('unknown' as const),
      p50_ms: now[0] ?? null,
      p95_ms: now[1] ?? null,
      p99_ms: now[2] ?? null,
      in_flight: row ? row.waiting - row.stuck : 0,
      stuck: row?.stuck ?? 0,
      oldest_s: row && row.waiting > 0 ? row.oldest_ms / 1000 : null,
      series: series
        .filter((point) => point.handoff === handoff.handoff)
        .map(({ handoff: _, ...point }) => point),
    }
  })
  const oldest = Math.max(
    0,
    ...handoffs.filter((handoff) => handoff.stuck > 0).map((handoff) => handoff.oldest_s ?? 0),
  )
  const ageOf = new Map(backlog.map((row) => [row.from_s, row]))
  return {
    as_of: at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    flow: name,
    name: flow.name,
    sentence: composeSentence(flow, handoffs, total, stuckOfCohort),
    cohort: {
      total,
      completed,
      ended,
      stuck: stuckOfCohort,
      in_flight: total - completed - ended - stuckOfCohort,
    },
    stages: flow.stages.map(({ stage, name: title, role }) => ({
      stage,
      name: title,
      role,
      reached: reached.get(stage) ?? 0,
      share: share(reached, stage),
      previous_share: share(before, stage),
    })),
    handoffs,
    backlog: ages.map((age, index) => ({
      from_s: age,
      to_s: ages[index + 1] ?? null,
      label: ageLabels[index] ?? '',
      moving: ageOf.get(age)?.moving ?? 0,
      stuck: ageOf.get(age)?.stuck ?? 0,
    })),
    backlog_total: backlog.reduce((count, row) => count + row.moving + row.stuck, 0),
    oldest_s: oldest > 0 ? oldest : null,
    stuck: stuck.map((row) => ({
      key: row.key,
      plant: row.plant,
      handoff: listHandoffs(flow).find((handoff) => handoff.handoff === row.handoff)?.name ?? row.handoff,
      waiting_for: flow.stages.find((stage) => stage.stage === row.to_stage)?.name ?? row.to_stage,
      since: row.since,
      age_s: row.age_s,
      trace_id: row.trace_id,
      exception: row.exception || null,
    })),
    dependencies,
  }
}

function composeSentence(
  flow: Flow,
  handoffs: FlowDetail['handoffs'],
  total: number,
  stuck: number,
): FlowDetail['sentence'] {
  const status = worstStatus(handoffs.map((handoff) => handoff.status))
  const worst = [...handoffs].sort((a, b) => b.stuck - a.stuck)[0]
  const slow = handoffs.find((handoff) => handoff.status === 'breach')
  if (total === 0) return { status, lead: flow.name, rest: 'Nothing entered this flow in the range.' }
  const rest =
    stuck > 0 && worst
      ? `${writeNumber(stuck)} of ${writeNumber(total)} are over an objective, most of them waiting at ${worst.name.toLowerCase()}${worst.oldest_s ? `, the oldest for ${writeDuration(worst.oldest_s * 1000)}` : ''}.`
      : slow
        ? `${slow.name} is slower than its objective of ${writeDuration(slow.objective_ms)}.`
        : `All ${writeNumber(total)} are within their objectives.`
  return { status, lead: flow.name, rest }
}
