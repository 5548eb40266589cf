import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'movements'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(
    scenarioEstate(
      `codes:
  - { system: wms, column: movement_type, values: { pick: goods_issue } }
  - { system: erp, column: movement_type, values: { '601': goods_issue, '201': scrapped } }
`,
      [check],
    ),
  )
})
afterAll(() => world.close())

const moved = (movement_no: string, ref: string, quantity: string, more = {}) => ({
  movement_no,
  ref,
  location: 'FG1',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  ...more,
})

test('missing, twice, the wrong way, too much and at another place are told apart', async () => {
  world.say('erp', 0, 'items', [{ item: 'DX-40', base_unit: 'PCE', standard_cost: '10', currency: 'EUR' }])
  world.say('wms', 0, 'stock_movements', [
    moved('W1', 'A/10', '-60'),
    moved('W2', 'B/10', '-5'),
    moved('W3', 'C/10', '-5'),
    moved('W4', 'D/10', '-5'),
    moved('W5', 'E/10', '-5'),
    // two picks of one delivery line are one goods issue
    moved('W6', 'F/10', '-2'),
    moved('W7', 'F/10', '-3'),
    // posted and taken back: nobody has to know of it
    moved('W8', 'G/10', '-3'),
    moved('W9', 'G/10', '3'),
    moved('W10', '000077/10', '-1'),
  ])
  world.say('erp', 1, 'stock_movements', [
    moved('E2', 'B/10', '-5'),
    moved('E2b', 'B/10', '-5'),
    moved('E3', 'C/10', '5'),
    moved('E4', 'D/10', '-4.5'),
    moved('E5', 'E/10', '-5', { location: 'FG2' }),
    moved('E6', 'F/10', '-5'),
    moved('E7', 'H/10', '-7'),
    moved('E10', '000077/10', '-1'),
  ])
  await world.complete(9)
  await world.run(check, 9)
  expect(await world.open(check), 'within the grace').toEqual([])
  await world.complete(12)
  await world.run(check, 12)
  expect(await world.open(check)).toEqual([
    ['HAM', 'A/10/DX-40', 'movement_not_in_erp', '-60', 'missing', '600'],
    ['HAM', 'B/10/DX-40', 'movement_duplicate', '-5', '-10', '50'],
    ['HAM', 'C/10/DX-40', 'movement_sign', '-5', '5', '100'],
    ['HAM', 'D/10/DX-40', 'movement_quantity', '-5', '-4.5', '5'],
    ['HAM', 'E/10/DX-40', 'movement_place', 'FG1', 'FG2', '50'],
    ['HAM', 'H/10/DX-40', 'movement_not_in_wms', 'missing', '-7', '70'],
  ])
})

test('a movement posted twice is high, whatever it is worth', async () => {
  const rows = await world.store.rows<{ key: string; severity: string }>(
    `SELECT key, severity FROM exceptions WHERE class IN ('movement_duplicate', 'movement_quantity') ORDER BY key`,
  )
  expect(rows).toEqual([
    { key: 'B/10/DX-40', severity: 'high' },
    { key: 'D/10/DX-40', severity: 'low' },
  ])
})

test('parts of a key that read the same together are different keys', async () => {
  world.say('wms', 13, 'stock_movements', [moved('W20', '1', '-4', { item: '11' })])
  world.say('erp', 13, 'stock_movements', [moved('E20', '11', '-4', { item: '1' })])
  await world.complete(24)
  await world.run(check, 24)
  expect((await world.open(check)).filter((row) => row[4] === '-4' || row[3] === '-4')).toEqual([
    ['HAM', '1/11', 'movement_not_in_erp', '-4', 'missing', '0'],
    ['HAM', '11/1', 'movement_not_in_wms', 'missing', '-4', '0'],
  ])
})

test('reversed, posted and put right, they agree', async () => {
  world.say('erp', 25, 'stock_movements', [
    moved('E1', 'A/10', '-60'),
    moved('E2c', 'B/10', '5'),
    moved('E3', 'C/10', '-5'),
    moved('E4', 'D/10', '-5'),
    moved('E5', 'E/10', '-5'),
    moved('E7b', 'H/10', '7'),
    moved('E20', '1', '-4', { item: '11' }),
  ])
  await world.complete(50)
  await world.run(check, 50)
  expect(await world.open(check)).toEqual([])
})

test('as another type and in another month of the plant, where both sides moved the same', async () => {
  const month = { posted_at: '2025-12-31T22:30:00Z' }
  world.say('wms', 60, 'stock_movements', [
    moved('W61', 'P/10', '-2', { movement_type: 'pick' }),
    moved('W62', 'Q/10', '-2', { movement_type: 'pick' }),
    // half an hour before midnight in Hamburg, and half an hour after it
    moved('W63', 'R/10', '-2', { movement_type: 'pick', ...month }),
    moved('W64', 'S/10', '-2', { movement_type: 'pick', ...month }),
  ])
  world.say('erp', 61, 'stock_movements', [
    moved('E61', 'P/10', '-2', { movement_type: '601' }),
    moved('E62', 'Q/10', '-2', { movement_type: '201' }),
    moved('E63', 'R/10', '-2', { movement_type: '601', posted_at: '2025-12-31T23:30:00Z' }),
    moved('E64', 'S/10', '-2', { movement_type: '601', posted_at: '2025-12-31T22:59:59Z' }),
  ])
  await world.complete(80)
  await world.run(check, 80)
  expect(await world.open(check)).toEqual([
    ['HAM', 'Q/10/DX-40', 'movement_type', 'goods_issue', 'scrapped', '20'],
    ['HAM', 'R/10/DX-40', 'movement_period', '2025-12', '2026-01', '20'],
  ])
})
