import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'in_transit'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

test('the first goods on their way to a plant make nobody wait; once overdue, a plant that says nothing is missed', async () => {
  await world.say('erp', 0, 'shipment_lines', [
    {
      direction: 'transfer_out',
      shipment_no: 'S1',
      line_no: '10',
      order_no: 'T1',
      order_line_no: '10',
      item: 'DX-40',
      quantity: '5',
      unit: 'PCE',
      to_plant: 'SHF',
    },
  ])
  await world.complete(5)
  expect(await world.run(check, 5)).toEqual({ HAM: 'ok', SHF: 'ok' })
  await world.complete(15)
  expect(await world.run(check, 15)).toEqual({ HAM: 'ok', SHF: 'incomplete' })
  expect(await world.open(check)).toEqual([])
})
