import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { findDependency } from './dependency-facts.ts'
import { answers, createRouter } from './router.ts'
import { type ServiceMap, serviceMap, serviceMapQuery } from './schemas/service-map.ts'
import { readScope, type Scope } from './scope.ts'
import { wholeHours } from './whole-hours.ts'

/** So many calls are stitched at most; of more, whole traces are left out evenly. */
const mostCalls = 250_000

export const serviceMapRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/service-map',
      tags: ['dependencies'],
      summary: 'Who calls whom, stitched from spans across batches and by links',
      middleware: [allow('read')] as const,
      request: { query: serviceMapQuery },
      responses: answers(serviceMap, 'Services and the calls between them'),
    }),
    async (c) => {
      const query = c.req.valid('query')
      return c.json(await readMap(context, readScope(context.estate, query), query.flow), 200)
    },
  )

async function readMap({ estate, store }: ApiContext, scope: Scope, flow: string): Promise<ServiceMap> {
  const range = { plants: scope.plants, flow, from: scope.from, to: scope.to }
  const [counted] = await store.query('service_calls', { ...range, ...wholeHours(scope.from, scope.to) })
  const level = Math.max(0, Math.ceil(Math.log2(Number(counted?.calls ?? 0) / mostCalls)))
  const one_in = 2 ** level
  const found = await store.query('service_edges', { ...range, one_in, level })
  const traced = new Set(found.flatMap((edge) => [edge.caller, ...(edge.is_stitched ? [edge.callee] : [])]))
  const names = new Set(found.flatMap((edge) => [edge.caller, edge.callee]))
  return {
    as_of: scope.at.toISOString(),
    from: scope.from.toISOString(),
    to: scope.to.toISOString(),
    one_in,
    services: [...names].sort().map((service) => {
      return {
        service,
        name: findDependency(estate, service).identity.name,
        is_traced: traced.has(service),
        is_dependency: found.some((edge) => edge.callee === service),
      }
    }),
    edges: found.map(({ percentiles_ms, ...edge }) => ({
      caller: edge.caller,
      callee: edge.callee,
      is_message: Boolean(edge.is_message),
      calls: edge.calls * one_in,
      errors: edge.errors * one_in,
      p50_ms: percentiles_ms[0] ?? 0,
      p95_ms: percentiles_ms[1] ?? 0,
      p99_ms: percentiles_ms[2] ?? 0,
    })),
  }
}
