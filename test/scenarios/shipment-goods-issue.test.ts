import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'shipment_goods_issue'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const line = (shipment_no: string, quantity: string, posted_at: string, batch = '') => ({
  direction: 'outbound',
  shipment_no,
  line_no: '10',
  order_no: 'SO-1',
  order_line_no: '10',
  item: 'DX-40',
  batch,
  quantity,
  unit: 'PCE',
  posted_at,
})
const day = '2026-01-04T12:00:00Z'

test('missing, another quantity and another lot show; each lot is a key of its own', async () => {
  await world.say('erp', 0, 'items', [
    { item: 'DX-40', base_unit: 'PCE', standard_cost: '10', currency: 'EUR' },
  ])
  await world.say('wms', 0, 'shipment_lines', [
    line('80000001', '5', day),
    line('80000002', '5', day),
    line('80000003', '5', day, 'L1'),
    line('0080000004', '5', day),
  ])
  await world.say('erp', 1, 'shipment_lines', [
    line('80000002', '4', day),
    line('80000003', '5', day, 'L2'),
    line('80000004', '5', day),
  ])
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([
    ['HAM', '80000001/10', 'goods_issue_missing', '5', 'missing', '50'],
    ['HAM', '80000002/10', 'goods_issue_quantity', '5', '4', '10'],
    ['HAM', '80000003/10/L1', 'goods_issue_missing', '5', 'missing', '50'],
    ['HAM', '80000003/10/L2', 'shipment_missing', 'missing', '5', '50'],
  ])
})

test('a month ends at midnight of the plant, not of Greenwich', async () => {
  // 23:30 in Greenwich and in Sheffield, half past midnight in Hamburg
  const late = '2025-12-31T23:30:00Z'
  const noon = '2026-01-01T12:00:00Z'
  await world.say('wms', 13, 'shipment_lines', [line('90000001', '5', late)])
  await world.say('erp', 13, 'shipment_lines', [line('90000001', '5', noon)])
  await world.say('wms', 13, 'shipment_lines', [line('90000002', '5', late)], 'SHF')
  await world.say('erp', 13, 'shipment_lines', [line('90000002', '5', noon)], 'SHF')
  await world.complete(30)
  await world.run(check, 30)
  expect((await world.open(check)).filter((row) => row[2] === 'posting_period')).toEqual([
    ['SHF', '90000002/10', 'posting_period', '2025-12', '2026-01', '0'],
  ])
  const [row] = await world.store.rows<{ severity: string }>(
    `SELECT severity FROM exceptions WHERE class = 'posting_period'`,
  )
  expect(row?.severity).toBe('critical')
})

test('pieces with numbers are compared one by one', async () => {
  const piece = (serial: string) => ({ ...line('70000001', '1', day), serial })
  await world.say('wms', 40, 'shipment_lines', [piece('S-1'), piece('S-2'), piece('000815')])
  await world.say('erp', 40, 'shipment_lines', [piece('S-1'), piece('S-3'), piece('815')])
  await world.complete(60)
  await world.run(check, 60)
  expect((await world.open(check)).filter((row) => row[1].startsWith('70000001'))).toEqual([
    ['HAM', '70000001/10/S-2', 'goods_issue_missing', '1', 'missing', '10'],
    ['HAM', '70000001/10/S-3', 'shipment_missing', 'missing', '1', '10'],
  ])
})
