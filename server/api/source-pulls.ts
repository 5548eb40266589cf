import { createRoute } from '@hono/zod-openapi'
import type { AdaptedSourceConfig } from '../core/estate-schema.ts'
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
        middleware: [allow('respond')] as const,
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
        middleware: [allow('respond')] as const,
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
  const today = new Date(Math.floor(at.getTime() / dayMs) * dayMs)
  const [readings, steps, polls] = await Promise.all([
    store.query('readings', {}),
    store.query('source_steps', { limit: shownSteps }),
    store.query('source_polls', { since: new Date(at.getTime() - dayMs), today }),
  ])
  const stands = pulled.list()
  return {
    as_of: at.toISOString(),
    sources: estate.pulledSources.map((source) => {
      const pull = stands.find((one) => one.source === source.source)
      const own = readings.filter((reading) => reading.source === source.source)
      const good = own.filter((reading) => reading.outcome === 'ok')
      const recent = good.filter((reading) => at.getTime() - Date.parse(reading.read_at) < dayMs)
      const newest = good.toSorted((a, b) => Date.parse(b.modified_at) - Date.parse(a.modified_at))[0]
      const poll = polls.find((one) => one.source === source.source)
      const isFiles = source.kind === 'files'
      return {
        source: source.source,
        system_name: estate.systemOf.get(source.system)?.name ?? source.system,
        kind: source.kind,
        place: placeOf(source),
        can_pause: source.kind !== 'webhook',
        paused: pull?.paused ?? null,
        held: pull?.held ?? '',
        polled_at: pull?.polled_at ?? null,
        next_poll_at: pull?.next_poll_at ?? null,
        every_s: 'poll' in source ? source.poll / 1000 : null,
        error: pull?.error ?? '',
        cursor: newest ? { path: newest.path, value: newest.cursor, modified_at: newest.modified_at } : null,
        files_24h: isFiles ? recent.length : null,
        rows_24h: isFiles
          ? recent.reduce((sum, reading) => sum + Number(reading.rows), 0)
          : Number(poll?.rows ?? 0),
        cost:
          isFiles && !source.bucket
            ? null
            : {
                requests_24h: Number(poll?.requests ?? 0),
                retries_24h: Number(poll?.retries ?? 0),
                bytes_24h: Number(poll?.bytes ?? 0),
                polls_24h: poll?.polls ?? 0,
                failed_24h: poll?.failed ?? 0,
                took_p95_ms: poll?.took_p95_ms ?? null,
                requests_today: Number(poll?.requests_today ?? 0),
                per_day: perDayOf(source),
                skew_ms: poll?.skew_ms == null ? null : Number(poll.skew_ms),
              },
        failed: own.length - good.length,
        steps: steps.filter((step) => step.source === source.source).map(({ source: _, ...step }) => step),
      }
    }),
  }
}

/** How many requests a day a source may cost; null where it does not say, or is not asked. */
const perDayOf = (source: AdaptedSourceConfig): number | null =>
  'limits' in source && 'per_day' in source.limits ? (source.limits.per_day ?? null) : null

/** Where a source is fetched from, as people know it; nothing that may be secret. */
function placeOf(source: AdaptedSourceConfig): string {
  if (source.kind === 'webhook') return `/v1/webhooks/${source.source}`
  if (source.kind === 'files')
    return source.bucket
      ? `${source.bucket.bucket}/${source.bucket.prefix}${source.pattern}`
      : `${source.folder}/${source.pattern}`
  if (source.kind === 'sql') {
    const what = source.table === undefined ? 'a query' : source.table
    return `${source.host}/${source.database}, ${what}`
  }
  if (source.kind === 'kafka') return `${source.brokers[0]}/${source.topics.join(', ')}`
  const host = new URL(source.url).host
  if (source.kind === 'mqtt') return `${host}/${source.topics.join(', ')}`
  if (source.kind === 'nats') return `${host}/${source.stream}`
  if (source.kind === 'amqp') return `${host}/${source.queue}`
  const url = new URL(source.url)
  return `${url.host}${url.pathname}${source.kind === 'odata' ? `/${source.set}` : ''}`
}
