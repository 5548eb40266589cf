import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Me, TokenList, TokenRow } from '../../server/api/schemas/access.ts'
import type { Problem } from '../../server/api/schemas/common.ts'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { type Browser, signInAs, signInEstate } from '../support/people.ts'
import { pushEstate } from '../support/push-estate.ts'
import { scenarioEstate } from '../support/scenario.ts'

let app: TestApp
let admin: Browser
beforeAll(async () => {
  const estate = scenarioEstate(flows + signInEstate, ['inventory_on_hand'])
  // a webhook that nothing else verifies
  const { sources } = pushEstate(
    `  - { source: hook, kind: webhook, system: wms, events: [{ type: moved, key: no, occurred_at: at }] }`,
  )
  app = await openApp({ ...estate, sources: [...estate.sources, ...sources] })
  admin = await signInAs(app, 'admin', ['admins'])
})
afterAll(() => app.close())

type Made = { id: string; token: string; until: string | null }
const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString()
const make = async (who: Browser, ask: object) => {
  const made = await who.post<Made>('/api/access/tokens', ask)
  expect(made.status, JSON.stringify(made.body)).toBe(200)
  return made.body
}
const ask = (token: string, path: string, init: RequestInit = {}) =>
  app.ask(path, {
    ...init,
    headers: { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) },
  })
const codeOf = async (response: Response) => ((await response.json()) as Problem).error.code

const event = (plant: string, key: string) => ({
  specversion: '1.0',
  id: `${plant}-${key}-${Math.random()}`,
  source: 'crm',
  type: 'crm.ordered',
  time: new Date().toISOString(),
  plant,
  subject: key,
  data: {},
})
const send = (token: string, events: object[]) =>
  ask(token, '/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
  })
const sendSpans = (
  token: string,
  attributes: Record<string, string>,
  ofSpan: Record<string, string> = {},
) => {
  const list = (given: Record<string, string>) =>
    Object.entries(given).map(([key, stringValue]) => ({ key, value: { stringValue } }))
  const now = `${Date.now()}000000`
  return ask(token, '/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: list(attributes) },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: '5b8efff798038103d269b633813fc60c',
                  spanId: 'eee19b7ec3c1b174',
                  name: 'x',
                  startTimeUnixNano: now,
                  endTimeUnixNano: now,
                  attributes: list(ofSpan),
                },
              ],
            },
          ],
        },
      ],
    }),
  })
}

