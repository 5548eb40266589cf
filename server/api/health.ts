import { createRoute, z } from '@hono/zod-openapi'
import { describeError } from '../core/errors.ts'
import type { ApiContext } from './context.ts'
import { createRouter } from './router.ts'

const readiness = z.object({ ready: z.boolean(), store: z.string(), spool: z.string() })
const answer = (description: string) => ({
  description,
  content: { 'application/json': { schema: readiness } },
})

/** Liveness and readiness; without a permission, since they say nothing of the business. */
export const healthRoutes = (context: ApiContext) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/healthz',
        tags: ['health'],
        summary: 'The process is alive',
        responses: { 200: { description: 'Alive', content: { 'text/plain': { schema: z.string() } } } },
      }),
      (c) => c.text('ok\n', 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/readyz',
        tags: ['health'],
        summary: 'The store answers and the spool takes messages',
        responses: { 200: answer('Ready'), 503: answer('Not ready') },
      }),
      async (c) => {
        const store = await context.store.rows('SELECT 1').then(() => 'ok', describeError)
        // what waits elsewhere is told of there
        const { waiting_segments, oldest_s } = context.isSpoolElsewhere
          ? { waiting_segments: 0, oldest_s: 0 }
          : context.spool()
        const spool =
          oldest_s > 300 ? `${waiting_segments} segments wait, the oldest for ${oldest_s} s` : 'ok'
        const ready = store === 'ok' && spool === 'ok'
        return c.json({ ready, store: store === 'ok' ? 'ok' : 'does not answer', spool }, ready ? 200 : 503)
      },
    )
