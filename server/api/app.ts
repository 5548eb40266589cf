import { randomUUID } from 'node:crypto'
import { OpenAPIHono } from '@hono/zod-openapi'
import { SpanKind, trace } from '@opentelemetry/api'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { requestId } from 'hono/request-id'
import { secureHeaders } from 'hono/secure-headers'
import { type Placed, readPlaced } from '../../sql/reach.ts'
import { PlumblineError } from '../core/errors.ts'
import { logFor } from '../core/log.ts'
import { type Reach, reachKey, wholeReach } from '../core/reach.ts'
import { type Access, createAccess, refuseForeignPages, type World } from './access.ts'
import { accessPeopleRoutes } from './access-people.ts'
import { accessTokenRoutes } from './access-tokens.ts'
import { alertRoutes } from './alerts.ts'
import { auditRoutes } from './audit.ts'
import { audited } from './audited.ts'
import { backupRoutes } from './backups.ts'
import { causeRoutes } from './causes.ts'
import { checkRoutes } from './checks.ts'
import type { ApiContext } from './context.ts'
import { keepCookie, sessionCookie } from './cookies.ts'
import { deliveryRoutes } from './deliveries.ts'
import { dependencyRoutes } from './dependencies.ts'
import { docsRoutes } from './docs.ts'
import { estateRoutes } from './estate.ts'
import { exceptionActRoutes } from './exception-acts.ts'
import { exceptionCauseRoutes } from './exception-causes.ts'
import { exceptionDetailRoutes } from './exception-detail.ts'
import { exceptionGroupRoutes } from './exception-groups.ts'
import { exceptionRoutes } from './exceptions.ts'
import { flowRoutes } from './flows.ts'
import { healthRoutes } from './health.ts'
import { keyRoutes } from './keys.ts'
import { limitContext } from './limit-context.ts'
import { meRoutes } from './me.ts'
import { metricsRoutes } from './metrics.ts'
import { overviewRoutes } from './overview.ts'
import { ownHealthRoutes } from './own-health.ts'
import { ownershipRoutes } from './ownership.ts'
import { pageRoutes } from './pages.ts'
import { peopleRoutes } from './people.ts'
import { plantRoutes } from './plants.ts'
import { answerError } from './problem.ts'
import { propagationRoutes } from './propagation.ts'
import { qualityRoutes } from './quality.ts'
import { quarantineWorkRoutes } from './quarantine-work.ts'
import type { Recogniser } from './recognise.ts'
import { redactAnswers } from './redaction.ts'
import { replayRoutes } from './replays.ts'
import { runRoutes } from './runs.ts'
import { savedViewRoutes } from './saved-views.ts'
import { searchRoutes } from './search.ts'
import { security } from './security.ts'
import { serviceMapRoutes } from './service-map.ts'
import { signInRoutes } from './sign-in.ts'
import { silenceRoutes } from './silences.ts'
import { singleSignOnRoutes } from './single-sign-on.ts'
import { sourceRoutes } from './sources.ts'
import { streamRoutes } from './stream.ts'
import { subjectRoutes } from './subjects.ts'
import { traceRoutes } from './traces.ts'
import { wallRoutes } from './wall.ts'
import { webhookRoute } from './webhooks.ts'

const tracer = trace.getTracer('plumbline.server')

