import { get } from 'node:http'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../server/api/schemas/common.ts'
import { readSettings } from '../../server/core/settings.ts'
import { type Asker, openApp, type TestApp } from '../support/app.ts'

const tokens = { read: 'r-token', operate: 'o-token', ingest: 'i-token', display: 'd-token' }
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })
const basic = (password: string) => ({
  authorization: `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`,
})

let open: TestApp
let locked: Asker
/** Every operation of the API, its path filled in, and the ways in and pages that the document leaves out. */
const routes: { method: string; path: string }[] = []
beforeAll(async () => {
  open = await openApp()
  locked = open.lock(tokens)
  const { body } = await locked.askJson<{ paths: Record<string, Record<string, unknown>> }>(
    '/api/openapi.json',
    { headers: bearer(tokens.read) },
  )
  for (const [path, operations] of Object.entries(body.paths))
    for (const method of Object.keys(operations))
      routes.push({ method: method.toUpperCase(), path: path.replace(/\{\w+\}/g, 'x') })
  routes.push(
    ...['/api/openapi.json', '/api/stream', '/api/docs', '/api/docs/open.js'].map((path) => ({
      method: 'GET',
      path,
    })),
    ...[
      '/api/docs/vendor/swagger-ui.css',
      '/api/nothing',
      '/',
      '/exceptions/1',
      '/wall',
      '/assets/x.js',
      '/icon.svg',
    ].map((path) => ({ method: 'GET', path })),
    ...['/v1/events', '/v1/traces', '/v1/metrics', '/v1/nothing'].map((path) => ({ method: 'POST', path })),
  )
})
afterAll(() => open.close())

/** Asks a route; the doors of OTLP refuse with a google.rpc.Status, the others with our own codes. */
async function askRoute(
  asker: Asker,
  address: string,
  init: { method: string; headers?: Record<string, string> },
) {
  const isOtlp = /\/v1\/(traces|metrics|nothing)$/.test(address)
  const headers = isOtlp ? { ...init.headers, 'content-type': 'application/json' } : init.headers
  const answer = await asker.askJson<Problem & { code: number; message: string }>(address, {
    method: init.method,
    ...(headers ? { headers } : {}),
  })
  const { code, message } = answer.body
  const refusal = code === 16 ? 'unauthorized' : /loopback/.test(message ?? '') ? 'host_refused' : 'forbidden'
  return {
    status: answer.status,
    headers: answer.headers,
    code: isOtlp ? (code === 16 || code === 7 ? refusal : `status ${code}`) : answer.body.error.code,
  }
}

const isOpenToAll = (path: string) => path === '/healthz' || path === '/readyz'
/** All that a screen on a wall may ask for. */
const ofTheWall = ['/api/wall', '/api/estate', '/api/stream', '/wall', '/assets/x.js', '/icon.svg']
/** What anybody may ask who is somebody: who they are, and to be signed out. */
const ofSomebody = /^\/api\/me\b/
/** What is open where people sign in, and otherwise to whoever may see anything. */
const ofAnybody = /^\/api\/(sign-in|me)\b/
/** What people make for themselves; what is more than theirs is refused inside. */
const ofTheirOwn = /^\/api\/access\/tokens\b/
/** What only an admin may read. */
const ofAdmins = /^\/api\/(access\/people|audit|subjects|backups)\b/
const needed = (route: { method: string; path: string }) =>
  route.path.startsWith('/v1/')
    ? 'ingest'
    : ofAnybody.test(route.path)
      ? 'display'
      : ofTheirOwn.test(route.path)
        ? 'read'
        : ofAdmins.test(route.path)
          ? 'operate'
          : route.method !== 'GET'
            ? 'operate'
            : ofTheWall.includes(route.path)
              ? 'display'
              : 'read'

