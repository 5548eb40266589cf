import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { type Ingest, ingest, ingestKind, rangeQuery } from './schemas/ingest.ts'
import { readScope, type Scope, statusOf } from './scope.ts'

/** What is acknowledged and not in the store for longer is worth a look: a load is due every second or so. */
export const oldestShouldBeS = 60

export const intakeRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/ingest',
      tags: ['sources'],
      summary: 'What waits in the spool, what was loaded, and how far the loader lags, by kind of message',
      middleware: [allow('read')] as const,
      request: { query: rangeQuery },
      responses: answers(ingest, 'Ingest'),
    }),
    async (c) => c.json(await readIngest(context, c.req.valid('query').hours), 200),
  )

async function readIngest(context: ApiContext, hours: number): Promise<Ingest> {
  const scope = alignScope(readScope(context.estate, { hours }))
  const { from, to, stepSeconds: step_s } = scope
  const [loads, lags, measured] = await Promise.all([
    context.store.query('loads_by_kind', { from, to }),
    context.store.query('loads_series', { from, to, step_s }),
    context.store.query('measured_spool', { from, to, step_s }),
  ])
  return {
    as_of: scope.at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    step_s,
    refusing: context.spool().refusing,
    kinds: ingestKind.options.map((kind) => {
      const { refusing, ...waiting } = context.spool(kind)
      const loaded = loads.find((row) => row.kind === kind)
      const lagAt = new Map(lags.filter((row) => row.kind === kind).map((row) => [Date.parse(row.at), row]))
      const depthAt = new Map(
        measured.filter((row) => row.kind === kind).map((row) => [Date.parse(row.at), row]),
      )
      return {
        kind,
        status: refusing
          ? ('breach' as const)
          : statusOf(waiting.oldest_s / oldestShouldBeS) === 'ok'
            ? ('ok' as const)
            : ('watch' as const),
        ...waiting,
        loads: loaded?.loads ?? 0,
        bytes: loaded?.bytes ?? 0,
        lag_p50_ms: loaded?.lag_p50_ms ?? null,
        lag_p95_ms: loaded?.lag_p95_ms ?? null,
        lag_max_ms: loaded?.lag_max_ms ?? null,
        last_load_at: loaded?.last_load_at ?? null,
        series: listSteps(scope).map((at) => ({
          at: new Date(at).toISOString(),
          loads: lagAt.get(at)?.loads ?? 0,
          lag_p95_ms: lagAt.get(at)?.lag_p95_ms ?? null,
          lag_max_ms: lagAt.get(at)?.lag_max_ms ?? null,
          waiting_bytes: depthAt.get(at)?.bytes ?? null,
          oldest_s: depthAt.get(at)?.age_s ?? null,
        })),
      }
    }),
  }
}

/** A range that begins on a whole second, where the engine's steps begin too. */
export const alignScope = (scope: Scope): Scope => ({
  ...scope,
  from: new Date(Math.floor(scope.from.getTime() / 1000) * 1000),
})

/** The beginnings of the steps of a range. */
export function listSteps({ from, to, stepSeconds }: Scope): number[] {
  const step = stepSeconds * 1000
  const count = Math.ceil((to.getTime() - from.getTime()) / step)
  return Array.from({ length: count }, (_, index) => from.getTime() + index * step)
}
