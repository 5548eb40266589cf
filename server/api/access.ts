import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { HonoRequest } from 'hono'
import { setCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { parse } from 'hono/utils/cookie'
import { PlumblineError } from '../core/errors.ts'
import { isLoopback, type Settings } from '../core/settings.ts'

/**
 * display: see what a wall shows, and nothing else; read: see; personal: see what is about people, too; operate: make
 * something happen; ingest: send facts.
 */
export type Permission = 'display' | 'read' | 'personal' | 'operate' | 'ingest'
export type Access = ReturnType<typeof createAccess>

/** Keeps the word of a display between its visits, so that no screen on a wall asks for a password. */
const displayCookie = 'plumbline_display'
/** As long as browsers keep a cookie at all; every visit begins it anew. */
const displayCookieS = 400 * 86_400

/**
 * The middleware factory that puts a route behind a permission. With tokens set, a request shows one as a bearer token
 * or as the password of basic authentication (which browsers ask for). Without tokens we only listen on loopback, and
 * answer only to a loopback name, so that a foreign page can't reach us by rebinding its own.
 */
export function createAccess(tokens: Settings['tokens']) {
  const display = tokens.display ?? ''
  const grants: [token: string, permissions: Permission[]][] = [
    [tokens.read, ['read', 'display']],
    [tokens.operate, ['read', 'display', 'personal', 'operate']],
    [tokens.ingest, ['ingest']],
    [display, ['display']],
  ]
  const isOpen = grants.every(([token]) => token === '')
  // what the cookie holds opens nothing as a token, and is void once the token is another
  const kept = createHmac('sha256', display).update(displayCookie).digest('base64url')
  const hasCookie = (request: HonoRequest) =>
    display !== '' && isSame(kept, parse(request.header('cookie') ?? '', displayCookie)[displayCookie] ?? '')
  const grantsOf = (request: HonoRequest) => {
    const shown = readToken(request.header('authorization') ?? '')
    return grants
      .filter(([token]) => token !== '' && isSame(token, shown))
      .flatMap(([, permissions]) => permissions)
  }
  const allow = (permission: Permission) =>
    createMiddleware(async (context, next) => {
      refuseForeignPage(context.req)
      if (isOpen) {
        const name = new URL(context.req.url).hostname
        if (!isLoopback(name))
          throw new PlumblineError(
            'host_refused',
            `"${name}" is not a name of this machine's loopback address`,
            { status: 403, mend: 'Open http://localhost or http://127.0.0.1.' },
          )
        return next()
      }
      const granted = grantsOf(context.req)
      if (granted.includes(permission) || (permission === 'display' && hasCookie(context.req))) return next()
      if (granted.length > 0)
        throw new PlumblineError('forbidden', `This token does not carry the permission "${permission}"`, {
          status: 403,
        })
      context.header('WWW-Authenticate', 'Basic realm="Plumbline", charset="UTF-8"')
      throw new PlumblineError('unauthorized', 'A token is needed', {
        status: 401,
        mend: 'Send it as `Authorization: Bearer …`, or as the password when the browser asks.',
      })
    })
  return Object.assign(allow, {
    /** Whether a request carries a permission, for what is answered by it rather than refused. */
    carries: (request: HonoRequest, permission: Permission): boolean =>
      isOpen || grantsOf(request).includes(permission),
    /**
     * Lets a screen in that shows the display token once in its address: it is kept in a cookie no script can read, and
     * taken out of the address. No other token is taken from an address.
     */
    admitDisplay: createMiddleware(async (context, next) => {
      const address = new URL(context.req.url)
      const isShown = display !== '' && isSame(display, address.searchParams.get('token') ?? '')
      if (isShown || hasCookie(context.req))
        setCookie(context, displayCookie, kept, {
          httpOnly: true,
          sameSite: 'Lax',
          path: '/',
          maxAge: displayCookieS,
          secure: address.protocol === 'https:' || context.req.header('x-forwarded-proto') === 'https',
        })
      if (!isShown) return next()
      address.searchParams.delete('token')
      return context.redirect(address.pathname + address.search, 303)
    }),
  })
}

/**
 * Another site's page may make a browser send us a request, with the password it remembers. It can't read the answer,
 * so only what changes something is refused. Browsers say where a page is from; programs say nothing.
 */
function refuseForeignPage(request: HonoRequest): void {
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

function readToken(header: string): string {
  const [scheme = '', value = ''] = header.split(' ')
  if (scheme.toLowerCase() === 'bearer') return value
  if (scheme.toLowerCase() !== 'basic') return ''
  const text = Buffer.from(value, 'base64').toString('utf8')
  return text.slice(text.indexOf(':') + 1)
}

/** Compares in constant time, whatever the lengths. */
function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
