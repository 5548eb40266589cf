import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp(scenarioEstate('', ['order_lines']))
})
afterAll(() => app.close())

const check = 'order_lines'
const lines = (quantity: (number: number) => string) =>
  Array.from({ length: 300 }, (_, number) => ({
    order_type: 'sales',
    order_no: String(number + 1),
    line_no: '10',
    item: 'DX-40',
    quantity: quantity(number),
    unit: 'PCE',
    unit_price: '10',
    currency: 'EUR',
    status: 'open',
  }))
const act = (run: string, what: string) =>
  app.askJson(`/api/runs/${run}/${what}`, { method: 'POST', headers: { 'x-plumbline-actor': 'Ada' } })
const judge = async (minute: number) =>
  (await app.world.judge([check], minute)).find(({ plant }) => plant === 'HAM')?.run ?? ''
const openKeys = async () => (await app.world.open(check)).map((row) => `${row[1]} ${row[2]}`)

test('more new cases at once than a run may open are one case, until a person released them', async () => {
  const { world } = app
  world.say(
    'crm',
    0,
    'order_lines',
    lines(() => '5'),
  )
  world.say(
    'erp',
    0,
    'order_lines',
    lines((number) => (number === 0 ? '4' : '5')),
  )
  await world.complete(20)
  await judge(20)
  expect(await openKeys()).toEqual(['1/10 ordered_quantity'])

  // a unit that changed: every line is wrong, and the one that was wrong is right
  world.say(
    'erp',
    21,
    'order_lines',
    lines((number) => (number === 0 ? '5' : '60')),
  )
  await world.complete(40)
  const held = await judge(40)
  expect((await app.askJson(`/api/runs/${held}`)).body).toMatchObject({
    run: { held: 299, opened: 1, closed: 0 },
  })
  expect(await openKeys()).toEqual(['1/10 ordered_quantity', 'all new cases runaway'])
  await judge(41)
  expect(await openKeys(), 'it stays one').toHaveLength(2)

  await world.complete(42)
  expect((await act(held, 'release')).status).toBe(200)
  expect(await world.store.rows('SELECT actor, run FROM releases')).toEqual([{ actor: 'Ada', run: held }])
  await judge(42)
  const open = await openKeys()
  expect(open).toHaveLength(299)
  expect(open.some((key) => key.includes('runaway') || key.startsWith('1/10 '))).toBe(false)
  expect((await act(String(Number(held) - 2), 'release')).status, 'only a held run').toBe(409)
})
