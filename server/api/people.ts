import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { people } from './schemas/people.ts'

/** Who can be named as the one who works on a case, or in a comment: names seen so far, and all who may sign in. */
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
      const known = context.access
        .list()
        .filter(({ is_disabled }) => !is_disabled)
        .map(({ id }) => context.access.people.nameOf(context.access.people.find(id)))
      return c.json({ people: [...new Set([...rows.map((row) => row.name), ...known])] }, 200)
    },
  )