describe('a token for a script', () => {
  test('acts in the name of who made it, as far as both may, and is shown once', async () => {
    const worker = await signInAs(app, 'wim', ['workers'])
    const made = await make(worker, { kind: 'token', name: 'nightly', role: 'admin', expires_at: inAnHour() })
    expect(made.token).toMatch(/^plb_t_[0-9a-f]{18}_[\w-]{43}$/)
    const me = (await (await ask(made.token, '/api/me')).json()) as Me
    expect(me).toMatchObject({ kind: 'token', name: 'wim by name' })
    expect(me.allowances.flatMap(({ permissions }) => permissions).sort()).toEqual([
      'display',
      'personal',
      'read',
      'work',
    ])
    const listed = await worker.askJson<{ tokens: TokenRow[] }>('/api/access/tokens?kind=token')
    expect(listed.body.tokens).toMatchObject([{ name: 'nightly', state: 'active', role: 'admin' }])
    expect(JSON.stringify(listed.body)).not.toContain(made.token.split('_')[3])
    const more = await ask(made.token, '/api/access/tokens', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'token', name: 'child', role: 'viewer', expires_at: inAnHour() }),
    })
    expect(more.status, 'a token makes no other').toBe(403)
  })

  test('does not say the second word to who made it, nor does somebody of the same name pass for another', async () => {
    const { id } = await app.access.people.invite(
      { login: 'ann', name: 'Ann', groups: ['approvers'] },
      'a test',
    )
    expect(app.access.people.nameOf(app.access.people.find(id))).toBe('Ann')
    const second = await app.access.people.invite(
      { login: 'ann2', name: 'Ann', groups: ['approvers'] },
      'a test',
    )
    expect(app.access.people.nameOf(app.access.people.find(id))).toBe('Ann (ann)')
    expect(app.access.people.nameOf(app.access.people.find(second.id))).toBe('Ann (ann2)')
    const approver = await signInAs(app, 'app', ['approvers'])
    const made = await make(approver, {
      kind: 'token',
      name: 'me too',
      role: 'approver',
      expires_at: inAnHour(),
    })
    const names = await Promise.all([
      approver.askJson<Me>('/api/me').then(({ body }) => body.name),
      ask(made.token, '/api/me').then(async (answer) => ((await answer.json()) as Me).name),
    ])
    expect(names[0]).toBe(names[1])
  })

  test('goes when who made it goes, when it is revoked, and when it is over', async () => {
    const worker = await signInAs(app, 'willa', ['workers'])
    const one = await make(worker, { kind: 'token', name: 'a', role: 'viewer', expires_at: inAnHour() })
    const two = await make(worker, { kind: 'token', name: 'b', role: 'viewer', expires_at: inAnHour() })
    expect((await worker.post(`/api/access/tokens/${one.id}/revoke`)).status).toBe(200)
    expect([(await ask(one.token, '/api/me')).status, (await ask(two.token, '/api/me')).status]).toEqual([
      401, 200,
    ])
    const id = app.access.list().find(({ login }) => login === 'willa')?.id
    await admin.post(`/api/access/people/${id}/disable`)
    expect((await ask(two.token, '/api/estate')).status, 'it may nothing any more').toBe(403)
    const past = await worker.post<Problem>('/api/access/tokens', {
      kind: 'token',
      name: 'late',
      role: 'viewer',
      expires_at: '2020-01-01T00:00:00Z',
    })
    expect(past.status).toBe(401)
    const far = await admin.post<Problem>('/api/access/tokens', {
      kind: 'token',
      name: 'far',
      role: 'viewer',
      expires_at: new Date(Date.now() + 2 * 366 * 86_400_000).toISOString(),
    })
    expect([far.status, far.body.error.code]).toEqual([422, 'expiry_invalid'])
  })

  test('reaches no further than who makes it, and nobody sees another’s', async () => {
    const hamburg = await signInAs(app, 'hanna', ['hamburg'])
    const far = await hamburg.post<Problem>('/api/access/tokens', {
      kind: 'token',
      name: 'all',
      role: 'viewer',
      expires_at: inAnHour(),
    })
    expect([far.status, far.body.error.code]).toEqual([403, 'out_of_reach'])
    const near = await make(hamburg, {
      kind: 'token',
      name: 'ham',
      role: 'worker',
      reach: [{ plants: ['HAM'] }],
      expires_at: inAnHour(),
    })
    const other = await signInAs(app, 'otto', ['viewers'])
    const seen = await other.askJson<{ tokens: TokenRow[] }>('/api/access/tokens?kind=token')
    expect(seen.body.tokens).toEqual([])
    expect((await other.post(`/api/access/tokens/${near.id}/revoke`)).status).toBe(404)
    const plants = (await (await ask(near.token, '/api/estate')).json()) as { plants: { plant: string }[] }
    expect(plants.plants.map(({ plant }) => plant)).toEqual(['HAM'])
  })
})

describe('a wall', () => {
  test('keeps its word in a signed cookie without the token, until it is revoked', async () => {
    const made = await make(admin, { kind: 'display', name: 'Hall 3', reach: [{ plants: ['HAM'] }] })
    const entered = await app.ask(`/wall?plant=HAM&token=${made.token}`)
    expect([entered.status, entered.headers.get('location')]).toEqual([303, '/wall?plant=HAM'])
    const cookie = entered.headers.get('set-cookie') ?? ''
    expect(cookie).not.toContain(made.token.split('_')[3])
    const headers = { cookie: cookie.split(';')[0] ?? '' }
    const estate = (await (await app.ask('/api/estate', { headers })).json()) as {
      plants: { plant: string }[]
    }
    expect(estate.plants.map(({ plant }) => plant)).toEqual(['HAM'])
    expect((await app.ask('/api/wall', { headers })).status).toBe(200)
    expect((await app.ask('/api/exceptions', { headers })).status).toBe(401)
    await admin.post(`/api/access/tokens/${made.id}/revoke`)
    expect((await app.ask('/api/wall', { headers })).status).toBe(401)
  })

  test('is made by an admin only', async () => {
    const viewer = await signInAs(app, 'vera', ['viewers'])
    expect((await viewer.post('/api/access/tokens', { kind: 'display', name: 'x' })).status).toBe(403)
    expect((await viewer.post('/api/access/tokens', { kind: 'key', name: 'x' })).status).toBe(403)
  })
})

