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
  world.say('crm', 0, 'prices', [
    listed('C1', '200', '2025-01-01'),
    listed('C1', '220', '2026-01-03'),
    listed('C2', '200'),
    listed('C3', '200'),
  ])
  world.say('erp', 0, 'prices', [
    listed('C1', '200', '2025-01-01'),
    listed('C1', '220', '2026-01-03'),
    listed('C2', '201'),
    listed('C3', '201.000001'),
  ])
  world.say('erp', 0, 'order_lines', [sold('X', '201', { partner: 'C3', cancelled_quantity: '4' })])
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([
    ['HAM', 'list/C3/CX-40/2026-01-01', 'list_price', '200', '201.000001', '6.000006'],
  ])
})

test('billed at the price sold, or at the one valid on the day; anything else is a variance', async () => {
  const orders = ['A', 'B', 'C', 'D', 'E'].map((order) => sold(order, '200'))
  world.say('crm', 13, 'order_lines', orders)
  world.say('erp', 13, 'order_lines', orders)
  const posted_at = '2026-01-04T12:00:00Z'
  world.say('erp', 14, 'invoice_lines', [
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

const casesOf = async (start: string) => (await world.open(check)).filter((row) => row[1].startsWith(start))

test('a price counts for the unit it is stated in, and for as many of it as it says', async () => {
  const list = (more: object) => ({ ...listed('C6', '120'), ...more })
  world.say('crm', 31, 'prices', [
    list({ item: 'U1', price_unit: 'BOX', price_unit_factor: '12' }),
    list({ item: 'U2', unit_price: '7', price_per: '100' }),
    list({ item: 'U3', unit_price: '7', price_per: '100' }),
  ])
  world.say('erp', 31, 'prices', [
    list({ item: 'U1', unit_price: '10' }),
    list({ item: 'U2', unit_price: '0.07' }),
    list({ item: 'U3', unit_price: '0.08' }),
  ])
  world.say('crm', 31, 'order_lines', [
    sold('U-1', '120', { quantity: '5', unit_factor: '12' }),
    sold('U-2', '7', { quantity: '500', price_per: '100' }),
    sold('U-3', '120', { quantity: '5', unit_factor: '12' }),
  ])
  world.say('erp', 31, 'order_lines', [
    sold('U-4', '7', { item: 'U3', partner: 'C6', quantity: '300', price_per: '100' }),
  ])
  world.say('erp', 32, 'invoice_lines', [
    billed('31', 'U-1', '60', '10'),
    billed('32', 'U-2', '500', '0.07'),
    billed('33', 'U-3', '60', '11'),
  ])
  await world.complete(60)
  await world.run(check, 60)
  expect(await casesOf('billed/U')).toEqual([['HAM', 'billed/U-3/10', 'billed_price', '600', '660', '60']])
  // shown for the larger unit: a hundred of them
  expect(await casesOf('list/C6')).toEqual([['HAM', 'list/C6/U3/2026-01-01', 'list_price', '7', '8', '3']])
})

test('a price corrected later is seen by the next run, though no line of its own came', async () => {
  const posted_at = '2026-01-04T12:00:00Z'
  world.say('crm', 61, 'order_lines', [sold('K-1', '200', { partner: 'C7' })])
  world.say('erp', 61, 'invoice_lines', [billed('41', 'K-1', '10', '230', { posted_at })])
  world.say('crm', 61, 'prices', [listed('C7', '230')])
  world.say('erp', 61, 'prices', [listed('C7', '230')])
  await world.complete(80)
  await world.run(check, 80)
  expect(await casesOf('billed/K')).toEqual([])
  for (const system of ['crm', 'erp']) world.say(system, 81, 'prices', [listed('C7', '240')])
  await world.complete(100)
  const [run] = await world.judge([check], 100)
  expect(await casesOf('billed/K')).toEqual([['HAM', 'billed/K-1/10', 'billed_price', '2000', '2300', '300']])
  expect((await world.rerun(run?.run as string)).result_hash).toBe(run?.result_hash)
})

test('a customer is the same with and without leading zeros', async () => {
  const posted_at = '2026-01-04T12:00:00Z'
  world.say('crm', 101, 'order_lines', [sold('Z-1', '200', { partner: '0000104711' })])
  for (const system of ['crm', 'erp']) world.say(system, 101, 'prices', [listed('104711', '230')])
  world.say('erp', 101, 'invoice_lines', [billed('51', 'Z-1', '10', '230', { posted_at })])
  await world.complete(120)
  await world.run(check, 120)
  expect(await casesOf('billed/Z')).toEqual([])
})

test('a price credit lowers what was billed, not how much of it', async () => {
  world.say('crm', 121, 'order_lines', [sold('V-1', '200'), sold('V-2', '200')])
  world.say('erp', 121, 'invoice_lines', [
    billed('61', 'V-1', '10', '210'),
    billed('62', 'V-1', '10', '10', { kind: 'price_credit' }),
    billed('63', 'V-2', '10', '210'),
    billed('64', 'V-2', '10', '4', { kind: 'price_credit' }),
  ])
  await world.complete(140)
  await world.run(check, 140)
  expect(await casesOf('billed/V')).toEqual([['HAM', 'billed/V-2/10', 'billed_price', '2000', '2060', '60']])
})

test('another currency, and a price on one side only, are told; what a later price replaced may be gone', async () => {
  const list = (item: string, more: object = {}) => ({ ...listed('C8', '200'), item, ...more })
  world.say('crm', 141, 'prices', [
    list('both'),
    list('money'),
    list('here'),
    list('past', { valid_from: '2025-01-01' }),
    list('past'),
    list('ahead', { valid_from: '2027-01-01' }),
  ])
  world.say('erp', 141, 'prices', [
    list('both'),
    list('money', { currency: 'GBP', unit_price: '160' }),
    list('past'),
    list('there'),
  ])
  // nobody keeps a list of this one but the CRM
  world.say('crm', 141, 'prices', [listed('C9', '200')])
  await world.complete(160)
  await world.run(check, 160)
  expect(await casesOf('list/C8')).toEqual([
    ['HAM', 'list/C8/ahead/2027-01-01', 'list_missing', '200', 'missing', '0'],
    ['HAM', 'list/C8/here/2026-01-01', 'list_missing', '200', 'missing', '0'],
    ['HAM', 'list/C8/money/2026-01-01', 'list_currency', '200 EUR', '160 GBP', '0'],
    ['HAM', 'list/C8/there/2026-01-01', 'list_missing', 'missing', '200', '0'],
  ])
  expect(await casesOf('list/C9')).toEqual([])
})

test('of scales the one that the quantity reaches counts, from its day in the plant on', async () => {
  const scales = [
    listed('C10', '200'),
    { ...listed('C10', '180'), scale_from: '100' },
    // counts in Hamburg when it is still the fifth in Greenwich
    listed('C10', '150', '2026-01-06'),
  ]
  for (const system of ['crm', 'erp']) world.say(system, 161, 'prices', scales)
  const line = (order: string, quantity: string) => sold(order, '210', { partner: 'C10', quantity })
  world.say('crm', 161, 'order_lines', [
    line('S-1', '100'),
    line('S-2', '99'),
    line('S-3', '99'),
    line('S-4', '99'),
  ])
  world.say('erp', 161, 'invoice_lines', [
    billed('71', 'S-1', '100', '180', { posted_at: '2026-01-05T22:59:00Z' }),
    billed('72', 'S-2', '99', '180', { posted_at: '2026-01-05T22:59:00Z' }),
    billed('73', 'S-3', '99', '150', { posted_at: '2026-01-05T23:00:00Z' }),
    billed('74', 'S-4', '99', '150', { posted_at: '2026-01-05T22:59:00Z' }),
  ])
  await world.complete(1000)
  await world.run(check, 1000)
  expect((await casesOf('billed/S')).map((row) => row[1])).toEqual(['billed/S-2/10', 'billed/S-4/10'])
})
