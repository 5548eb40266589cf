import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

// The first documents of a plant: what the other side has not said yet is not what it was left out of.
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', ['shipment_goods_issue', 'in_transit']))
})
afterAll(() => world.close())

const line = (direction: string, more = {}) => ({
  direction,
  shipment_no: 'S1',
  line_no: '10',
  order_no: 'T1',
  order_line_no: '10',
  item: 'DX-40',
  quantity: '5',
  unit: 'PCE',
  ...more,
})

test('a side that never had a row is missed once the other side’s rows are out of grace', async () => {
  world.say('wms', 0, 'shipment_lines', [line('outbound')])
  await world.complete(5)
  expect((await world.run('shipment_goods_issue', 5)).HAM).toBe('ok')
  await world.complete(15)
  expect((await world.run('shipment_goods_issue', 15)).HAM).toBe('incomplete')
  expect(await world.open('shipment_goods_issue')).toEqual([])
})

test('of what is rare a side may have nothing at all: the first goods to a plant that never come are a case', async () => {
  world.say('erp', 16, 'shipment_lines', [line('transfer_out', { to_plant: 'SHF' })])
  await world.complete(20)
  expect((await world.run('in_transit', 20)).SHF).toBe('ok')
  await world.complete(30)
  expect((await world.run('in_transit', 30)).SHF).toBe('ok')
  expect((await world.open('in_transit')).map(([plant, key, cls]) => [plant, key, cls])).toEqual([
    ['SHF', 'T1/10', 'transfer_short'],
  ])
})
