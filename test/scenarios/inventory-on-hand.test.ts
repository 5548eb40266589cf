import { afterAll, beforeAll, expect, test } from 'vitest'
import { openScenario, type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'inventory_on_hand'
let world: Scenario
beforeAll(async () => {
  world = await openScenario(scenarioEstate('', [check]))
})
afterAll(() => world.close())

const position = (quantity: string, more = {}) => ({
  location: 'FG1',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  ...more,
})
const cost = { unit_cost: '486', currency: 'EUR' }
const movement = (movement_no: string, ref: string, quantity: string) => ({
  movement_no,
  ref,
  location: 'FG1',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
})

test('agreeing sides open nothing', async () => {
  world.say('erp', 0, 'inventory_positions', [position('1240', cost)])
  world.say('wms', 0, 'inventory_positions', [position('1240')])
  await world.complete(1)
  expect(await world.run(check, 1)).toEqual({ HAM: 'ok', SHF: 'ok' })
  expect(await world.open(check)).toEqual([])
})

test('a movement one side has not posted yet is in flight within the grace', async () => {
  world.say('wms', 2, 'inventory_positions', [position('1180')])
  world.say('wms', 2, 'stock_movements', [movement('W1', '80041277/10', '-60')])
  await world.complete(11)
  expect(await world.run(check, 11)).toEqual({ HAM: 'ok', SHF: 'ok' })
  expect(await world.open(check)).toEqual([])
})

test('after the grace it is a variance, worth its difference at standard cost', async () => {
  await world.complete(12.5)
  await world.run(check, 12.5)
  expect(await world.open(check)).toEqual([['HAM', 'FG1/DX-40', 'quantity', '1240', '1180', '29160']])
})

test('it has disagreed since the movement that one side lacks, whenever that was found', async () => {
  const [row] = await world.store.rows<{ since: string }>(`SELECT since FROM exceptions WHERE state = 'open'`)
  expect(row?.since).toBe('2026-01-05T08:02:00.000Z')
})

test('a busy item keeps its case: later movements on both sides are netted', async () => {
  world.say('wms', 13, 'inventory_positions', [position('1170')])
  world.say('wms', 13, 'stock_movements', [movement('W2', '80041280/10', '-10')])
  await world.complete(13)
  await world.run(check, 13)
  const open = await world.open(check)
  expect(open).toHaveLength(1)
  expect(open[0]?.[5]).toBe('29160')
})

test('a stale side opens nothing and closes nothing', async () => {
  world.say('erp', 14, 'inventory_positions', [position('1170', cost)])
  await world.complete(14, ['erp'])
  expect(await world.run(check, 30)).toEqual({ HAM: 'incomplete', SHF: 'incomplete' })
  expect(await world.open(check)).toHaveLength(1)
})

test('agreement closes the case', async () => {
  world.say('erp', 31, 'stock_movements', [
    movement('E1', '80041277/10', '-60'),
    movement('E2', '80041280/10', '-10'),
  ])
  await world.complete(31)
  await world.run(check, 31)
  expect(await world.open(check)).toEqual([])
  const steps = await world.store.rows<{ act: string }>(`SELECT act FROM exception_steps ORDER BY step`)
  expect(steps.map((step) => step.act)).toEqual(['opened', 'changed', 'closed'])
})

test('a late, older version changes nothing', async () => {
  world.say('wms', 32, 'inventory_positions', [position('5', { version: 1 })])
  await world.complete(60)
  await world.run(check, 60)
  expect(await world.open(check)).toEqual([])
})

test('a box read as a piece shows, with the quantity in base units', async () => {
  world.say('erp', 61, 'inventory_positions', [
    position('5', { item: 'BR-6204', unit_factor: '12', unit_cost: '2', currency: 'EUR' }),
  ])
  world.say('wms', 61, 'inventory_positions', [position('5', { item: 'BR-6204' })])
  await world.complete(80)
  await world.run(check, 80)
  expect(await world.open(check)).toEqual([['HAM', 'FG1/BR-6204', 'quantity', '60', '5', '110']])
})

test('negative stock is high, whatever it is worth', async () => {
  world.say('erp', 81, 'inventory_positions', [position('-1', { item: 'N', ...cost, unit_cost: '0.5' })])
  world.say('wms', 81, 'inventory_positions', [position('2', { item: 'N' })])
  await world.complete(100)
  await world.run(check, 100)
  const rows = await world.store.rows(
    `SELECT class, severity, toString(amount) AS amount FROM exceptions WHERE key = 'FG1/N'`,
  )
  expect(rows).toEqual([{ class: 'negative_stock', severity: 'high', amount: '1.5' }])
})

test('a plant that one side does not speak of at all opens nothing and closes nothing', async () => {
  world.say('wms', 101, 'inventory_positions', [position('5', { item: 'S' })], 'SHF')
  await world.complete(120)
  const [, shf] = await world.judge([check], 120)
  expect(shf).toMatchObject({
    plant: 'SHF',
    outcome: 'incomplete',
    reason: 'ERP says nothing at all of SHF, the other side 1 rows',
  })
  world.say('erp', 121, 'inventory_positions', [position('4', { item: 'S', ...cost })], 'SHF')
  await world.complete(140)
  await world.run(check, 140)
  expect((await world.open(check)).filter((row) => row[0] === 'SHF')).toEqual([
    ['SHF', 'FG1/S', 'quantity', '4', '5', '486'],
  ])
  // the ERP's export comes without the plant
  world.say('erp', 141, 'inventory_positions', [{ ...position('0', { item: 'S' }), deleted: true }], 'SHF')
  await world.complete(160)
  expect(await world.run(check, 160)).toEqual({ HAM: 'ok', SHF: 'incomplete' })
  expect((await world.open(check)).filter((row) => row[0] === 'SHF')).toHaveLength(1)
})

test('the cost of an item is the ERP’s, whatever a consumer of the master holds', async () => {
  const item = (standard_cost: string) => ({ item: 'COST-1', name: 'Cost', standard_cost, currency: 'EUR' })
  world.say('erp', 200, 'items', [item('7')])
  world.say('wms', 201, 'items', [item('1000')])
  world.say('erp', 200, 'inventory_positions', [position('10', { item: 'COST-1' })])
  world.say('wms', 200, 'inventory_positions', [position('8', { item: 'COST-1' })])
  await world.complete(240)
  await world.run(check, 240)
  expect((await world.open(check)).filter((row) => row[1] === 'FG1/COST-1')).toEqual([
    ['HAM', 'FG1/COST-1', 'quantity', '10', '8', '14'],
  ])
})

test('below zero is wrong where both sides have it so, too, and stays so until it is put right', async () => {
  const both = async (minute: number, quantity: string) => {
    world.say('erp', minute, 'inventory_positions', [
      position(quantity, { item: 'NEG', unit_cost: '2', currency: 'EUR' }),
    ])
    world.say('wms', minute, 'inventory_positions', [position(quantity, { item: 'NEG' })])
  }
  const found = () =>
    world.store.rows(
      `SELECT class, severity, left_value, right_value, toString(amount) AS amount FROM exceptions WHERE key = 'FG1/NEG' AND state = 'open'`,
    )
  await both(250, '-4')
  // the warehouse waits for what the ERP has already
  world.say('wms', 250, 'inventory_positions', [position('-3', { item: 'LATE' })])
  world.say('erp', 250, 'inventory_positions', [position('2', { item: 'LATE' })])
  world.say('erp', 250, 'stock_movements', [{ ...movement('E250', 'R/250', '5'), item: 'LATE' }])
  await world.complete(252)
  await world.run(check, 252)
  const negative = [
    { class: 'negative_stock', severity: 'high', left_value: '-4', right_value: '-4', amount: '8' },
  ]
  expect(await found()).toEqual(negative)
  expect((await world.open(check)).filter((row) => row[1] === 'FG1/LATE')).toEqual([])
  await world.judge([check], 253, { full: true })
  expect(await found(), 'comparing every key finds it as well').toEqual(negative)
  await both(254, '0')
  await world.complete(256)
  await world.run(check, 256)
  expect(await found()).toEqual([])
})

test('goods on consignment are apart from one’s own, in the same bin', async () => {
  const own = position('10', { item: 'CONS' })
  world.say('erp', 260, 'inventory_positions', [own, { ...own, quantity: '5', owner: 'V-100', ...cost }])
  world.say('wms', 260, 'inventory_positions', [own, { ...own, quantity: '4', owner: 'V-100' }])
  await world.complete(280)
  await world.run(check, 280)
  expect((await world.open(check)).filter((row) => row[1].includes('CONS'))).toEqual([
    ['HAM', 'FG1/CONS/V-100', 'quantity', '5', '4', '486'],
  ])
})

test('weighed goods may differ by half a percent and not by more; others may not at all', async () => {
  world.say('erp', 290, 'items', [
    { item: 'HAM-W', base_unit: 'KG', flags: 'batch, catch_weight' },
    { item: 'HAM-X', base_unit: 'KG', flags: 'catch_weight' },
    { item: 'HAM-P', base_unit: 'KG', flags: 'batch' },
  ])
  const [valued, weights] = [{ unit_cost: '10', currency: 'EUR' }, ['HAM-W', 'HAM-X', 'HAM-P']]
  world.say(
    'erp',
    290,
    'inventory_positions',
    weights.map((item) => position('200.2', { item, ...valued })),
  )
  world.say('wms', 290, 'inventory_positions', [
    // exactly half a percent of the larger side, and a millionth beyond it
    position('199.199', { item: 'HAM-W' }),
    position('199.198999', { item: 'HAM-X' }),
    position('199.199', { item: 'HAM-P' }),
  ])
  await world.complete(310)
  const [run] = await world.judge([check], 310)
  expect((await world.open(check)).filter((row) => row[1].includes('HAM-'))).toEqual([
    ['HAM', 'FG1/HAM-P', 'quantity', '200.2', '199.199', '10.01'],
    ['HAM', 'FG1/HAM-X', 'quantity', '200.2', '199.198999', '10.01001'],
  ])
  const passed = await world.store.rows(
    `SELECT key, toString(difference) AS difference FROM tolerated WHERE run = {run:String}`,
    { run: run?.run ?? '' },
  )
  expect(passed).toEqual([{ key: 'FG1/HAM-W', difference: '-1.001' }])
})
