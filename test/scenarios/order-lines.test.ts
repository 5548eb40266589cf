import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario } from '../support/scenario.ts'

const check = 'order_lines'
let world: Scenario
beforeAll(async () => {
  world = await openScenario()
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
  await world.say('crm', 0, 'order_lines', [
    line('SO-1', '10'),
    line('SO-2', '10'),
    line('SO-3', '10'),
    line('SO-4', '10'),
    line('SO-5', '10'),
    line('0088', '000010'),
    line('SO-7', '10', { status: 'cancelled' }),
  ])
  await world.say('erp', 1, 'order_lines', [
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
  await world.say('erp', 13, 'order_lines', [line('SO-2', '10', { quantity: '7' })])
  await world.complete(14)
  await world.run(check, 14)
  expect((await world.open(check)).map((row) => row[1])).toContain('SO-2/10')
  await world.say('erp', 15, 'order_lines', [line('SO-2', '10')])
  await world.complete(16)
  await world.run(check, 16)
  expect((await world.open(check)).map((row) => row[1])).not.toContain('SO-2/10')
})
