import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, readCase, type TestApp } from '../support/app.ts'
import { type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'goods_issue_billing'
let app: TestApp
let world: Scenario
beforeAll(async () => {
  app = await openApp(scenarioEstate('', [check]))
  world = app.world
})
afterAll(() => app.close())

const shipped = (shipment_no: string, order_no: string, quantity: string, direction = 'outbound') => ({
  direction,
  shipment_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'CX-40',
  quantity,
  unit: 'PCE',
})
const billed = (invoice_no: string, order_no: string, quantity: string, kind = 'invoice') => ({
  kind,
  invoice_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'CX-40',
  quantity,
  unit: 'PCE',
  unit_price: '364',
  currency: 'GBP',
})
const ordered = (order_no: string) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'CX-40',
  quantity: '26',
  unit: 'PCE',
  unit_price: '364',
  currency: 'GBP',
  status: 'open',
})

test('partial shipments, returns, credit notes and cancellations net off', async () => {
  world.say('erp', 0, 'order_lines', ['A', 'B', 'C', 'D'].map(ordered), 'SHF')
  world.say(
    'wms',
    0,
    'shipment_lines',
    [
      shipped('1', 'A', '10'),
      shipped('2', 'A', '16'),
      shipped('3', 'B', '26'),
      shipped('4', 'B', '6', 'return'),
      shipped('5', 'C', '26'),
    ],
    'SHF',
  )
  world.say(
    'erp',
    1,
    'invoice_lines',
    [
      billed('91', 'A', '26'),
      billed('92', 'B', '26'),
      billed('93', 'B', '6', 'credit'),
      billed('94', 'D', '5'),
      billed('95', 'D', '5', 'cancellation'),
    ],
    'SHF',
  )
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([['SHF', 'C/10', 'not_billed', '26', '0', '9464']])
  const [row] = await world.store.rows<{ amount_reporting: string; severity: string }>(
    `SELECT amount_reporting, severity FROM exceptions`,
  )
  expect(row).toEqual({ amount_reporting: '11830', severity: 'critical' })
  const { three_ways } = await readCase(app, 'C/10')
  const document = { quantity: '26', price: '364', amount: '9464', currency: 'GBP' }
  expect(three_ways).toMatchObject({
    order_type: 'sales',
    unit: 'PCE',
    ways: [
      {
        way: 'ordered',
        documents: [{ number: 'C/10', ...document }],
        quantity: '26',
        amount: '9464',
        more: null,
      },
      { way: 'moved', documents: [{ number: '5/10', ...document }], more: { quantity: '0', amount: '0' } },
      {
        way: 'billed',
        documents: [],
        quantity: '0',
        amount: '0',
        more: { quantity: '-26', amount: '-9464' },
      },
    ],
  })
})

test('billing twice is another class', async () => {
  world.say('erp', 13, 'invoice_lines', [billed('96', 'C', '26'), billed('97', 'C', '26')], 'SHF')
  await world.complete(30)
  await world.run(check, 30)
  expect(await world.open(check)).toEqual([['SHF', 'C/10', 'overbilled', '26', '52', '9464']])
})

test('a difference of last year is worth the rate of its day', async () => {
  // a month before: in December a pound was worth 1.20, since January it is 1.25
  world.say('erp', -30_000, 'order_lines', [{ ...ordered('E'), version: 1 }], 'SHF')
  world.say('wms', -30_000, 'shipment_lines', [{ ...shipped('6', 'E', '1'), version: 1 }], 'SHF')
  await world.complete(50)
  await world.run(check, 50)
  const [row] = await world.store.rows(
    `SELECT toString(amount) AS amount, toString(amount_reporting) AS amount_reporting FROM exceptions WHERE key = 'E/10'`,
  )
  expect(row).toEqual({ amount: '364', amount_reporting: '436.8' })
})

test('one invoice over several orders, a substitute for the item ordered, and a line rejected are no difference', async () => {
  world.say('erp', 51, 'order_lines', [ordered('F'), { ...ordered('G'), status: 'rejected' }], 'SHF')
  world.say('wms', 51, 'shipment_lines', [{ ...shipped('7', 'F', '26'), item: 'CX-50' }], 'SHF')
  world.say(
    'erp',
    51,
    'invoice_lines',
    [billed('98', 'F', '26'), { ...billed('98', 'E', '1'), line_no: '20' }],
    'SHF',
  )
  await world.complete(70)
  await world.run(check, 70)
  expect((await world.open(check)).map((row) => row[1])).toEqual(['C/10'])
})

test('a price credit is no return, and what a third of a box leaves over is no difference', async () => {
  world.say('erp', 71, 'order_lines', ['P', 'Q', 'R'].map(ordered), 'SHF')
  world.say(
    'wms',
    71,
    'shipment_lines',
    [
      shipped('8', 'P', '26'),
      { ...shipped('9', 'Q', '3'), unit_factor: '0.333333' },
      { ...shipped('10', 'R', '3'), unit_factor: '0.33' },
    ],
    'SHF',
  )
  world.say(
    'erp',
    71,
    'invoice_lines',
    [
      billed('100', 'P', '26'),
      billed('101', 'P', '26', 'price_credit'),
      billed('102', 'Q', '1'),
      billed('103', 'R', '1'),
    ],
    'SHF',
  )
  await world.complete(90)
  await world.run(check, 90)
  expect((await world.open(check)).map((row) => row.slice(1, 5))).toEqual([
    ['C/10', 'overbilled', '26', '52'],
    ['R/10', 'overbilled', '0.99', '1'],
  ])
})

test('what is not billed is worth the price of the unit it is stated for', async () => {
  world.say('erp', 91, 'order_lines', [{ ...ordered('T'), quantity: '2', unit_factor: '12' }], 'SHF')
  world.say('wms', 91, 'shipment_lines', [shipped('11', 'T', '24')], 'SHF')
  await world.complete(110)
  await world.run(check, 110)
  expect((await world.open(check)).filter((row) => row[1] === 'T/10')).toEqual([
    ['SHF', 'T/10', 'not_billed', '24', '0', '728'],
  ])
})
