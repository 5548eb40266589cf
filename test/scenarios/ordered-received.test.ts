import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'ordered_received'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const ordered = (order_no: string, quantity: string, due_at: string, status = 'open') => ({
  order_type: 'purchase',
  order_no,
  line_no: '10',
  item: 'BR-6204',
  quantity,
  unit: 'PCE',
  unit_price: '1.119',
  currency: 'EUR',
  due_at,
  status,
})
const received = (shipment_no: string, order_no: string, quantity: string) => ({
  direction: 'inbound',
  shipment_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'BR-6204',
  quantity,
  unit: 'PCE',
})

test('only lines that are due are judged; partial receipts add up', async () => {
  world.say('erp', 0, 'order_lines', [
    ordered('1', '100', '2026-01-05T08:05:00Z'),
    ordered('2', '100', '2026-01-05T08:05:00Z'),
    ordered('3', '100', '2026-02-05T08:05:00Z'),
    ordered('4', '100', '2026-01-05T08:05:00Z', 'cancelled'),
    ordered('5', '100', '2026-01-05T08:05:00Z'),
  ])
  world.say('wms', 1, 'shipment_lines', [
    received('11', '1', '60'),
    received('12', '1', '40'),
    received('13', '2', '97.5'),
    received('14', '5', '100'),
    received('15', '5', '1'),
  ])
  await world.complete(14)
  await world.run(check, 14)
  expect(await world.open(check)).toEqual([])
  await world.complete(16)
  await world.run(check, 16)
  expect(await world.open(check)).toEqual([
    ['HAM', '2/10', 'short', '100', '97.5', '2.7975'],
    ['HAM', '5/10', 'over', '100', '101', '1.119'],
  ])
})

test('a receipt, or a deletion of the shortage, closes it', async () => {
  world.say('wms', 17, 'shipment_lines', [received('16', '2', '2.5')])
  world.say('wms', 17, 'shipment_lines', [{ ...received('15', '5', '1'), deleted: true }])
  await world.complete(18)
  await world.run(check, 18)
  expect(await world.open(check)).toEqual([])
})