describe('with tokens set', () => {
  test('the document names the routes this visits', () => {
    expect(routes.length).toBeGreaterThan(20)
    expect(routes).toContainEqual({ method: 'POST', path: '/api/checks/x/runs' })
    expect(routes).toContainEqual({ method: 'GET', path: '/api/exceptions/x' })
  })

  test.each([
    ['no token', {}],
    ['a wrong token', bearer('guess')],
    ['an empty token', bearer('')],
    ['a wrong password', basic('guess')],
    ['another scheme', { authorization: `Digest ${tokens.read}` }],
  ])('every route refuses %s', async (_name, headers) => {
    for (const route of routes.filter(({ path }) => !isOpenToAll(path))) {
      const {
        status,
        code,
        headers: answered,
      } = await askRoute(locked, route.path, { method: route.method, headers })
      expect({ ...route, status, code }).toEqual({
        ...route,
        status: 401,
        code: 'unauthorized',
      })
      expect(answered.get('www-authenticate')).toMatch(/^Basic realm=/)
    }
  })

  test('every route refuses a token for something else', async () => {
    const others = {
      display: ['ingest'],
      read: ['ingest', 'display'],
      ingest: ['read', 'operate', 'display'],
      operate: ['read', 'ingest', 'display'],
    } as const
    for (const route of routes.filter(({ path }) => !isOpenToAll(path)))
      for (const other of ofSomebody.test(route.path) ? [] : others[needed(route)]) {
        const { status, code } = await askRoute(locked, route.path, {
          method: route.method,
          headers: bearer(tokens[other]),
        })
        expect({ ...route, other, status, code }).toEqual({
          ...route,
          other,
          status: 403,
          code: 'forbidden',
        })
      }
  })

  test('the right token opens each, shown as a bearer or as a password', async () => {
    for (const route of routes.filter(({ path }) => path !== '/api/stream' && !isOpenToAll(path)))
      for (const headers of [bearer(tokens[needed(route)]), basic(tokens[needed(route)])]) {
        const response = await locked.ask(route.path, { method: route.method, headers })
        expect([401, 403], `${route.method} ${route.path}`).not.toContain(response.status)
        await response.body?.cancel()
      }
  })

  test('who may operate may also see', async () => {
    expect((await locked.ask('/api/estate', { headers: bearer(tokens.operate) })).status).toBe(200)
  })

  describe('a screen on a wall', () => {
    const enter = (token: string, address = '/wall?plant=HAM&token=') =>
      locked.ask(`${address}${encodeURIComponent(token)}`)
    const keep = async () => (await enter(tokens.display)).headers.get('set-cookie')?.split(';')[0] ?? ''

    test('shows its token once in the address, which is kept by a cookie no script can read', async () => {
      const entered = await enter(tokens.display)
      expect([entered.status, entered.headers.get('location')]).toEqual([303, '/wall?plant=HAM'])
      const cookie = entered.headers.get('set-cookie') ?? ''
      expect(cookie).toMatch(/; HttpOnly/)
      expect(cookie).toMatch(/; SameSite=Lax/)
      expect(cookie, 'it does not hold the token').not.toContain(tokens.display)
      const headers = { cookie: cookie.split(';')[0] ?? '' }
      const wall = await locked.askJson<{ tiles: unknown[] }>('/api/wall', { headers })
      expect([wall.status, wall.body.tiles.length > 0]).toEqual([200, true])
      expect((await locked.ask('/wall?plant=HAM', { headers })).headers.get('set-cookie')).toContain(
        'Max-Age=',
      )
    })

    test('opens what a wall shows with its cookie, and a password is asked for the rest', async () => {
      const headers = { cookie: await keep() }
      for (const route of routes.filter(({ path }) => path !== '/api/stream' && !isOpenToAll(path))) {
        const isShown =
          (route.method === 'GET' && ofTheWall.includes(route.path)) || ofAnybody.test(route.path)
        const response = await locked.ask(route.path, { method: route.method, headers })
        await response.body?.cancel()
        expect({ ...route, isRefused: response.status === 401 }).toEqual({ ...route, isRefused: !isShown })
      }
    })

    test('is told nothing about people', async () => {
      const { body } = await locked.askJson<{ sees_personal: boolean }>('/api/estate', {
        headers: { cookie: await keep() },
      })
      expect(body.sees_personal).toBe(false)
    })

    test.each(['guess', '', tokens.read, tokens.operate])(
      'is not let in by "%s" in its address',
      async (token) => {
        const response = await enter(token)
        expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null])
      },
    )

    test('the token is taken from the address of the wall alone', async () => {
      const response = await enter(tokens.display, '/api/wall?token=')
      expect([response.status, response.headers.get('set-cookie')]).toEqual([401, null])
    })

    test('has no token of its own where the others are not set: nobody could use the rest', () => {
      const env = { PLUMBLINE_DISPLAY_TOKEN: 'd' }
      expect(() => readSettings(env)).toThrow(/PLUMBLINE_DISPLAY_TOKEN is set/)
      const others = { PLUMBLINE_READ_TOKEN: 'r', PLUMBLINE_OPERATE_TOKEN: 'o', PLUMBLINE_INGEST_TOKEN: 'i' }
      expect(readSettings({ ...env, ...others }).tokens.display).toBe('d')
    })

    test('a cookie is void once the token is another', async () => {
      const headers = { cookie: await keep() }
      expect((await open.lock({ ...tokens, display: 'new' }).ask('/api/wall', { headers })).status).toBe(401)
      expect((await open.lock({ ...tokens, display: '' }).ask('/api/wall', { headers })).status).toBe(401)
    })
  })

  test('liveness and readiness ask for nothing and tell nothing of the business', async () => {
    const alive = await locked.ask('/healthz')
    expect([alive.status, await alive.text()]).toEqual([200, 'ok\n'])
    expect(await locked.askJson('/readyz')).toMatchObject({
      status: 200,
      body: { ready: true, store: 'ok', spool: 'ok' },
    })
  })

  test('a name other than loopback is fine, since the token says who asks', async () => {
    const response = await locked.ask('http://plumbline.example/api/estate', { headers: bearer(tokens.read) })
    expect(response.status).toBe(200)
  })
})

