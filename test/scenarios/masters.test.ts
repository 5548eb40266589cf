import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'masters'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(
    scenarioEstate(
      `units:
  - { unit: PCE, aliases: [EA, ST] }
  - { unit: BOX, aliases: [CTN], base: PCE, factor: 12 }
  - { unit: KG }
`,
      [check],
    ),
  )
})
afterAll(() => world.close())

const item = (name: string, more = {}) => ({
  item: name,
  base_unit: 'PCE',
  pack_unit: 'BOX',
  pack_factor: '12',
  flags: 'batch,serial',
  ...more,
})

test('a wrong unit is critical; spellings, order and what is not said are no difference', async () => {
  world.say('erp', 0, 'items', [
    item('A'),
    item('B'),
    item('C'),
    item('D'),
    item('000815'),
    item('only in ERP'),
  ])
  world.say('wms', 1, 'items', [
    item('A', { base_unit: 'EA', pack_unit: 'CTN', flags: 'serial; batch' }),
    item('B', { pack_factor: '10' }),
    item('C', { base_unit: 'KG' }),
    item('D', { flags: 'batch' }),
    item('815'),
  ])
  world.say('crm', 1, 'items', [
    { item: 'A', base_unit: 'ST' },
    { item: 'B', base_unit: 'KG' },
  ])
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([
    ['HAM', 'B/crm', 'master_base_unit', 'PCE', 'KG', '0'],
    ['HAM', 'B/wms', 'master_unit_factor', 'BOX of 12', 'BOX of 10', '0'],
    ['HAM', 'C/wms', 'master_base_unit', 'PCE', 'KG', '0'],
    ['HAM', 'D/wms', 'master_flags', 'batch serial', 'batch', '0'],
  ])
  const rows = await world.store.rows<{ severity: string }>(
    `SELECT severity FROM exceptions WHERE check = 'masters' ORDER BY key`,
  )
  expect(rows.map((row) => row.severity)).toEqual(['critical', 'critical', 'critical', 'medium'])
})

test('put right, it closes', async () => {
  world.say('wms', 13, 'items', [item('B'), item('C'), item('D')])
  world.say('crm', 13, 'items', [{ item: 'B', base_unit: 'PCE' }])
  await world.complete(30)
  await world.run(check, 30)
  expect(await world.open(check)).toEqual([])
})

test('an item that a system uses and has no record of is told, not one that it has no use for', async () => {
  const move = (name: string) => ({
    direction: 'outbound',
    shipment_no: '1',
    line_no: name,
    order_no: name,
    order_line_no: '10',
    item: name,
    quantity: '1',
  })
  world.say('wms', 31, 'shipment_lines', [move('A'), move('only in ERP')])
  await world.complete(50)
  await world.run(check, 50)
  expect(await world.open(check)).toEqual([
    ['HAM', 'only in ERP/wms', 'master_missing', 'on record', 'missing', '0'],
  ])
  world.say('wms', 51, 'items', [item('only in ERP')])
  await world.complete(70)
  await world.run(check, 70)
  expect(await world.open(check)).toEqual([])
})
