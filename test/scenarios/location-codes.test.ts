import { afterAll, beforeAll, expect, test } from 'vitest'
import { groupStates } from '../../web/lib/states.ts'
import { openApp, readCase, type TestApp } from '../support/app.ts'
import { type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'inventory_on_hand'
let app: TestApp
let world: Scenario
beforeAll(async () => {
  app = await openApp(
    scenarioEstate(
      `codes:
  - { system: erp, column: stock_type, values: { F2: unrestricted, T1: in_transit } }
  - { system: wms, column: location, values: { '0010': FG1, BIN-2: FG1 } }
`,
      [check, 'masters'],
    ),
    { seeksCauses: true },
  )
  world = app.world
})
afterAll(() => app.close())

const at = (location: string, quantity: string) => ({ location, item: 'DX-40', quantity, unit: 'PCE' })
const cost = { unit_cost: '486', currency: 'EUR' }

test('locations that both sides call otherwise are one; two bins of one are added', async () => {
  world.say('erp', 0, 'inventory_positions', [{ ...at('FG1', '100'), ...cost }])
  world.say('wms', 0, 'inventory_positions', [at('0010', '60'), at('BIN-2', '40')])
  await world.complete(1)
  expect(await world.run(check, 1)).toMatchObject({ HAM: 'ok' })
  expect(await world.open(check)).toEqual([])
})

test('a movement at a mapped location explains the difference until its grace ends, and says since when it is', async () => {
  world.say('wms', 2, 'inventory_positions', [at('BIN-2', '35')])
  world.say('wms', 2, 'stock_movements', [{ ...at('BIN-2', '-5'), movement_no: 'W1', ref: 'R/1' }])
  await world.complete(10)
  await world.run(check, 10)
  expect(await world.open(check)).toEqual([])
  await world.complete(13)
  await world.run(check, 13)
  expect(await world.open(check)).toEqual([['HAM', 'FG1/DX-40', 'quantity', '100', '95', '2430']])
  const [row] = await world.store.rows<{ since: string }>(`SELECT since FROM exceptions`)
  expect(row?.since).toBe('2026-01-05T08:02:00.000Z')
})

test('the page of the case reads the same codes: both bins and the movement are there, and nothing is unexplained', async () => {
  const { states, bridges } = await readCase(app, 'FG1/DX-40')
  const places = states.filter((state) => state.entity === 'inventory_positions')
  expect(
    places.map((state) => [state.side, state.values.find(({ name }) => name === 'location')?.value]).sort(),
  ).toEqual([
    ['left', 'FG1'],
    ['right', '10'],
    ['right', 'BIN-2'],
  ])
  expect(bridges).toMatchObject([
    {
      left: '100',
      right: '95',
      lines: [{ ref: 'R/1', kind: 'not_posted_left', quantity: '-5' }],
      unexplained: '0',
    },
  ])
})

test('a location that nobody has mapped is its own, and shows', async () => {
  world.say('wms', 14, 'inventory_positions', [at('BIN-9', '7')])
  await world.complete(40)
  await world.run(check, 40)
  expect((await world.open(check)).map((row) => row[1])).toEqual(['BIN-9/DX-40', 'FG1/DX-40'])
})

test('goods at a location that nobody has mapped are two differences of one cause', async () => {
  const other = (location: string) => ({ ...at(location, '40'), item: 'DX-41' })
  world.say('erp', 41, 'inventory_positions', [{ ...other('FG1'), ...cost }])
  world.say('wms', 41, 'inventory_positions', [other('BIN-8')])
  await world.complete(60)
  expect(await world.run(check, 60)).toMatchObject({ HAM: 'ok' })
  expect(
    await world.store.rows(
      `SELECT cases.key AS key, cause, shared FROM exception_causes AS causes FINAL
       INNER JOIN (SELECT number, key FROM exceptions WHERE item = 'DX-41') AS cases ON cases.number = causes.number
       WHERE rank = 1 ORDER BY key`,
    ),
  ).toEqual(
    ['BIN-8/DX-41', 'FG1/DX-41'].map((key) => ({
      key,
      cause: 'unmapped_code',
      shared: 'unmapped location BIN-8 (HAM)',
    })),
  )
})

test('of an item’s master the page shows the two systems that the key is about, not a third', async () => {
  world.say('erp', 41, 'items', [{ item: 'DX-40', base_unit: 'PCE' }])
  world.say('crm', 41, 'items', [{ item: 'DX-40', base_unit: 'KG' }])
  world.say('wms', 41, 'items', [{ item: 'DX-40', base_unit: 'PCE' }])
  await world.complete(60)
  await world.run('masters', 60)
  const { states } = await readCase(app, 'DX-40/crm')
  expect(states.map((state) => state.system).sort()).toEqual(['crm', 'erp'])
  expect(groupStates(states)).toMatchObject([
    { kind: 'pair', states: [{ system: 'erp' }, { system: 'crm' }] },
  ])
})