describe('a key of a sender', () => {
  test('lets in, and shows nothing', async () => {
    const { token } = await make(admin, { kind: 'key', name: 'crm' })
    expect((await send(token, [event('HAM', 'A-1'), event('SHF', 'A-2')])).status).toBe(202)
    expect((await sendSpans(token, {})).status).toBe(200)
    expect((await ask(token, '/api/estate')).status).toBe(403)
  })

  test('bound to plants and flows it writes for no others, and nothing of such a request is kept', async () => {
    const { token } = await make(admin, {
      kind: 'key',
      name: 'crm of Hamburg',
      reach: [{ plants: ['HAM'], flows: ['order_to_cash'] }],
    })
    const taken = await send(token, [event('HAM', 'B-1')])
    expect([taken.status, await taken.json()]).toEqual([
      202,
      { accepted: 1, quarantined: 0, deviating: 0, reasons: [] },
    ])
    const mixed = await send(token, [event('HAM', 'B-2'), event('SHF', 'B-3')])
    const { error } = (await mixed.json()) as Problem
    expect([mixed.status, error.code, error.message]).toEqual([
      403,
      'out_of_reach',
      'This key does not write for plant SHF, flow order_to_cash',
    ])
    expect((await sendSpans(token, { 'plumbline.plant': 'HAM' })).status).toBe(200)
    for (const [resource, span] of [
      [{ 'plumbline.plant': 'SHF' }, {}],
      [{}, {}],
      [{ 'plumbline.plant': 'HAM' }, { 'plumbline.plant': 'SHF' }],
      [{ 'plumbline.plant': 'HAM' }, { 'plumbline.flow': 'procure_to_pay' }],
    ] as Record<string, string>[][])
      expect((await sendSpans(token, resource ?? {}, span)).status, JSON.stringify([resource, span])).toBe(
        403,
      )
  })

  test('of a source lets in what is of that source, and no other’s events, deliveries or spans', async () => {
    const unknown = await admin.post<Problem>('/api/access/tokens', {
      kind: 'key',
      name: 'x',
      source: 'nobody',
    })
    expect([unknown.status, unknown.body.error.code]).toEqual([422, 'source_unknown'])
    const { id, token } = await make(admin, { kind: 'key', name: 'the crm', source: 'crm' })
    const { body } = await admin.askJson<TokenList>('/api/access/tokens?kind=key')
    expect(body.tokens.find((each) => each.id === id)?.source).toBe('crm')
    expect(body.sources).toEqual(expect.arrayContaining(['crm', 'erp', 'hook']))
    expect((await send(token, [event('HAM', 'S-1'), event('SHF', 'S-2')])).status).toBe(202)
    const mixed = await send(token, [event('HAM', 'S-3'), { ...event('HAM', 'S-4'), source: 'erp' }])
    const { error } = (await mixed.json()) as Problem
    expect([mixed.status, error.code, error.message]).toEqual([
      403,
      'out_of_reach',
      'This key does not write for source erp',
    ])
    expect((await send(token, [{ ...event('HAM', 'S-5'), source: 'nobody' }])).status).toBe(403)
    expect((await sendSpans(token, {})).status).toBe(403)
    const deliver = (key: string) => ask(key, '/v1/webhooks/hook', { method: 'POST', body: '{}' })
    expect((await deliver(token)).status).toBe(403)
    const own = await make(admin, { kind: 'key', name: 'the hook', source: 'hook' })
    expect((await deliver(own.token)).status).toBe(200)
    expect((await send(own.token, [event('HAM', 'S-6')])).status).toBe(403)
  })

  test('has another secret while both count, then the new one alone', async () => {
    const made = await make(admin, { kind: 'key', name: 'erp' })
    const { body } = await admin.post<Made>(`/api/access/tokens/${made.id}/rotate`)
    expect(Date.parse(body.until ?? '')).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    for (const token of [made.token, body.token])
      expect((await send(token, [event('HAM', 'C-1')])).status).toBe(202)
    const again = await admin.post<Made>(`/api/access/tokens/${made.id}/rotate`)
    expect((await send(made.token, [event('HAM', 'C-2')])).status, 'the one before the last').toBe(401)
    expect((await send(again.body.token, [event('HAM', 'C-3')])).status).toBe(202)
  })

  test('that sends more than it may is told when to send again', async () => {
    const { token } = await make(admin, { kind: 'key', name: 'slow', per_minute: 3 })
    for (const _ of [1, 2, 3]) expect((await send(token, [event('HAM', 'D-1')])).status).toBe(202)
    const refused = await send(token, [event('HAM', 'D-2')])
    expect([refused.status, await codeOf(refused)]).toEqual([429, 'too_many_requests'])
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(1)
    const spans = await sendSpans(token, {})
    expect([spans.status, Number(spans.headers.get('retry-after')) > 1]).toEqual([429, true])
  })
})
