import { createRoute } from '@hono/zod-openapi'
import { queueNames, queueStaleS } from '../core/queues.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { type Queues, queues, rangeQuery } from './schemas/ingest.ts'
import { readScope } from './scope.ts'
import { alignScope, listSteps } from './sources-ingest.ts'

export const queueRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/queues',
      tags: ['sources'],
      summary: 'How much waits in the queues of the estate, as their brokers measure it, with its course',
      middleware: [allow('read')] as const,
      request: { query: rangeQuery },
      responses: answers(queues, 'Queues'),
    }),
    async (c) => c.json(await listQueues(context, c.req.valid('query').hours), 200),
  )

async function listQueues({ store, estate }: ApiContext, hours: number): Promise<Queues> {
  const scope = alignScope(readScope(estate, { hours }))
  const { at, from, to, stepSeconds: step_s } = scope
  const params = { metrics: estate.queues.metrics, destinations: queueNames, from }
  const [depths, courses] = await Promise.all([
    store.query('queue_depths', {
      ...params,
      newest: new Date(at.getTime() + estate.spans.allowed_skew),
      stale_s: queueStaleS,
    }),
    store.query('queue_series', { ...params, to, step_s }),
  ])
  const courseOf = new Map<string, Map<number, number>>()
  for (const row of courses) {
    const course = courseOf.get(queueOf(row)) ?? new Map<number, number>()
    courseOf.set(queueOf(row), course.set(Date.parse(row.at), row.value))
  }
  const steps = listSteps(scope)
  // what waits most is looked for first
  depths.sort((left, right) => right.value - left.value)
  return {
    as_of: at.toISOString(),
    from: from.toISOString(),
    to: to.toISOString(),
    metrics: estate.queues.metrics,
    stale_after_s: queueStaleS,
    rows: depths.map(({ name, series, ...row }) => {
      const course = courseOf.get(queueOf({ ...row, name })) ?? new Map<number, number>()
      const age_s = Math.max(0, Math.round((at.getTime() - Date.parse(row.measured_at)) / 1000))
      const first = course.size > 1 ? [...course.values()][0] : undefined
      return {
        ...row,
        metric: name,
        series_count: series,
        system_name: estate.systemOf.get(row.system)?.name ?? row.system,
        status: age_s > queueStaleS ? ('unknown' as const) : ('ok' as const),
        age_s,
        change: first === undefined ? null : row.value - first,
        highest: Math.max(row.value, ...course.values()),
        series: steps.map((step) => ({
          at: new Date(step).toISOString(),
          value: course.get(step) ?? null,
        })),
      }
    }),
  }
}

const queueOf = (row: { name: string; plant: string; system: string; destination: string }) =>
  JSON.stringify([row.name, row.plant, row.system, row.destination])
