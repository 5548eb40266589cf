import { afterAll, beforeAll, expect, test } from 'vitest'
import { foldCases } from '../../sql/cases.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

/** Who owns a case: by the estate's rules once its cause is known, by a person for good. */
let app: TestApp
beforeAll(async () => {
  app = await openApp(
    scenarioEstate(
      `ownership:
  - { cause: lost_message, team: integration }
  - { least_amount: '900', team: key_accounts }
`,
      ['order_lines'],
      ['integration', 'key_accounts'],
    ),
    { seeksCauses: true },
  )
})
afterAll(() => app.close())

const line = (order_no: string, quantity: string) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  unit_price: '100',
  currency: 'EUR',
  status: 'open',
})
const teams = async () =>
  (
    await app.world.store.rows<{ order_no: string; team: string }>(
      'SELECT order_no, toString(team) AS team FROM exceptions ORDER BY order_no',
    )
  ).map(({ order_no, team }) => [order_no, team])
const post = (path: string, body: object) =>
  app.ask(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })

test('the first rule that fits owns a case; without one, the team of its check', async () => {
  app.world.say('crm', 0, 'order_lines', [line('A', '5'), line('B', '15'), line('C', '5')])
  app.world.say('erp', 0, 'order_lines', [line('A', '4'), line('B', '5')])
  await app.world.complete(20)
  await app.world.run('order_lines', 20)
  expect(await teams()).toEqual([
    ['A', 'ops'],
    ['B', 'key_accounts'],
    ['C', 'integration'],
  ])
})

test('what a person has moved stays, whatever runs and rules say', async () => {
  const [row] = await app.world.store.rows<{ number: string; version: number }>(
    "SELECT toString(number) AS number, version FROM exceptions WHERE order_no = 'B'",
  )
  expect(
    (await post(`/api/exceptions/${row?.number}/acts`, { act: 'move', team: 'ops', version: row?.version }))
      .status,
  ).toBe(200)
  app.world.say('erp', 21, 'order_lines', [line('B', '4')])
  await app.world.complete(40)
  await app.world.run('order_lines', 40)
  expect((await teams())[1]).toEqual(['B', 'ops'])
})

test('rules applied again say first what would move', async () => {
  // as if the case had been opened before there was a rule
  const [row] = await app.world.store.rows<{ number: string }>(
    "SELECT toString(number) AS number FROM exceptions WHERE order_no = 'A'",
  )
  const number = Number(row?.number)
  await app.world.store.insert('exception_causes', [
    {
      number,
      rank: 1,
      run: 'x',
      cause: 'lost_message',
      score: 1,
      shared: '',
      failure: '',
      looks: 9,
      at: '2030-01-01T00:00:00Z',
    },
  ])
  await foldCases(app.world.store, [String(number)])
  const before = await teams()
  const dry = (await (await post('/api/ownership', {})).json()) as { moves: object[]; results: object[] }
  expect(dry.moves).toMatchObject([{ number, from: 'ops', to: 'integration' }])
  expect(dry.results).toEqual([])
  expect(await teams()).toEqual(before)
  const move = async (to: string) =>
    (await (await post('/api/ownership', { dry_run: false, moves: [{ number, to }] })).json()) as {
      results: object[]
    }
  // what was shown is moved; what the rules say otherwise by now is not
  expect((await move('key_accounts')).results).toEqual([])
  expect(await teams()).toEqual(before)
  const done = await move('integration')
  expect(done.results).toMatchObject([{ number, outcome: 'done' }])
  expect((await teams())[0]).toEqual(['A', 'integration'])
})
