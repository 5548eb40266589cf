import { inspectRoutes } from 'hono/dev'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PlumblineError } from '../../server/core/errors.ts'
import { type Permission, type Role, roleNames, roles } from '../../server/core/permissions.ts'
import type { Store } from '../../sql/store.ts'
import { type Asker, flows, openApp, type TestApp } from '../support/app.ts'
import {
  type Browser,
  cookieOf,
  goodPassword,
  openBrowser,
  signInAs,
  signInEstate,
} from '../support/people.ts'
import { scenarioEstate } from '../support/scenario.ts'

// Every route is behind a permission, and answers who has it and nobody else. The list is taken from the routes
// themselves: one without a permission fails here.
type Route = { method: string; path: string; permission: Permission | 'known' | undefined }

/** What whoever is nobody yet may ask for: how to come in, whether we are alive, and the files of pages. */
const open = [
  'GET /healthz',
  'GET /readyz',
  'GET /api/sign-in',
  'POST /api/sign-in',
  'POST /api/sign-in/invitation',
  'POST /api/sign-in/join',
  'GET /sign-in',
  'GET /assets/*',
  'GET /:file{[^/]+\\.[a-z0-9]+}',
  // verified by the signature of its sender
  'POST /v1/webhooks/:source',
  'OPTIONS /v1/webhooks/:source',
]
/** The guard is asked by what answers, in the words of its protocol. */
const guardedInside = ['ALL /v1development/*']

let app: TestApp
let routes: Route[]
let quick: Asker
const people = new Map<Role, Browser>()
let limited: Browser
beforeAll(async () => {
  app = await openApp(scenarioEstate(flows + signInEstate, ['inventory_on_hand']))
  // who is let in is all that is asked here: nothing is read
  quick = app.lock({ read: '', operate: '', ingest: '' }, readNothing)
  const groups = {
    viewer: 'viewers',
    worker: 'workers',
    on_call: 'on-call',
    approver: 'approvers',
    admin: 'admins',
  }
  for (const role of roleNames) people.set(role, await signIn(role, [groups[role]]))
  limited = await signIn('limited', ['hamburg'])
  routes = listRoutes(app)
})
afterAll(() => app.close())

/** The routes there are, with what the guard before each asks for. */
function listRoutes({ routes: all }: Pick<TestApp, 'routes'>): Route[] {
  const found = new Map<string, Route>()
  for (const { method, path, name, isMiddleware } of inspectRoutes(all)) {
    // what stands before every route is none
    if (path === '/*' && isMiddleware && !name.startsWith('allow ')) continue
    if (path === '/api/*' && isMiddleware && !name.startsWith('allow ')) continue
    const route = found.get(`${method} ${path}`) ?? { method, path, permission: undefined }
    if (name.startsWith('allow ')) route.permission ??= name.slice(6) as Permission | 'known'
    found.set(`${method} ${path}`, route)
  }
  for (const route of found.values()) route.permission ??= found.get(`ALL ${route.path}`)?.permission
  return [...found.values()]
}
const methodOf = ({ method }: Route) => (method === 'ALL' ? 'POST' : method)
const addressOf = ({ path }: Route) =>
  path
    .replace(/:file\{[^}]+\}/, 'icon.svg')
    .replace(/:\w+(\{[^}]*\})?/g, 'x')
    .replace('*', 'x')
const isBehind = ({ method, path, permission }: Route) =>
  permission !== undefined && !open.includes(`${method} ${path}`) && path !== '/api/stream'

test('a route without a permission is one of those that are open to all', () => {
  const without = routes
    .filter(({ permission }) => permission === undefined)
    .map(({ method, path }) => `${method} ${path}`)
  expect(without.filter((each) => !open.includes(each))).toEqual(guardedInside)
  expect(routes.length).toBeGreaterThan(80)
})

describe('who has a permission is let in, and who has not is told so', () => {
  test.each(roleNames)('%s', async (role) => {
    const may: readonly (Permission | 'known')[] = [...roles[role], 'known']
    const wrong: string[] = []
    for (const route of routes.filter(isBehind)) {
      const answer = await (people.get(role) as Browser).ask(addressOf(route), { method: methodOf(route) })
      const isLetIn = answer.status !== 401 && answer.status !== 403
      // telemetry refuses in its own words, with the same status
      if (isLetIn !== may.includes(route.permission ?? 'ingest'))
        wrong.push(`${route.method} ${route.path} (${route.permission}): ${answer.status}`)
      await answer.body?.cancel()
      // signing out is part of the walk
      if (/sign-out/.test(route.path) && answer.status === 200) people.set(role, await signInAgain(role))
    }
    expect(wrong).toEqual([])
  })

  test('nobody gets in anywhere without saying who they are', async () => {
    const nobody = openBrowser(quick)
    const wrong: string[] = []
    for (const route of routes.filter(isBehind)) {
      const answer = await nobody.ask(addressOf(route), { method: methodOf(route) })
      const isLed = answer.status === 303 && answer.headers.get('location')?.startsWith('/sign-in')
      if (answer.status !== 401 && !isLed) wrong.push(`${route.method} ${route.path}: ${answer.status}`)
      await answer.body?.cancel()
    }
    expect(wrong).toEqual([])
    expect((await nobody.ask('/v1development/profiles', { method: 'POST' })).status).toBe(401)
  })

  test('who has a permission for a part is let in for that part, and not where all is told at once', async () => {
    const may: readonly (Permission | 'known')[] = [...roles.worker, 'known']
    const refused: string[] = []
    for (const route of routes.filter(isBehind)) {
      if (!may.includes(route.permission ?? 'ingest') || /sign-out/.test(route.path)) continue
      const answer = await limited.ask(addressOf(route), { method: methodOf(route) })
      if (answer.status === 401 || answer.status === 403) refused.push(`${route.method} ${route.path}`)
      await answer.body?.cancel()
    }
    expect(refused).toEqual([
      'GET /metrics',
      'GET /api/health',
      'GET /api/receivers',
      'GET /api/deliveries',
      'GET /api/deliveries/:receiver/:sequence',
    ])
  })
})

const signIn = async (login: string, groups: string[]) =>
  openBrowser(quick, (await signInAs(app, login, groups)).cookie)

async function signInAgain(role: Role): Promise<Browser> {
  const answer = await app.ask('/api/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: role, password: goodPassword }),
  })
  return openBrowser(quick, cookieOf(answer))
}

/** A store of which nobody has to wait for an answer. */
const readNothing = (store: Store): Store => ({
  ...store,
  query: () => Promise.reject(new PlumblineError('not_read', 'Nothing is read here', { status: 404 })),
})
