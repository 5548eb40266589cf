import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { causeList } from './schemas/causes.ts'

/** The causes a case can be said to have. */
export const causeRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/causes',
      tags: ['exceptions'],
      summary: 'Every cause that is known, with what it means and what to do about it',
      middleware: [allow('read')] as const,
      responses: answers(causeList, 'Causes'),
    }),
    (c) =>
      c.json(
        {
          causes: context.causes
            .map(({ cause, title, description, advice }) => ({ cause, title, description, advice }))
            .sort((a, b) => a.title.localeCompare(b.title)),
        },
        200,
      ),
  )
