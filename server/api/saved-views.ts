import { createRoute, z } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { type SavedView, savedViews, viewChange, viewGiven } from './schemas/saved-views.ts'

/** Lists of cases that people keep under a name, for themselves or for all, at an address that stays. */
export const savedViewRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/views',
        tags: ['exceptions'],
        summary: 'The lists one has kept, and those that others share',
        middleware: [allow('read')] as const,
        responses: answers(savedViews, 'Views'),
      }),
      async (c) => c.json({ views: await readViews(context, actorOf(c.req)) }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/views',
        tags: ['exceptions'],
        summary: 'Keep a list under a name',
        middleware: [allow('work')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: viewGiven } } } },
        responses: answers(
          savedViews.extend({ slug: z.string() }),
          'The views, and what the new one is called',
        ),
      }),
      async (c) => {
        const { name, query, shared } = c.req.valid('json')
        const owner = actorOf(c.req)
        const slug = await freeSlug(context, name)
        await context.store.insert('saved_views', [
          { slug, name, owner, shared, query, deleted: false, at: new Date().toISOString() },
        ])
        context.bus.tell('exceptions')
        return c.json({ slug, views: await readViews(context, owner) }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/views/{slug}',
        tags: ['exceptions'],
        summary: 'Rename, change, share or delete a list of one’s own; start with any that one sees',
        middleware: [allow('work')] as const,
        request: {
          params: keyParam('slug', 'What the view is called in addresses'),
          body: { required: true, content: { 'application/json': { schema: viewChange } } },
        },
        responses: answers(savedViews, 'The views as they stand now'),
      }),
      async (c) => {
        const { slug } = c.req.valid('param')
        const { start, ...change } = c.req.valid('json')
        const person = actorOf(c.req)
        const known = await findView(context, slug, person)
        const at = new Date().toISOString()
        if (Object.keys(change).length > 0) {
          if (known.owner !== person)
            throw new PlumblineError('view_foreign', `"${known.name}" is ${known.owner}'s view`, {
              status: 403,
              where: 'slug',
              mend: 'Keep the list under a name of your own.',
            })
          await context.store.insert('saved_views', [{ ...known, ...change, at }])
        }
        if (start !== undefined)
          await context.store.insert('start_views', [{ person, slug: start ? slug : '', at }])
        context.bus.tell('exceptions')
        return c.json({ views: await readViews(context, person) }, 200)
      },
    )

const readViews = (context: ApiContext, person: string): Promise<SavedView[]> =>
  context.store.query('saved_views', { person })

/** @throws PlumblineError `view_unknown` where there is none, or none that this person may see */
async function findView({ store }: ApiContext, slug: string, person: string) {
  const [known] = await store.query('saved_view', { slug })
  if (known && !known.deleted && (known.shared || known.owner === person)) return known
  throw new PlumblineError('view_unknown', `There is no view "${slug}"`, { status: 404, where: 'slug' })
}

/** What a view is called in addresses: its name in plain letters, with a number when that is taken, also by one deleted. */
async function freeSlug({ store }: ApiContext, name: string): Promise<string> {
  const plain =
    name
      .normalize('NFKD')
      .replace(/\p{M}/gu, '')
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'view'
  for (let count = 1; ; count++) {
    const slug = count === 1 ? plain : `${plain}-${count}`
    const [taken] = await store.query('saved_view', { slug })
    if (!taken) return slug
  }
}
