import { createRoute, z } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { createRouter } from './router.ts'

/** What Plumbline measures of itself, for a scraper. */
export const metricsRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/metrics',
      tags: ['health'],
      summary: 'Our own measurements: spool depth and age, event loop, memory; Prometheus text',
      middleware: [allow('read', 'everywhere')] as const,
      responses: {
        200: { description: 'Measurements', content: { 'text/plain': { schema: z.string() } } },
      },
    }),
    async (c) => c.text(await context.writeMetrics(), 200, { 'Content-Type': 'text/plain; version=0.0.4' }),
  )