/** Traces what is asked of the API and sent to it, and who comes in by a provider; not our own telemetry coming in, nor a stream that stays open. */
const traced = createMiddleware(async (context, next) => {
  const { path } = context.req
  if (!/^\/(api|v1|sign-in)\//.test(path) || path === '/api/stream' || context.req.header('x-plumbline-self'))
    return next()
  await tracer.startActiveSpan(
    `${context.req.method} ${context.req.path.split('/').slice(0, 3).join('/')}`,
    {
      kind: SpanKind.SERVER,
      attributes: { 'http.request.method': context.req.method, 'url.path': context.req.path },
    },
    async (span) => {
      await next()
      span.setAttribute('http.response.status_code', context.res.status)
      span.end()
    },
  )
})

/** What is logged on the way says which request it is for. */
const logged = createMiddleware((context, next) => logFor(String(context.get('requestId')), next))

/** What people and scripts send to the API, a corrected message the longest of it; senders have limits of their own. */
const mostBody = 8 * 2 ** 20

/** So many parts of the estate are kept ready for those who may see a part: one of each group of people that asks. */
const mostWorlds = 64

/**
 * The whole server as one fetch handler: ingest, API, docs and pages, each behind its permission. For those who may see a
 * part of the estate the same routes are made again on that part, when the first of them asks.
 * @param ingest makes the ways in, behind the guard it is given
 * @param parts all, or what a process of a role without pages says of itself
 */
export function createApp(
  given: Omit<ApiContext, 'reach'>,
  recogniser: Recogniser,
  ingest: (guard: MiddlewareHandler) => Hono,
  parts: 'all' | 'health' = 'all',
) {
  const context = { ...given, reach: wholeReach }
  const worlds = new Map<string, Promise<World>>()
  const worldOf = (reach: Reach): Promise<World> => {
    const key = reachKey(reach)
    const world = worlds.get(key) ?? readPlaced(context.store).then((placed) => build(reach, placed))
    // who asked last goes last
    worlds.delete(key)
    worlds.set(key, world)
    world.catch(() => worlds.delete(key))
    if (worlds.size > mostWorlds) worlds.delete(worlds.keys().next().value as string)
    return world
  }
  const build = (reach: Reach, placed: Placed[] = []) => {
    const allow = createAccess({ recogniser, here: reach, worldOf })
    return createRoutes(limitContext(context, reach, placed), allow, ingest(allow('ingest')), parts)
  }
  const app = new Hono()
  app.onError(answerError)
  app.use(
    requestId({ generator: (c) => nameRequest(c.req.raw) }),
    secureHeaders(security),
    logged,
    traced,
    audited(context.access.trail),
    refuseForeignPages,
    renewSession(context, recogniser),
  )
  app.route('/', build(wholeReach))
  app.notFound(refuseUnknown)
  return app
}

const names = new WeakMap<Request, string>()
/** The id of a request that brings none: one, however many routes it goes through. */
function nameRequest(request: Request): string {
  const name = names.get(request) ?? randomUUID()
  names.set(request, name)
  return name
}

/** Who goes on working stays signed in. */
const renewSession = ({ access, estate }: ApiContext, recogniser: Recogniser) =>
  createMiddleware(async (c, next) => {
    await next()
    const value = recogniser.renewal(c.req)
    // whoever signs out or in by this very request has a cookie already
    if (value === undefined || c.res.headers.has('set-cookie')) return
    const maxAgeS = (estate.access.sign_in?.longest ?? 0) / 1000
    await keepCookie(c, sessionCookie, { value, signedBy: access.signingKey, maxAgeS })
  })

const refuseBody = (): never => {
  throw new PlumblineError('body_too_large', `The API takes at most ${mostBody / 2 ** 20} MiB at once`, {
    status: 413,
  })
}

const refuseUnknown = (c: Context): never => {
  throw new PlumblineError('not_found', `There is nothing at ${c.req.method} ${c.req.path}`, {
    status: 404,
    mend: 'The API is described at /api/docs.',
  })
}

/** All routes, on what they can see. */
function createRoutes(context: ApiContext, allow: Access, ingest: Hono, parts: 'all' | 'health') {
  const app = new OpenAPIHono()
  app.onError(answerError)
  app.use(requestId({ generator: (c) => nameRequest(c.req.raw) }))
  app.use('/api/*', bodyLimit({ maxSize: mostBody, onError: refuseBody }))
  app.use('/api/*', redactAnswers(context.estate, allow))
  app.route('/', ingest)
  if (parts === 'health') {
    app.route('/', healthRoutes(context)).route('/', metricsRoutes(context, allow))
    app.notFound(refuseUnknown)
    return app
  }
  const api = app
    .route('/', healthRoutes(context))
    .route('/', signInRoutes(context, allow))
    .route('/', meRoutes(context, allow))
    .route('/', accessPeopleRoutes(context, allow))
    .route('/', accessTokenRoutes(context, allow))
    .route('/', auditRoutes(context, allow))
    .route('/', subjectRoutes(context, allow))
    .route('/', metricsRoutes(context, allow))
    .route('/', ownHealthRoutes(context, allow))
    .route('/', backupRoutes(context, allow))
    .route('/', estateRoutes(context, allow))
    .route('/', overviewRoutes(context, allow))
    .route('/', wallRoutes(context, allow))
    .route('/', plantRoutes(context, allow))
    .route('/', exceptionRoutes(context, allow))
    .route('/', exceptionGroupRoutes(context, allow))
    .route('/', savedViewRoutes(context, allow))
    .route('/', peopleRoutes(context, allow))
    .route('/', causeRoutes(context, allow))
    .route('/', exceptionActRoutes(context, allow))
    .route('/', ownershipRoutes(context, allow))
    .route('/', exceptionDetailRoutes(context, allow))
    .route('/', exceptionCauseRoutes(context, allow))
    .route('/', flowRoutes(context, allow))
    .route('/', dependencyRoutes(context, allow))
    .route('/', serviceMapRoutes(context, allow))
    .route('/', traceRoutes(context, allow))
    .route('/', checkRoutes(context, allow))
    .route('/', runRoutes(context, allow))
    .route('/', sourceRoutes(context, allow))
    .route('/', quarantineWorkRoutes(context, allow))
    .route('/', replayRoutes(context, allow))
    .route('/', qualityRoutes(context, allow))
    .route('/', propagationRoutes(context, allow))
    .route('/', alertRoutes(context, allow))
    .route('/', deliveryRoutes(context, allow))
    .route('/', silenceRoutes(context, allow))
    .route('/', searchRoutes(context, allow))
    .route('/', keyRoutes(context, allow))
  app.route('/', streamRoutes(context, allow))
  api.openAPIRegistry.registerPath(webhookRoute)
  app.get('/api/openapi.json', allow('read'), (c) =>
    c.json(
      api.getOpenAPI31Document({
        openapi: '3.1.0',
        info: {
          title: 'Plumbline',
          version: '0.1.0',
          description:
            'Whether ERP, WMS and CRM agree, plant by plant. Decimals and 64-bit numbers are text; times are ISO 8601 in UTC.',
        },
      }),
    ),
  )
  app.route('/', singleSignOnRoutes(context))
  app.route('/', docsRoutes(allow))
  app.all('/api/*', allow('read'), refuseUnknown)
  app.all('/v1/*', allow('ingest'), refuseUnknown)
  app.route(
    '/',
    pageRoutes(allow, (path, headers) => app.request(path, { headers })),
  )
  app.notFound(refuseUnknown)
  return app
}
