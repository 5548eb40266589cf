import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaseReplays, ReplayDetail } from '../../server/api/schemas/replays.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { openReceiver } from './receiver.ts'

// A replay of a case: done when both sides agree, seen from the case and from the replay.
let app: TestApp
let receiver: Awaited<ReturnType<typeof openReceiver>>
beforeAll(async () => {
  receiver = await openReceiver(() => ({ status: 202 }))
  process.env.TEST_AGREEMENT_SECRET = receiver.secret
  app = await openApp(
    scenarioEstate(
      `flows:
  - flow: order_to_cash
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: crm.ordered }
      - { stage: accepted, name: Accepted, role: erp, event: erp.accepted, handoff: { name: Order, objective: 60s } }
    replay: { url: '${receiver.url}', secret_from: TEST_AGREEMENT_SECRET, timeout: 2s, allow_private: true }`,
      ['order_lines'],
    ),
  )
  await app.startWork()
})
afterAll(async () => {
  await app.close()
  receiver.close()
})

const post = async (path: string, body: object = {}) =>
  app.askJson<ReplayDetail>(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-plumbline-actor': 'Ada' },
    body: JSON.stringify(body),
  })
const read = async (replay: string) => (await app.askJson<ReplayDetail>(`/api/replays/${replay}`)).body
async function until(replay: string, isSo: (detail: ReplayDetail) => boolean): Promise<ReplayDetail> {
  for (let tries = 0; tries < 100; tries++) {
    const detail = await read(replay)
    if (isSo(detail)) return detail
    await sleep(100)
  }
  throw new Error(JSON.stringify(await read(replay)))
}
const line = (order_no: string) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity: '5',
  unit: 'PCE',
  unit_price: '2.00',
  currency: 'EUR',
  status: 'open',
})

test('it is verified when the case it was to close is closed, and shown at the case', async () => {
  const { world } = app
  for (const order of ['G1', 'G2', 'G3']) world.say('crm', 0, 'order_lines', [line(order)])
  world.say('erp', 0, 'order_lines', [line('G3')])
  await world.complete(60)
  await world.run('order_lines', 60)
  expect((await world.open('order_lines')).map((row) => row[1])).toEqual(['G1/10', 'G2/10'])

  const filter = { check: 'order_lines', q: 'G' }
  const why = { flow: 'order_to_cash', reason: 'lost on the way' }
  const frozen = (await post('/api/replays', { ...why, filter })).body
  expect(frozen.counts).toMatchObject({ total: 2, to_send: 2, left_out: 0 })
  expect(frozen.items.map((item) => item.key).sort()).toEqual(['G1', 'G2'])
  await post(`/api/replays/${frozen.replay}/begin`)
  await until(frozen.replay, ({ counts }) => counts.sent === 2)
  const again = (await post('/api/replays', { ...why, filter })).body
  expect(again.items.map((item) => item.left_out)).toEqual([
    `it is under way in RP-${frozen.replay}`,
    `it is under way in RP-${frozen.replay}`,
  ])

  world.say('erp', 61, 'order_lines', [line('G1')])
  await world.complete(90)
  await world.run('order_lines', 90)
  const done = await until(frozen.replay, ({ counts }) => counts.verified === 1)
  const [item] = done.items.filter((each) => each.state === 'verified')
  expect(item).toMatchObject({ key: 'G1', detail: 'both sides agree', proof: `EX-${item?.case}` })
  expect(done.state, 'the other one is still missing').toBe('sent')

  const lineage = (await app.askJson<CaseReplays>(`/api/exceptions/${item?.case}/replays`)).body
  expect(lineage.flow).toBe('order_to_cash')
  expect(lineage.rows).toMatchObject([
    { replay: again.replay, attempt: 2, state: 'left_out' },
    { replay: frozen.replay, attempt: 1, state: 'verified', left_out: '' },
  ])
  const after = (await post('/api/replays', { ...why, cases: [item?.case] })).body
  expect(after.items[0]).toMatchObject({ attempt: 2, state: 'left_out' })
  expect(after.items[0]?.left_out).toMatch(/both sides agree by now/)
  expect((await post(`/api/replays/${after.replay}/begin`)).status, 'nothing is to be sent').toBe(409)
}, 40_000)
