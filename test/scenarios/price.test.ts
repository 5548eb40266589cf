import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'price'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const listed = (partner: string, unit_price: string, valid_from = '2026-01-01') => ({
  partner,
  item: 'CX-40',
  valid_from,
  unit_price,
  currency: 'EUR',
})
const sold = (order_no: string, unit_price: string, more = {}) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'CX-40',
  quantity: '10',
  unit: 'PCE',
  unit_price,
  currency: 'EUR',
  status: 'open',
  partner: 'C1',
  ...more,
})
const billed = (invoice_no: string, order_no: string, quantity: string, unit_price: string, more = {}) => ({
  kind: 'invoice',
  invoice_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'CX-40',
  quantity,
  unit: 'PCE',
  unit_price,
  currency: 'EUR',
  ...more,
})

test('each date has its price; exactly half a percent passes', async () => {
  await world.say('crm', 0, 'prices', [
    listed('C1', '200', '2025-01-01'),
    listed('C1', '220', '2026-01-03'),
    listed('C2', '200'),
    listed('C3', '200'),
  ])
  await world.say('erp', 0, 'prices', [
    listed('C1', '200', '2025-01-01'),
    listed('C1', '220', '2026-01-03'),
    listed('C2', '201'),
    listed('C3', '201.000001'),
  ])
  await world.say('erp', 0, 'order_lines', [sold('X', '201', { partner: 'C3', cancelled_quantity: '4' })])
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([
    ['HAM', 'list/C3/CX-40/2026-01-01', 'list_price', '200', '201.000001', '6.000006'],
  ])
})

test('billed at the price sold, or at the one valid on the day; anything else is a variance', async () => {
  const orders = ['A', 'B', 'C', 'D', 'E'].map((order) => sold(order, '200'))
  await world.say('crm', 13, 'order_lines', orders)
  await world.say('erp', 13, 'order_lines', orders)
  const posted_at = '2026-01-04T12:00:00Z'
  await world.say('erp', 14, 'invoice_lines', [
    billed('1', 'A', '10', '200'),
    billed('2', 'B', '10', '220', { posted_at }),
    billed('3', 'C', '10', '210', { posted_at }),
    // two invoices, one too dear and one credited for it
    billed('4', 'D', '5', '200'),
    billed('5', 'D', '5', '300'),
    billed('6', 'D', '5', '300', { kind: 'cancellation' }),
    billed('7', 'D', '5', '200'),
    // 160 GBP are 200 EUR
    billed('8', 'E', '10', '160', { currency: 'GBP', posted_at }),
  ])
  await world.complete(30)
  await world.run(check, 30)
  expect((await world.open(check)).filter((row) => row[2] === 'billed_price')).toEqual([
    ['HAM', 'billed/C/10', 'billed_price', '2000', '2100', '100'],
  ])
})
