import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { HonoRequest } from 'hono'
import { parse } from 'hono/utils/cookie'
import { PlumblineError } from '../core/errors.ts'
import type { Identity } from '../core/identity.ts'
import { type Permission, permissions, roles } from '../core/permissions.ts'
import { wholeReach } from '../core/reach.ts'
import { isLoopback, type Settings } from '../core/settings.ts'
import { displayCookie } from './cookies.ts'

/** Finds out who sent a request. */
export type Recogniser = {
  /**
   * Nobody we know: undefined.
   * @throws PlumblineError `host_refused`: without tokens and sign-in, only whoever is on this machine is answered
   */
  recognise(request: HonoRequest): Promise<Identity | undefined>
  /** What the cookie of a wall is to hold: one that shows its token in the address, or has the cookie already. */
  keepDisplay(
    request: HonoRequest,
  ): Promise<{ value: string; signedBy?: string; isShown: boolean } | undefined>
  /** What the cookie of the session of whoever sent a request is to hold from now on, where that is something else. */
  renewal(request: HonoRequest): string | undefined
  /** The address that asks a person who they are, for pages; undefined where nobody signs in. */
  signInAt?: string
}

/**
 * Who shows a token of the environment. Without any, whoever is on this machine may do everything; not where people sign
 * in, though.
 */
export function recogniseTokens(tokens: Settings['tokens'], signsIn = false): Recogniser {
  const display = tokens.display ?? ''
  const grants: { token: string; name: string; may: readonly Permission[] }[] = [
    { token: tokens.read, name: 'the read token', may: roles.viewer },
    { token: tokens.operate, name: 'operator', may: roles.admin },
    { token: tokens.ingest, name: 'the ingest token', may: ['ingest'] },
    { token: display, name: 'a display', may: ['display'] },
  ]
  const isOpen = !signsIn && grants.every(({ token }) => token === '')
  // what the cookie holds opens nothing as a token, and is void once the token is another
  const kept = createHmac('sha256', display).update(displayCookie).digest('base64url')
  const identityOf = ({ name, may }: (typeof grants)[number], kind: 'token' | 'display'): Identity => ({
    kind,
    id: '',
    name,
    allowances: [{ permissions: may, reach: wholeReach }],
  })
  const hasCookie = (request: HonoRequest) =>
    display !== '' && isSame(kept, readCookie(request, displayCookie))
  return {
    recognise: async (request) => {
      if (isOpen) return recogniseLoopback(request)
      const shown = readToken(request.header('authorization') ?? '')
      const grant = grants.find(({ token }) => token !== '' && isSame(token, shown))
      if (grant) return identityOf(grant, 'token')
      if (hasCookie(request)) return identityOf(grants[3] as (typeof grants)[number], 'display')
      return undefined
    },
    keepDisplay: async (request) => {
      const isShown = display !== '' && isSame(display, request.query('token') ?? '')
      return isShown || hasCookie(request) ? { value: kept, isShown } : undefined
    },
    renewal: () => undefined,
  }
}

const readCookie = (request: HonoRequest, name: string): string =>
  parse(request.header('cookie') ?? '', name)[name] ?? ''

/** A foreign page can't reach us by rebinding its own name: only a loopback name is answered. */
function recogniseLoopback(request: HonoRequest): Identity {
  const name = new URL(request.url).hostname
  if (!isLoopback(name))
    throw new PlumblineError('host_refused', `"${name}" is not a name of this machine's loopback address`, {
      status: 403,
      mend: 'Open http://localhost or http://127.0.0.1.',
    })
  return { kind: 'loopback', id: '', name: '', allowances: [{ permissions, reach: wholeReach }] }
}

/** What a request shows as a bearer token, or as the password of basic authentication, which browsers ask for. */
export function readToken(header: string): string {
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
