import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { people } from './schemas/people.ts'

/** Who can be named as the one who works on a case, or in a comment: names seen so far, until people sign in. */
export const peopleRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/people',
      tags: ['exceptions'],
      summary: 'Who has acted on cases or works on them, the latest first',
      middleware: [allow('read')] as const,
      responses: answers(people, 'Names'),
    }),
    async (c) => {
      const rows = await context.store.query('people_seen', {})
      return c.json({ people: rows.map((row) => row.name) }, 200)
    },
  )
