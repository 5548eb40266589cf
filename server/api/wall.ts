import { createRoute } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Access } from './access.ts'
import { readBuild } from './build.ts'
import type { ApiContext } from './context.ts'
import { narrowToFlow } from './flow-scope.ts'
import { readOverviewFacts } from './overview-facts.ts'
import { composeMatrix } from './overview-matrix.ts'
import { composeImpact, composeSentence } from './overview-sentence.ts'
import { answers, createRouter } from './router.ts'
import { type Wall, wall, wallQuery } from './schemas/wall.ts'
import { readScope, type Scope } from './scope.ts'
import { composeWallRows } from './wall-rows.ts'
import { composeWallTiles } from './wall-tiles.ts'

export const wallRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/wall',
      tags: ['overview'],
      summary: 'What a screen on a wall shows of all plants, of one, or of a flow',
      middleware: [allow('display')] as const,
      request: { query: wallQuery },
      responses: answers(wall, 'A view of the wall'),
    }),
    async (c) => {
      const { flow = '', ...query } = c.req.valid('query')
      return c.json(
        await composeWall(narrowToFlow(context, flow), flow, readScope(context.estate, query)),
        200,
      )
    },
  )

async function composeWall(context: ApiContext, flow: string, scope: Scope): Promise<Wall> {
  const { estate } = context
  const checks = context.checks.map(({ check }) => check)
  const [facts, [next]] = await Promise.all([
    readOverviewFacts(context, scope, { flow }),
    context.store.query('next_deadline', { plants: scope.plants, checks, at: scope.at }),
  ])
  const matrix = composeMatrix(context, facts)
  const impact = composeImpact(context, facts)
  const late = next?.late_in_all ?? 0
  const sources = facts.freshness.filter((source) => scope.plants.includes(source.plant))
  const stale = sources.filter((source) => source.status === 'unknown')
  const newest =
    stale
      .map((source) => source.watermark ?? '')
      .sort()
      .at(-1) ?? ''
  return {
    as_of: scope.at.toISOString(),
    build: readBuild()?.id ?? '',
    currency: estate.currency,
    sentence: composeSentence(context, facts, matrix, impact),
    tiles: composeWallTiles(context, facts, { flow, late }),
    rows_of: scope.plants.length > 1 ? 'plants' : 'places',
    rows: composeWallRows(context, facts, matrix, impact),
    deadline: next && next.running > 0 ? composeDeadline(context, next) : null,
    late,
    stale: stale
      .sort((a, b) => (b.lag_s ?? Infinity) - (a.lag_s ?? Infinity))
      .map((source) => ({
        label: estate.systemOf.get(source.system)?.name ?? source.system,
        plant: source.plant,
        lag_s: source.lag_s,
      })),
    silent_since: sources.length > 0 && stale.length === sources.length && newest !== '' ? newest : null,
  }
}

type Next = QueryRow['next_deadline']
function composeDeadline({ estate, checks }: ApiContext, next: Next): Wall['deadline'] {
  const check = checks.find((known) => known.check === next.check)
  return {
    number: Number(next.first_number),
    plant: next.plant,
    plant_name: estate.plantOf.get(next.plant)?.name ?? next.plant,
    title: check?.classes[next.class] ?? next.class,
    kind: next.is_resolve ? 'resolve' : 'acknowledge',
    due_at: next.due_at,
    cases: next.cases,
    amount: next.amount,
    owner: next.first_assignee || (estate.teamOf.get(next.first_team)?.name ?? next.first_team),
  }
}
