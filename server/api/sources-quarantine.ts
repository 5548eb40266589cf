import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { quarantineList, quarantineQuery, quarantineReasons, reasonsQuery } from './schemas/sources.ts'

/** Why messages are in quarantine, and the messages. */
export const quarantineRoutes = ({ store }: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/quarantine',
        tags: ['sources'],
        summary: 'Messages that broke their contract, newest first, with every reason',
        middleware: [allow('read')] as const,
        request: { query: quarantineQuery },
        responses: answers(quarantineList, 'Quarantine'),
      }),
      async (c) => {
        const { limit, offset, ...query } = c.req.valid('query')
        const at = new Date()
        const params = { ...query, ...readRange(query, at) }
        const [rows, total] = await Promise.all([
          store.query('quarantine', { ...params, limit, offset }),
          store.query('quarantine_total', params),
        ])
        const list = rows.map(({ position, ...row }) => ({ ...row, where: position }))
        return c.json({ as_of: at.toISOString(), total: total[0]?.total ?? 0, rows: list }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/quarantine/reasons',
        tags: ['sources'],
        summary: 'How many messages are in quarantine for which broken rule, by kind and source',
        middleware: [allow('read')] as const,
        request: { query: reasonsQuery },
        responses: answers(quarantineReasons, 'Reasons'),
      }),
      async (c) => {
        const query = c.req.valid('query')
        const at = new Date()
        const params = { plant: query.plant, ...readRange(query, at) }
        const [rows, total] = await Promise.all([
          store.query('quarantine_reasons', params),
          store.query('quarantine_total', { ...params, code: '', source: '', kind: '' }),
        ])
        return c.json({ as_of: at.toISOString(), total: total[0]?.total ?? 0, rows }, 200)
      },
    )

/** Everything up to now where no range is named; clocks of two processes may differ by a little. */
const readRange = (query: { from?: string | undefined; to?: string | undefined }, at: Date) => ({
  from: new Date(query.from ?? 0),
  to: query.to ? new Date(query.to) : new Date(at.getTime() + 60_000),
})
