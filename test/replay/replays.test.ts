import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { ReplayDetail } from '../../server/api/schemas/replays.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { type Asked, openReceiver, type Reply } from './receiver.ts'

// Replays against a real endpoint: what is asked for, of whom, and what proves that it came.
let app: TestApp
let receiver: Awaited<ReturnType<typeof openReceiver>>
let reply: (asked: Asked, times: number) => Promise<Reply> | Reply = () => ({ status: 202 })

const flows = (more = '') => `
flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: crm.ordered }
      - { stage: accepted, name: Accepted, role: erp, event: erp.accepted, handoff: { name: Order, objective: 60s } }
    replay: { url_from: TEST_REPLAY_URL, secret_from: TEST_REPLAY_SECRET, approve_above: 3, timeout: 2s, verify_within: 1s, allow_private: true${more} }`

beforeAll(async () => {
  receiver = await openReceiver((asked, times) => reply(asked, times))
  process.env.TEST_REPLAY_URL = receiver.url
  process.env.TEST_REPLAY_SECRET = receiver.secret
  app = await openApp(scenarioEstate(flows(), ['order_lines']), { isLive: true })
})
afterAll(async () => {
  await app.close()
  receiver.close()
})
beforeEach(() => {
  receiver.requests.length = 0
  reply = () => ({ status: 202 })
})

const post = async <Body = ReplayDetail>(path: string, body: object, actor = 'Ada') =>
  app.askJson<Body>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-plumbline-actor': actor },
    body: JSON.stringify(body),
  })
const read = async (replay: string) => (await app.askJson<ReplayDetail>(`/api/replays/${replay}`)).body
async function until<Value>(ask: () => Promise<Value>, isSo: (value: Value) => boolean): Promise<Value> {
  for (let tries = 0; tries < 150; tries++) {
    const value = await ask()
    if (isSo(value)) return value
    await sleep(100)
  }
  throw new Error(`it did not come: ${JSON.stringify(await ask()).slice(0, 900)}`)
}
let sequence = 0
const send = async (source: string, type: string, key: string, data: object = {}, at = new Date()) => {
  const id = `e${++sequence}`
  const event = {
    specversion: '1.0',
    id,
    source,
    type,
    subject: key,
    time: at.toISOString(),
    plant: 'HAM',
    data,
  }
  const answer = await app.askJson<{ accepted: number }>('/v1/events', {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify(event),
  })
  expect(answer.body.accepted).toBe(1)
  return id
}
const ordered = async (...keys: string[]) => {
  for (const key of keys) await send('crm', 'crm.ordered', key)
  await app.drain()
}
const by = { reason: 'the hub dropped them' }
const freeze = async (...keys: string[]) => {
  const selection = keys.map((key) => ({ plant: 'HAM', key, document: '' }))
  return (await post('/api/replays', { flow: 'order_to_cash', keys: selection, ...by })).body
}
const begin = (replay: string) => post(`/api/replays/${replay}/begin`, {})
const stateOf = (detail: ReplayDetail, key: string) => detail.items.find((item) => item.key === key)?.state

test('it is frozen and tried first: nothing is sent, and what is whole is left out', async () => {
  await ordered('A1', 'A2')
  await send('erp', 'erp.accepted', 'A2')
  await app.drain()
  const frozen = await freeze('A1', 'A2', 'A1')
  expect(frozen).toMatchObject({
    state: 'frozen',
    actor: 'Ada',
    counts: { total: 3, left_out: 2, to_send: 1 },
  })
  expect(frozen.items.map((item) => [item.key, item.state, item.left_out, item.attempt])).toEqual([
    ['A1', 'frozen', '', 1],
    ['A2', 'left_out', 'nothing of it is missing', 1],
    ['A1', 'left_out', 'the same message as 1', 1],
  ])
  await sleep(600)
  expect(receiver.requests).toEqual([])
  // what comes later is no part of it
  await ordered('A3')
  await begin(frozen.replay)
  const sent = await until(
    () => read(frozen.replay),
    ({ counts }) => counts.waiting === 0,
  )
  expect(receiver.forged).toEqual([])
  expect(receiver.requests).toHaveLength(1)
  expect(receiver.requests[0]).toMatchObject({ flow: 'order_to_cash', replay: frozen.replay })
  expect(receiver.requests[0]?.items).toEqual([
    { id: sent.items[0]?.item, plant: 'HAM', key: 'A1', document: '', trace_id: '' },
  ])
  expect((await begin(frozen.replay)).status, 'it begins once').toBe(409)
})

test('while the disk has no room nothing is asked for; it goes on by itself', async () => {
  await ordered('D1')
  const { replay } = await freeze('D1')
  await app.disk.have(0.05e9)
  await begin(replay)
  await sleep(600)
  expect(receiver.requests).toEqual([])
  expect((await read(replay)).held).toContain('the disk of the data folder')
  await app.disk.have(1e9)
  await until(
    () => read(replay),
    ({ counts }) => counts.waiting === 0,
  )
  expect(receiver.requests.map(({ replay: of }) => of)).toEqual([replay])
  expect((await read(replay)).held).toBe('')
})

