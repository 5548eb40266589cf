import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'inventory_on_hand'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(
    scenarioEstate(
      `codes:
  - { system: wms, column: location, values: { '0010': FG1, BIN-2: FG1 } }
`,
      [check],
    ),
  )
})
afterAll(() => world.close())

const at = (location: string, quantity: string) => ({ location, item: 'DX-40', quantity, unit: 'PCE' })
const cost = { unit_cost: '486', currency: 'EUR' }

test('locations that both sides call otherwise are one; two bins of one are added', async () => {
  await world.say('erp', 0, 'inventory_positions', [{ ...at('FG1', '100'), ...cost }])
  await world.say('wms', 0, 'inventory_positions', [at('0010', '60'), at('BIN-2', '40')])
  await world.complete(1)
  expect(await world.run(check, 1)).toMatchObject({ HAM: 'ok' })
  expect(await world.open(check)).toEqual([])
})

test('a movement at a mapped location explains the difference until its grace ends, and says since when it is', async () => {
  await world.say('wms', 2, 'inventory_positions', [at('BIN-2', '35')])
  await world.say('wms', 2, 'stock_movements', [{ ...at('BIN-2', '-5'), movement_no: 'W1', ref: 'R/1' }])
  await world.complete(10)
  await world.run(check, 10)
  expect(await world.open(check)).toEqual([])
  await world.complete(13)
  await world.run(check, 13)
  expect(await world.open(check)).toEqual([['HAM', 'FG1/DX-40', 'quantity', '100', '95', '2430']])
  const [row] = await world.store.rows<{ since: string }>(`SELECT since FROM exceptions`)
  expect(row?.since).toBe('2026-01-05T08:02:00.000Z')
})

test('a location that nobody has mapped is its own, and shows', async () => {
  await world.say('wms', 14, 'inventory_positions', [at('BIN-9', '7')])
  await world.complete(40)
  await world.run(check, 40)
  expect((await world.open(check)).map((row) => row[1])).toEqual(['BIN-9/DX-40', 'FG1/DX-40'])
})
