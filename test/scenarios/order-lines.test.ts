import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'order_lines'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const line = (order_no: string, line_no: string, more = {}) => ({
  order_type: 'sales',
  order_no,
  line_no,
  item: 'GX-2',
  quantity: '8',
  unit: 'PCE',
  unit_price: '1690',
  currency: 'EUR',
  status: 'open',
  ...more,
})

test('missing, quantity, price and status are told apart; keys are normalised', async () => {
  world.say('crm', 0, 'order_lines', [
    line('SO-1', '10'),
    line('SO-2', '10'),
    line('SO-3', '10'),
    line('SO-4', '10'),
    line('SO-5', '10'),
    line('0088', '000010'),
    line('SO-7', '10', { status: 'cancelled' }),
  ])
  world.say('erp', 1, 'order_lines', [
    line('SO-2', '10', { quantity: '6' }),
    line('SO-3', '10', { unit_price: '1770' }),
    line('SO-4', '10', { status: 'cancelled' }),
    line('SO-5', '10', { unit_price: '1690.01' }),
    line('88', '10'),
    line('SO-6', '10'),
  ])
  await world.complete(9)
  await world.run(check, 9)
  expect(await world.open(check), 'all of it is within the grace').toEqual([])
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([
    ['HAM', 'SO-1/10', 'missing_in_erp', '8', 'missing', '13520'],
    ['HAM', 'SO-2/10', 'ordered_quantity', '8', '6', '3380'],
    ['HAM', 'SO-3/10', 'price', '1690', '1770', '640'],
    ['HAM', 'SO-4/10', 'status', 'open', 'cancelled', '13520'],
    ['HAM', 'SO-6/10', 'missing_in_crm', 'missing', '8', '13520'],
  ])
})

test('a case of another class of the same key is another case; a changed line is in flight and closes nothing', async () => {
  world.say('erp', 13, 'order_lines', [line('SO-2', '10', { quantity: '7' })])
  await world.complete(14)
  await world.run(check, 14)
  expect((await world.open(check)).map((row) => row[1])).toContain('SO-2/10')
  world.say('erp', 15, 'order_lines', [line('SO-2', '10')])
  await world.complete(16)
  await world.run(check, 16)
  expect((await world.open(check)).map((row) => row[1])).not.toContain('SO-2/10')
})

test('a rejected line is as good as none; what was cancelled in part counts no more; a substitute is no difference', async () => {
  world.say('crm', 20, 'order_lines', [
    line('R-1', '10', { status: 'rejected' }),
    line('R-2', '10'),
    line('R-3', '10', { quantity: '5' }),
    line('R-4', '10'),
    line('R-5', '10', { currency: 'USD' }),
  ])
  world.say('erp', 20, 'order_lines', [
    line('R-2', '10', { status: 'rejected' }),
    line('R-3', '10', { cancelled_quantity: '3' }),
    line('R-4', '10', { item: 'GX-3', substitute_for: 'GX-2' }),
    line('R-5', '10'),
  ])
  await world.complete(40)
  await world.run(check, 40)
  expect((await world.open(check)).filter((row) => row[1].startsWith('R-'))).toEqual([
    ['HAM', 'R-2/10', 'status', 'open', 'cancelled', '13520'],
    ['HAM', 'R-5/10', 'order_currency', 'USD', 'EUR', '13520'],
  ])
})

test('order and line that read the same together are different keys', async () => {
  world.say('crm', 41, 'order_lines', [line('1', '11')])
  world.say('erp', 41, 'order_lines', [line('11', '1')])
  await world.complete(60)
  await world.run(check, 60)
  expect((await world.open(check)).map((row) => `${row[1]} ${row[2]}`)).toEqual(
    expect.arrayContaining(['1/11 missing_in_erp', '11/1 missing_in_crm']),
  )
})

test('prices for different units are the same price, and a cent passes for the unit it is of', async () => {
  const box = { item: 'BR-1', quantity: '5', unit_price: '120', unit_factor: '12' }
  world.say(
    'crm',
    61,
    'order_lines',
    ['U-1', 'U-2', 'U-3'].map((order) => line(order, '10', box)),
  )
  world.say('erp', 61, 'order_lines', [
    line('U-1', '10', { item: 'BR-1', quantity: '60', unit_price: '10.01' }),
    line('U-2', '10', { item: 'BR-1', quantity: '60', unit_price: '10.02' }),
    line('U-3', '10', { ...box, unit_price: '120.011' }),
  ])
  await world.complete(80)
  await world.run(check, 80)
  expect((await world.open(check)).filter((row) => row[1].startsWith('U-'))).toEqual([
    ['HAM', 'U-2/10', 'price', '120', '120.24', '1.2'],
    ['HAM', 'U-3/10', 'price', '120', '120.011', '0.055'],
  ])
})

test('another item is a substitute only where the line says so; the day promised is that of the plant', async () => {
  const due = (due_at: string) => ({ due_at })
  world.say('crm', 81, 'order_lines', [
    line('I-1', '10'),
    line('I-2', '10', { item: '000815' }),
    line('I-3', '10', due('2026-02-03T09:00:00Z')),
    // the third in Hamburg, though it is the second in Greenwich
    line('I-4', '10', due('2026-02-02T23:30:00Z')),
    line('I-5', '10', due('2026-02-03T09:00:00Z')),
  ])
  world.say('erp', 81, 'order_lines', [
    line('I-1', '10', { item: 'GX-3' }),
    line('I-2', '10', { item: '815' }),
    line('I-3', '10', due('2026-02-04T09:00:00Z')),
    line('I-4', '10', due('2026-02-03T22:30:00Z')),
    line('I-5', '10'),
  ])
  await world.complete(100)
  await world.run(check, 100)
  expect((await world.open(check)).filter((row) => row[1].startsWith('I-'))).toEqual([
    ['HAM', 'I-1/10', 'ordered_item', 'GX-2', 'GX-3', '13520'],
    ['HAM', 'I-3/10', 'promise_date', '2026-02-03', '2026-02-04', '0'],
  ])
  // also when every key is compared: lines that differ in the item only are not skipped
  const [run] = await world.judge([check], 101, { full: true })
  expect((await world.rerun(run?.run as string)).result_hash).toBe(run?.result_hash)
})
