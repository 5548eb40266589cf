import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { Problem } from '../../server/api/schemas/common.ts'
import type { DeliveryDetail, DeliveryList, ReceiverList } from '../../server/api/schemas/deliveries.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { type Ear, openEar, signingKey } from './deliver-world.ts'

// Through the front door: a receiver that works and one that is gone, as a person sees and mends them.
let app: TestApp
let ear: Ear
let gone: Ear
beforeAll(async () => {
  ear = await openEar()
  gone = await openEar(() => ({ status: 410, body: 'no more' }))
  vi.stubEnv('DELIVER_KEY', signingKey)
  app = await openApp(
    scenarioEstate(
      `receivers:
  - { receiver: hook, kind: webhook, url: '${ear.url}', secrets_from: [DELIVER_KEY], allow_private: true }
  - { receiver: chat, kind: slack, url: '${gone.url}', allow_private: true }`,
      ['masters'],
    ),
  )
})
afterAll(async () => {
  await app.close()
  await ear.close()
  await gone.close()
  vi.unstubAllEnvs()
})
const post = <Body>(path: string) =>
  app.askJson<Body>(path, { method: 'POST', headers: { 'x-plumbline-actor': 'Anna' } })
const receivers = async () => (await app.askJson<ReceiverList>('/api/receivers')).body.rows

test('a test is followed from its asking to its answer', async () => {
  expect(await receivers()).toMatchObject([
    { receiver: 'hook', kind: 'webhook', state: 'idle', keys: 1, waiting: 0 },
    { receiver: 'chat', state: 'idle' },
  ])
  const { body } = await post<{ receiver: string; sequence: string }>('/api/receivers/hook/test')
  expect(body).toEqual({ receiver: 'hook', sequence: '1' })
  await vi.waitUntil(() => ear.taken.length === 2, { timeout: 5_000 })
  await vi.waitUntil(async () => (await receivers())[0]?.delivered_24h === 2, { timeout: 5_000 })
  const list = (await app.askJson<DeliveryList>('/api/deliveries?receiver=hook')).body
  expect(list).toMatchObject({
    total: 2,
    rows: [
      { sequence: '2', status: 'resolved', outcome: 'delivered', is_test: true },
      { sequence: '1', status: 'firing', outcome: 'delivered', attempts: 1, status_code: 200, next_at: null },
    ],
  })
  const detail = (await app.askJson<DeliveryDetail>('/api/deliveries/hook/1')).body
  expect(detail).toMatchObject({
    later: 1,
    alerts: [{ title: 'A test for hook' }],
    attempts: [{ outcome: 'delivered' }],
  })
  expect(detail.id).toBe(ear.taken[0]?.id)
  expect(JSON.stringify(await receivers())).not.toContain(signingKey)
})

test('a receiver that is gone is shown, enabled by a person, and hears what waited', async () => {
  await post('/api/receivers/chat/test')
  await vi.waitUntil(async () => (await receivers())[1]?.state === 'disabled', { timeout: 5_000 })
  expect((await receivers())[1]).toMatchObject({
    waiting: 2,
    reason: 'it answered 410: it wants no more calls',
    head_sequence: '1',
    next_at: null,
  })
  const open = (await app.askJson<DeliveryList>('/api/deliveries?receiver=chat&outcome=open')).body
  expect(open.rows.map((row) => row.outcome)).toEqual(['waiting', 'disabled'])
  gone.play = () => ({ status: 200, body: 'ok' })
  expect((await post('/api/receivers/chat/enable')).status).toBe(200)
  await vi.waitUntil(async () => (await receivers())[1]?.waiting === 0, { timeout: 5_000 })
  const { attempts } = (await app.askJson<DeliveryDetail>('/api/deliveries/chat/1')).body
  expect(attempts.map((each) => [each.outcome, each.actor])).toEqual([
    ['disabled', ''],
    ['enabled', 'Anna'],
    ['delivered', ''],
  ])
  expect((await post<Problem>('/api/receivers/chat/enable')).body.error.code).toBe('receiver_enabled')
})

test('the last word is told again when somebody asks; one that is overtaken is not', async () => {
  const before = ear.taken.length
  expect((await post('/api/deliveries/hook/2/resend')).status).toBe(200)
  await vi.waitUntil(() => ear.taken.length === before + 1, { timeout: 5_000 })
  expect(ear.taken.at(-1)?.id).toBe(ear.taken[1]?.id)
  const refused = await post<Problem>('/api/deliveries/hook/1/resend')
  expect([refused.status, refused.body.error.code]).toEqual([409, 'delivery_overtaken'])
})

test.each([
  ['POST', '/api/receivers/nobody/test', 404, 'receiver_unknown'],
  ['POST', '/api/receivers/nobody/enable', 404, 'receiver_unknown'],
  ['POST', '/api/deliveries/hook/99/resend', 404, 'delivery_unknown'],
  ['GET', '/api/deliveries/hook/99', 404, 'delivery_unknown'],
  ['GET', '/api/deliveries/hook/1%20OR%201', 400, 'request_invalid'],
  ['GET', '/api/deliveries?outcome=lost', 400, 'request_invalid'],
])('%s %s: %i', async (method, path, status, code) => {
  const answer = await app.askJson<Problem>(path, { method })
  expect([answer.status, answer.body.error.code]).toEqual([status, code])
})
