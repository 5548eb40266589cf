import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'lifecycle'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const ordered = (order_no: string, status = 'open', more = {}) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'CX-40',
  quantity: '10',
  unit: 'PCE',
  unit_price: '20',
  currency: 'EUR',
  status,
  ...more,
})
const shipped = (order_no: string, quantity: string, direction = 'outbound') => ({
  direction,
  shipment_no: `${direction}-${order_no}`,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'CX-40',
  quantity,
  unit: 'PCE',
})
const invoiced = (invoice_no: string, order_no: string, quantity: string, kind = 'invoice') => ({
  kind,
  invoice_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'CX-40',
  quantity,
  unit: 'PCE',
  unit_price: '20',
  currency: 'EUR',
})

test('pairs that cannot both be true are found; those that can are not', async () => {
  world.say('erp', 0, 'order_lines', [
    ordered('A', 'cancelled'),
    ordered('B'),
    ordered('C', 'completed'),
    ordered('D'),
    ordered('E'),
    ordered('F'),
    // four of ten cancelled: six may be shipped, seven may not
    ordered('G', 'completed', { cancelled_quantity: '4' }),
    ordered('H', 'open', { cancelled_quantity: '4' }),
    // rejected: nothing is delivered, and nothing is missing
    ordered('I', 'rejected'),
    ordered('J', 'completed'),
    ordered('K', 'open'),
  ])
  world.say('crm', 0, 'order_lines', [ordered('E', 'cancelled'), ordered('F', 'completed')])
  world.say('wms', 1, 'order_lines', [
    ordered('A', '', { allocated_quantity: '10' }),
    ordered('C', '', { allocated_quantity: '10' }),
    ordered('K', '', { allocated_quantity: '10' }),
  ])
  world.say('wms', 1, 'shipment_lines', [
    shipped('C', '4'),
    shipped('D', '10'),
    shipped('E', '1'),
    shipped('G', '6'),
    shipped('H', '7'),
    shipped('J', '10'),
    shipped('J', '3', 'return'),
  ])
  world.say('erp', 2, 'invoice_lines', [
    invoiced('1', 'B', '10'),
    invoiced('2', 'J', '10'),
    invoiced('3', 'J', '3', 'credit'),
    // billed and cancelled before anything was shipped
    invoiced('4', 'K', '10'),
    invoiced('5', 'K', '10', 'cancellation'),
  ])
  await world.complete(9)
  await world.run(check, 9)
  expect(await world.open(check), 'within the grace').toEqual([])
  await world.complete(13)
  await world.run(check, 13)
  expect(await world.open(check)).toEqual([
    ['HAM', 'A/10', 'cancelled_but_picked', 'cancelled 10', 'allocated 10', '200'],
    ['HAM', 'B/10', 'invoiced_not_shipped', 'invoiced 10', 'open', '200'],
    ['HAM', 'C/10', 'completed_but_open', 'completed', 'allocated 10', '120'],
    ['HAM', 'D/10', 'shipped_but_open', 'open 10', 'shipped 10', '200'],
    ['HAM', 'E/10', 'cancelled_but_picked', 'cancelled 10', 'shipped 1', '20'],
    ['HAM', 'F/10', 'completed_but_open', 'completed', 'open', '200'],
    ['HAM', 'H/10', 'cancelled_but_picked', 'cancelled 4', 'shipped 7', '20'],
  ])
  const [row] = await world.store.rows<{ severity: string }>(
    `SELECT severity FROM exceptions WHERE check = 'lifecycle' AND key = 'H/10'`,
  )
  expect(row?.severity, 'picked though cancelled').toBe('critical')
})

test('returned, completed, shipped: nothing is left', async () => {
  world.say('wms', 14, 'order_lines', [
    ordered('A', '', { allocated_quantity: '0' }),
    ordered('C', '', { allocated_quantity: '4' }),
  ])
  world.say('wms', 14, 'shipment_lines', [
    shipped('E', '1', 'return'),
    shipped('H', '1', 'return'),
    shipped('F', '10'),
    shipped('B', '10'),
  ])
  world.say('erp', 14, 'order_lines', [
    ordered('B', 'completed'),
    ordered('D', 'completed'),
    ordered('F', 'completed'),
    ordered('H', 'completed', { cancelled_quantity: '4' }),
  ])
  await world.complete(30)
  await world.run(check, 30)
  expect(await world.open(check)).toEqual([])
})

test('a status that nobody has explained is neither open nor completed: it shows, until it is explained', async () => {
  const unknown = ['LA', 'LB', 'LC']
  world.say('erp', 31, 'order_lines', [
    ordered('LA', 'TECO'),
    ordered('LB', 'open'),
    ordered('LC', 'completed'),
    // none at all is open
    ordered('LD', ''),
  ])
  world.say('crm', 31, 'order_lines', [ordered('LB', 'won'), ordered('LC', 'completed')])
  world.say('wms', 31, 'shipment_lines', [shipped('LA', '10'), shipped('LC', '10')])
  await world.complete(50)
  await world.run(check, 50)
  expect(await world.open(check)).toEqual([
    ['HAM', 'LA/10', 'status_unknown', 'status TECO', 'shipped 10', '0'],
    ['HAM', 'LB/10', 'status_unknown', 'CRM status won', 'open', '0'],
  ])
  world.say(
    'erp',
    51,
    'order_lines',
    unknown.map((order) => ordered(order, 'completed')),
  )
  world.say('crm', 51, 'order_lines', [ordered('LB', 'open')])
  world.say('wms', 51, 'shipment_lines', [shipped('LB', '10')])
  await world.complete(70)
  await world.run(check, 70)
  expect(await world.open(check)).toEqual([])
})
