import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { type PulledSources, pauseAsk, pulledSources, resumeAsk } from './schemas/source-pulls.ts'

const dayMs = 86_400_000
/** So many steps of each source are shown. */
const shownSteps = 20

export const sourcePullRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/pulled-sources',
        tags: ['sources'],
        summary: 'Sources that are pulled: how far they were read, the next poll, and who paused them',
        middleware: [allow('read')] as const,
        responses: answers(pulledSources, 'The pulled sources'),
      }),
      async (c) => c.json(await listPulled(context), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/sources/{source}/pause',
        tags: ['sources'],
        summary: 'Stop polling a source until it is resumed, also after a restart',
        middleware: [allow('operate')] as const,
        request: {
          params: keyParam('source', 'A source that is pulled'),
          body: { required: true, content: { 'application/json': { schema: pauseAsk } } },
        },
        responses: answers(pulledSources, 'The pulled sources'),
      }),
      async (c) => {
        const { reason } = c.req.valid('json')
        await context.pulled.act(c.req.valid('param').source, 'paused', { actor: actorOf(c.req), reason })
        context.bus.tell('sources')
        return c.json(await listPulled(context), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/sources/{source}/resume',
        tags: ['sources'],
        summary: 'Poll a paused source again, at once',
        middleware: [allow('operate')] as const,
        request: {
          params: keyParam('source', 'A source that is pulled'),
          body: { required: true, content: { 'application/json': { schema: resumeAsk } } },
        },
        responses: answers(pulledSources, 'The pulled sources'),
      }),
      async (c) => {
        const { reason } = c.req.valid('json')
        await context.pulled.act(c.req.valid('param').source, 'resumed', { actor: actorOf(c.req), reason })
        context.bus.tell('sources')
        return c.json(await listPulled(context), 200)
      },
    )

async function listPulled({ estate, store, pulled }: ApiContext): Promise<PulledSources> {
  const at = new Date()
  const [files, steps] = await Promise.all([
    store.query('files_read', {}),
    store.query('source_steps', { limit: shownSteps }),
  ])
  const stands = pulled.list()
  return {
    as_of: at.toISOString(),
    sources: estate.fileSources.map((source) => {
      const pull = stands.find((one) => one.source === source.source)
      const own = files.filter((file) => file.source === source.source)
      const good = own.filter((file) => file.outcome === 'ok')
      const recent = good.filter((file) => at.getTime() - Date.parse(file.read_at) < dayMs)
      const newest = good.toSorted((a, b) => Date.parse(b.modified_at) - Date.parse(a.modified_at))[0]
      return {
        source: source.source,
        system_name: estate.systemOf.get(source.system)?.name ?? source.system,
        kind: source.kind,
        place: `${source.folder}/${source.pattern}`,
        paused: pull?.paused ?? null,
        polled_at: pull?.polled_at ?? null,
        next_poll_at: pull?.next_poll_at ?? null,
        every_s: source.poll / 1000,
        error: pull?.error ?? '',
        cursor: newest ? { path: newest.path, modified_at: newest.modified_at } : null,
        files_24h: recent.length,
        rows_24h: recent.reduce((sum, file) => sum + Number(file.rows), 0),
        failed: own.length - good.length,
        steps: steps.filter((step) => step.source === source.source).map(({ source: _, ...step }) => step),
      }
    }),
  }
}