describe('without tokens', () => {
  test.each(['localhost', '127.0.0.1', '[::1]', 'localhost:8080'])('%s is a name of ours', async (name) => {
    expect((await open.ask(`http://${name}/api/estate`)).status).toBe(200)
  })

  test.each(['evil.example', 'localhost.evil.example', '127.0.0.1.evil.example', '192.168.1.20', '0.0.0.0'])(
    'no route answers to %s',
    async (name) => {
      for (const route of routes.filter(({ path }) => !isOpenToAll(path))) {
        const { status, code } = await askRoute(open, `http://${name}${route.path}`, { method: route.method })
        expect({ ...route, status, code }).toEqual({
          ...route,
          status: 403,
          code: 'host_refused',
        })
      }
    },
  )
})

describe('over a real port', () => {
  const server = serve({ fetch: (request) => open.fetch(request), hostname: '127.0.0.1', port: 0 })
  afterAll(() => new Promise((closed) => server.close(closed)))
  const ask = (host: string) =>
    new Promise<number | undefined>((answered, failed) => {
      const { port } = server.address() as AddressInfo
      get({ host: '127.0.0.1', port, path: '/api/estate', headers: { host }, agent: false }, (response) => {
        response.resume()
        answered(response.statusCode)
      }).once('error', failed)
    })

  test('the Host header is what counts', async () => {
    const { port } = server.address() as AddressInfo
    expect(await ask(`localhost:${port}`)).toBe(200)
    expect(await ask(`127.0.0.1:${port}`)).toBe(200)
    expect(await ask(`[::1]:${port}`)).toBe(200)
    // what a page sees that points its own name at 127.0.0.1
    expect(await ask(`evil.example:${port}`)).toBe(403)
    expect(await ask('localhost@evil.example')).toBeGreaterThanOrEqual(400)
    expect(await ask('127.0.0.1#.evil.example')).toBeGreaterThanOrEqual(400)
  })
})

describe("another site's page", () => {
  const run = (headers: object) =>
    open.ask('/api/checks/order_lines/runs', { method: 'POST', headers: { ...headers } })

  test.each([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://localhost:3000' },
  ])('changes nothing here: %j', async (headers) => {
    const response = await run(headers)
    expect(response.status).toBe(403)
    expect(((await response.json()) as Problem).error.code).toBe('origin_refused')
  })

  test.each([
    {},
    { 'sec-fetch-site': 'same-origin' },
    { 'sec-fetch-site': 'none' },
    { origin: 'http://localhost' },
  ])('the dashboard and programs may: %j', async (headers) => {
    expect((await run(headers)).status).toBe(200)
  })

  test('no answer lets a foreign page read it', async () => {
    const response = await open.ask('/api/estate', { headers: { origin: 'https://evil.example' } })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })
})
