import type { Context, HonoRequest, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { RateLimiterMemory } from 'rate-limiter-flexible'
import { PlumblineError } from '../core/errors.ts'
import { type Identity, identify, identityOf, reachFor } from '../core/identity.ts'
import type { Permission } from '../core/permissions.ts'
import { isPartOf, isWhole, type Reach, reachKey } from '../core/reach.ts'
import { addressOf } from './caller.ts'
import { displayCookie, keepCookie } from './cookies.ts'
import type { Recogniser } from './recognise.ts'

/** As long as browsers keep a cookie at all; every visit begins it anew. */
const displayCookieS = 400 * 86_400

export type Access = {
  /**
   * Puts a route behind a permission. Whoever has it somewhere only is answered by routes that know nothing else.
   * `everywhere`: for what cannot be told plant by plant; only who has the permission everywhere is let in
   */
  (permission: Permission, where?: 'everywhere'): MiddlewareHandler
  /** Whether who sent a request has a permission for all that it can see: for what is answered by it, not refused. */
  carries(request: HonoRequest, permission: Permission): boolean
  /** Whoever we know, whatever they may: they can ask who they are, and sign out. */
  known: MiddlewareHandler
  /** Whether who sent a request would still be known: of what goes on for long. */
  isStillKnown(request: HonoRequest): Promise<boolean>
  /** Whether a request was answered by routes that know less, which have done with it. */
  isHandedOn(request: HonoRequest): boolean
  /**
   * Lets a screen in that shows the display token once in its address: it is kept in a cookie no script can read, and
   * taken out of the address. No other token is taken from an address.
   */
  admitDisplay: MiddlewareHandler
  /** What people need to sign in: open where they do, and behind `display` where nobody does. */
  beforeSignIn: MiddlewareHandler
  /** The page to sign in, where there is one. */
  outside: MiddlewareHandler
}

export type World = { fetch(request: Request, env?: object): Response | Promise<Response> }

type Options = {
  recogniser: Recogniser
  /** What the routes that are guarded can see */
  here: Reach
  /** Routes that see only so much */
  worldOf(reach: Reach): Promise<World>
}

const handedOn = new WeakSet<Request>()

/**
 * The middleware factory that stands before every route. Who asks is found out once; a request of somebody who may see a
 * part goes to the same routes on a store and an estate that hold only that part, so that no route can forget it.
 */
export function createAccess({ recogniser, here, worldOf }: Options): Access {
  const hereKey = reachKey(here)
  const allow = (permission: Permission, where?: 'everywhere') => {
    const guard = createMiddleware(async (context, next) => {
      if (permission === 'ingest') expectOwnPage(context.req)
      const identity = await recognise(context.req, recogniser)
      if (!identity) return challenge(context, recogniser)
      const reach = reachFor(identity, permission)
      if (reach.length === 0) {
        // a person at the browser of a wall may say who they are
        if (identity.kind === 'display' && !context.req.header('authorization'))
          return challenge(context, recogniser)
        // the page to sign in tells somebody who is granted nothing
        if (identity.allowances.length === 0 && isPage(context) && recogniser.signInAt)
          return context.redirect(`${recogniser.signInAt}?failed=no_group`, 303)
        throw lacks(identity, permission)
      }
      if (where === 'everywhere' && !isWhole(reach))
        throw refuse(`This speaks of the whole estate; the permission "${permission}" is for a part of it`)
      // who sends is held to what they may send by the door, message by message
      if (permission === 'ingest' || reachKey(reach) === hereKey) return next()
      const world = await worldOf(reach)
      handedOn.add(context.req.raw)
      return world.fetch(context.req.raw, context.env as object)
    })
    // a list of routes says what each asks for
    return Object.defineProperty(guard, 'name', { value: `allow ${permission}` })
  }
  return Object.assign(allow, {
    carries: (request: HonoRequest, permission: Permission) => {
      const identity = identityOf(request.raw)
      return identity !== undefined && isPartOf(here, reachFor(identity, permission))
    },
    known: Object.defineProperty(
      createMiddleware(async (context, next) =>
        (await recognise(context.req, recogniser)) ? next() : challenge(context, recogniser),
      ),
      'name',
      { value: 'allow known' },
    ),
    isStillKnown: async (request: HonoRequest) => (await recogniser.recognise(request)) !== undefined,
    isHandedOn: (request: HonoRequest) => handedOn.has(request.raw) && isWhole(here),
    admitDisplay: createMiddleware(async (context, next) => {
      const kept = await recogniser.keepDisplay(context.req)
      if (kept) await keepCookie(context, displayCookie, { ...kept, maxAgeS: displayCookieS })
      if (!kept?.isShown) return next()
      const address = new URL(context.req.url)
      address.searchParams.delete('token')
      return context.redirect(address.pathname + address.search, 303)
    }),
    beforeSignIn: recogniser.signInAt ? letIn : allow('display'),
    outside: createMiddleware((context, next) =>
      recogniser.signInAt ? next() : Promise.resolve(context.redirect('/', 303)),
    ),
  })
}

const letIn = createMiddleware((_context, next) => next())

async function recognise(request: HonoRequest, recogniser: Recogniser): Promise<Identity | undefined> {
  const known = identityOf(request.raw)
  if (known) return known
  const identity = await recogniser.recognise(request)
  if (identity) identify(request.raw, identity)
  return identity
}

/** So often a minute an address may ask without saying who it is, or with a token that is none: more is guessing. */
const mostUnknown = 600
const unknown = new RateLimiterMemory({ points: mostUnknown, duration: 60 })

/** Says that we don't know who asks: a person who opens a page is led to where they sign in. */
async function challenge(context: Context, { signInAt }: Recogniser): Promise<Response> {
  if (signInAt && isPage(context)) {
    const { pathname, search } = new URL(context.req.url)
    const to = pathname === '/' && search === '' ? '' : `?to=${encodeURIComponent(pathname + search)}`
    return context.redirect(signInAt + to, 303)
  }
  const address = addressOf(context)
  if (address !== '')
    await unknown.consume(address).catch(({ msBeforeNext }: { msBeforeNext: number }) => {
      throw new PlumblineError('too_many_requests', 'Too many requests of nobody we know', {
        status: 429,
        retryAfterS: Math.max(1, Math.ceil(msBeforeNext / 1000)),
      })
    })
  // a browser would ask for a password where people have a page to sign in
  if (!signInAt) context.header('WWW-Authenticate', 'Basic realm="Plumbline", charset="UTF-8"')
  throw new PlumblineError('unauthorized', signInAt ? 'Nobody is signed in' : 'A token is needed', {
    status: 401,
    mend: signInAt
      ? `Sign in at ${signInAt}, or send a token as \`Authorization: Bearer …\`.`
      : 'Send it as `Authorization: Bearer …`, or as the password when the browser asks.',
  })
}

const isPage = ({ req }: Context) => req.method === 'GET' && !/^\/(api|v1|assets|metrics)\b/.test(req.path)

/** What somebody is told who does not have a permission anywhere. */
export const lacks = ({ kind, name }: Identity, permission: Permission) =>
  refuse(
    kind === 'person'
      ? `${name} does not have the permission "${permission}"`
      : `This token does not carry the permission "${permission}"`,
  )

const refuse = (message: string) => new PlumblineError('forbidden', message, { status: 403 })

/**
 * Another site's page may make a browser send us a request, with the password or session it remembers. It can't read the
 * answer, so only what changes something is refused. Browsers say where a page is from; programs say nothing.
 */
function expectOwnPage(request: HonoRequest): void {
  if (request.method === 'GET' || request.method === 'HEAD') return
  const site = request.header('sec-fetch-site')
  const origin = request.header('origin')
  const isForeign = site
    ? site !== 'same-origin' && site !== 'none'
    : origin !== undefined && (!URL.canParse(origin) || new URL(origin).host !== new URL(request.url).host)
  if (isForeign)
    throw new PlumblineError('origin_refused', 'This was sent by a page of another site', {
      status: 403,
      mend: 'Send it from the dashboard, or from a program.',
    })
}

/** Refuses other sites' pages before anything else; what is sent to us is refused by its guard, in the words of its protocol. */
export const refuseForeignPages = createMiddleware((context, next) => {
  if (!context.req.path.startsWith('/v1')) expectOwnPage(context.req)
  return next()
})