test('it is verified by the event that was missing, and by no other', async () => {
  await ordered('B1')
  const { replay } = await freeze('B1')
  await begin(replay)
  await until(
    () => read(replay),
    ({ state }) => state !== 'sending',
  )
  await send('crm', 'crm.noticed', 'B1')
  const late = await until(
    () => read(replay),
    ({ state }) => state === 'unverified',
  )
  expect(late.items[0]?.detail).toMatch(/no erp.accepted of B1 came from .*, .* after the request/)
  const again = await freeze('B1')
  expect(again.items[0]?.attempt, 'the attempts are counted').toBe(2)
  // nor is another event of the very system that owes one
  await send('erp', 'erp.order.blocked', 'B1')
  const blocked = () =>
    app.world.store.rows<{ n: string }>(
      "SELECT toString(count()) AS n FROM business_events WHERE key = 'B1' AND type = 'erp.order.blocked'",
    )
  await until(blocked, ([row]) => row?.n === '1')
  const id = await send('erp', 'erp.accepted', 'B1')
  const done = await until(
    () => read(replay),
    ({ state }) => state === 'verified',
  )
  expect(done.items[0]).toMatchObject({ state: 'verified', proof: id, detail: 'erp said erp.accepted' })
  expect(done.counts).toMatchObject({ to_send: 1, verified: 1, unverified: 0, sent: 0 })
})

test('above the size a second person is needed, and the first is no second', async () => {
  await ordered('C1', 'C2', 'C3', 'C4')
  const frozen = await freeze('C1', 'C2', 'C3', 'C4')
  expect(frozen).toMatchObject({ state: 'approval', approve_above: 3 })
  const alone = await post<{ error: { code: string } }>(`/api/replays/${frozen.replay}/begin`, {})
  expect([alone.status, alone.body.error.code]).toEqual([409, 'second_person'])
  const same = await post<{ error: { code: string } }>(`/api/replays/${frozen.replay}/approve`, {})
  expect([same.status, same.body.error.code]).toEqual([409, 'second_person'])
  const approved = await post(`/api/replays/${frozen.replay}/approve`, {}, 'Ben')
  expect(approved.body).toMatchObject({ state: 'frozen', steps: [{ act: 'approved', actor: 'Ben' }] })
  expect(receiver.requests).toEqual([])
  expect((await begin(frozen.replay)).status).toBe(200)
  await until(
    () => read(frozen.replay),
    ({ counts }) => counts.waiting === 0,
  )
  expect(receiver.requests.flatMap((asked) => asked.items)).toHaveLength(4)
})

test('what the integration refuses is told by item; the rest goes on', async () => {
  await ordered('D1', 'D2')
  reply = (asked) => ({
    status: 200,
    body: {
      items: asked.items
        .filter((item) => item.key === 'D2')
        .map(({ id }) => ({ id, status: 'refused', reason: 'purged' })),
    },
  })
  const { replay } = await freeze('D1', 'D2')
  await begin(replay)
  await until(
    () => read(replay),
    ({ counts }) => counts.waiting === 0,
  )
  await send('erp', 'erp.accepted', 'D1')
  const done = await until(
    () => read(replay),
    ({ counts }) => counts.verified === 1,
  )
  expect(done.state, 'it is not done: one of them was refused').toBe('unverified')
  expect([stateOf(done, 'D1'), stateOf(done, 'D2')]).toEqual(['verified', 'refused'])
  expect(done.items[1]?.detail).toBe('purged')
  expect(done.counts).toMatchObject({ to_send: 2, verified: 1, refused: 1 })
})

test('an endpoint that is away is asked again under the same id; one that says no is not', async () => {
  await ordered('E1')
  reply = (_asked, times) => ({ status: times < 3 ? 503 : 202 })
  const { replay } = await freeze('E1')
  await begin(replay)
  const sent = await until(
    () => read(replay),
    ({ counts }) => counts.waiting === 0,
  )
  expect(new Set(receiver.requests.map((asked) => asked.id)).size).toBe(1)
  expect(sent.items[0]?.times).toBe(3)
  reply = () => ({ status: 302, headers: { location: receiver.url } })
  await ordered('E2')
  const other = await freeze('E2')
  await begin(other.replay)
  const failed = await until(
    () => read(other.replay),
    ({ counts }) => counts.waiting === 0,
  )
  expect(failed.items[0]).toMatchObject({ state: 'failed', times: 1 })
  expect(failed.items[0]?.detail).toMatch(/302/)
  expect(failed.state).toBe('unverified')
})

test('a process that dies while it sends sends the same again under the same id', async () => {
  await ordered('F1')
  let isAnswering = false
  reply = async () => {
    // the first answer is never given
    while (!isAnswering) await sleep(20)
    return { status: 202 }
  }
  const { replay } = await freeze('F1')
  await begin(replay)
  await until(
    async () => receiver.requests,
    (requests) => requests.length === 1,
  )
  await app.stopWork()
  expect((await read(replay)).items[0]?.state).toBe('sending')
  isAnswering = true
  await app.startWork()
  await until(
    () => read(replay),
    ({ counts }) => counts.waiting === 0,
  )
  expect(receiver.requests).toHaveLength(2)
  expect(receiver.requests[1]).toEqual(receiver.requests[0])
})

test('what can not be done says why, and changes nothing', async () => {
  const none = await post<{ error: { code: string } }>('/api/replays', {
    flow: 'nowhere',
    keys: [{ plant: 'HAM', key: 'X' }],
    ...by,
  })
  expect([none.status, none.body.error.code]).toEqual([409, 'replay_unavailable'])
  const both = await post('/api/replays', {
    flow: 'order_to_cash',
    cases: [1],
    keys: [{ plant: 'HAM', key: 'X' }],
    ...by,
  })
  expect(both.status).toBe(400)
  expect((await app.ask('/api/replays/9999')).status).toBe(404)
  await ordered('H1')
  const { replay } = await freeze('H1')
  const cancelled = await post(`/api/replays/${replay}/cancel`, {}, 'Ben')
  expect(cancelled.body).toMatchObject({ state: 'cancelled', counts: { cancelled: 1 } })
  expect((await begin(replay)).status).toBe(409)
  await sleep(400)
  expect(receiver.requests).toEqual([])
})
