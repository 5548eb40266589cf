import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AuditList, Me } from '../../server/api/schemas/access.ts'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { type OidcProvider, openOidcProvider } from '../support/oidc-provider.ts'
import { cookieOf, openBrowser, signInAs } from '../support/people.ts'
import { scenarioEstate } from '../support/scenario.ts'

const ada = { sub: 'u-1', preferred_username: 'ada@example.com', name: 'Ada', groups: ['admins'] }
let provider: OidcProvider
let app: TestApp
beforeAll(async () => {
  provider = await openOidcProvider({
    clientId: 'plumbline',
    secret: 'a secret of the client',
    redirectUris: ['http://localhost/sign-in/single/return'],
    account: ada,
  })
  process.env.TEST_OIDC_SECRET = 'a secret of the client'
  app = await openApp(
    scenarioEstate(
      `${flows}
access:
  sign_in:
    local: true
    oidc: { name: Example, issuer: '${provider.issuer}', client_id: plumbline, client_secret_from: TEST_OIDC_SECRET }
  grants:
    - { group: admins, role: admin }
    - { group: hamburg, role: worker, plants: [HAM] }`,
      ['inventory_on_hand'],
    ),
  )
})
afterAll(async () => {
  await app.close()
  await provider.close()
})

/** Goes where a browser would be led, with the cookies of each side, until our own page comes. */
async function goThrough(to = '', change = (address: URL) => address) {
  const jar = new Map<string, string>()
  const keep = (response: Response) => {
    for (const cookie of response.headers.getSetCookie()) {
      const [pair = ''] = cookie.split(';')
      jar.set(pair.split('=')[0] as string, pair)
    }
  }
  const begun = await app.ask(`/sign-in/single${to}`)
  const ours = cookieOf(begun)
  let address = new URL(begun.headers.get('location') ?? '', 'http://localhost')
  while (address.origin === provider.issuer) {
    const response = await fetch(address, {
      redirect: 'manual',
      headers: { cookie: [...jar.values()].join('; ') },
    })
    keep(response)
    await response.body?.cancel()
    address = new URL(response.headers.get('location') ?? '', address)
  }
  const { pathname, search } = change(address)
  const answer = await app.ask(pathname + search, { headers: { cookie: ours } })
  const session = answer.headers.getSetCookie().find((each) => each.startsWith('plumbline_session='))
  return {
    answer,
    location: answer.headers.get('location'),
    browser: openBrowser(app, session?.split(';')[0] ?? ''),
  }
}

describe('single sign-on with a real provider', () => {
  test('somebody comes back as who they are, with what their groups may, to the page they wanted', async () => {
    expect((await app.askJson('/api/sign-in')).body).toMatchObject({ password: true, single: 'Example' })
    const { location, browser } = await goThrough('?to=/exceptions%3Fplant=HAM')
    expect(location).toBe('/exceptions?plant=HAM')
    const { body } = await browser.askJson<Me>('/api/me')
    expect(body).toMatchObject({ kind: 'person', name: 'Ada', login: 'ada@example.com', groups: ['admins'] })
  })

  test('what the provider says next time counts, for the sessions there are, too', async () => {
    const first = await goThrough()
    await provider.become({ ...ada, groups: ['hamburg'] })
    await goThrough()
    await provider.become(ada)
    const { body } = await first.browser.askJson<Me>('/api/me')
    expect(body.allowances).toEqual([
      { permissions: expect.arrayContaining(['work']), reach: [{ plants: ['HAM'] }] },
    ])
    await goThrough()
  })

  test.each([
    ['//evil.example/x', '/'],
    ['https://evil.example', '/'],
    ['/\\evil.example', '/'],
    ['/quality?hours=24', '/quality?hours=24'],
  ])('after it leads to %s only where that is ours', async (to, expected) => {
    expect((await goThrough(`?to=${encodeURIComponent(to)}`)).location).toBe(expected)
  })

  test('somebody in no group of ours, or kept out by an admin, does not get in', async () => {
    await provider.become({ ...ada, sub: 'u-2', groups: ['cooks'] })
    const none = await goThrough()
    expect([none.location, none.browser.cookie]).toEqual(['/sign-in?failed=no_group', ''])
    const admin = await signInAs(app, 'root', ['admins'])
    await provider.become({ ...ada, sub: 'u-3', name: 'Bob', groups: ['admins'] })
    const bob = await goThrough()
    const me = app.access.list().find(({ name }) => name === 'Bob')
    expect((await admin.post(`/api/access/people/${me?.id}/disable`)).status).toBe(200)
    expect((await bob.browser.ask('/api/me')).status).toBe(401)
    expect((await goThrough()).location).toBe('/sign-in?failed=person_disabled')
    await provider.become(ada)
  })

  test('an answer that was changed, or is for another browser, lets nobody in', async () => {
    const withState = await goThrough('', (address) => {
      address.searchParams.set('state', 'of somebody else')
      return address
    })
    expect(withState.location).toBe('/sign-in?failed=sign_in_failed')
    const withCode = await goThrough('', (address) => {
      address.searchParams.set('code', 'guessed')
      return address
    })
    expect(withCode.location).toBe('/sign-in?failed=sign_in_failed')
    const lost = await app.ask('/sign-in/single/return?code=x&state=y')
    expect(lost.headers.get('location')).toBe('/sign-in?failed=sign_in_lost')
  })

  test('it is in the audit trail; a provider that is away is said in words', async () => {
    const admin = await signInAs(app, 'root2', ['admins'])
    const { body } = await admin.askJson<AuditList>('/api/audit?act=sign_in.single&limit=1000')
    expect(new Set(body.rows.map(({ outcome }) => outcome))).toEqual(new Set(['done', 'refused']))
    expect(body.rows.map(({ details }) => details)).toContain('no_group')
  })
})

test('groups that the provider tells only when asked are asked for', async () => {
  const other = await openOidcProvider({
    clientId: 'plumbline',
    secret: 'a secret of the client',
    redirectUris: ['http://localhost/sign-in/single/return'],
    account: ada,
    groupsIn: 'userinfo',
  })
  await app.close()
  await provider.close()
  provider = other
  app = await openApp(
    scenarioEstate(
      `${flows}
access:
  sign_in: { oidc: { issuer: '${other.issuer}', client_id: plumbline, client_secret_from: TEST_OIDC_SECRET } }
  grants: [{ group: admins, role: admin }]`,
      ['inventory_on_hand'],
    ),
  )
  const { location, browser } = await goThrough()
  expect(location).toBe('/')
  expect((await browser.askJson<Me>('/api/me')).body.groups).toEqual(['admins'])
  const password = await app.ask('/api/sign-in', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'a', password: 'b' }),
  })
  expect(password.status, 'nobody signs in here with a password').toBe(404)
})

test('a provider that is away is said so, and asked again the next time', async () => {
  const { issuer } = provider
  await provider.close()
  await app.close()
  app = await openApp(
    scenarioEstate(
      `${flows}
access:
  sign_in: { oidc: { issuer: '${issuer}', client_id: plumbline, client_secret_from: TEST_OIDC_SECRET } }
  grants: [{ group: admins, role: admin }]`,
      ['inventory_on_hand'],
    ),
  )
  expect((await app.ask('/sign-in/single')).headers.get('location')).toBe('/sign-in?failed=sign_in_away')
})
