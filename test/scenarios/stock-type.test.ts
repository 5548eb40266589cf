import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, readCase, type TestApp } from '../support/app.ts'
import { type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'stock_type'
let app: TestApp
let world: Scenario
beforeAll(async () => {
  app = await openApp(
    scenarioEstate(
      `codes:
  - { system: erp, column: stock_type, values: { F: unrestricted, Q: quality, S: blocked, T: in_transit } }
  - { system: wms, column: stock_type, values: { F2: unrestricted, Q4: quality, B6: blocked } }
  - { system: erp, column: location, values: { '0001': FG1 } }
`,
      [check, 'inventory_on_hand'],
    ),
  )
  world = app.world
})
afterAll(() => app.close())

const held = (location: string, item: string, stock_type: string, quantity: string) => ({
  location,
  item,
  stock_type,
  quantity,
  unit: 'PCE',
})
const valued = { unit_cost: '10', currency: 'EUR' }
const erp = (item: string, type: string, quantity: string) => ({
  ...held('0001', item, type, quantity),
  ...valued,
})
const wms = (item: string, type: string, quantity: string) => held('FG1', item, type, quantity)
const severities = () =>
  world.store.rows<{ key: string; severity: string }>(
    `SELECT key, severity FROM exceptions WHERE state = 'open' AND check = 'stock_type' ORDER BY key`,
  )

test('codes of both systems come to the same types and locations', async () => {
  world.say('erp', 0, 'inventory_positions', [
    erp('A', 'F', '90'),
    erp('A', 'Q', '10'),
    // no type at all is usable stock; a type with nothing in it is none
    erp('B', '', '5'),
    erp('B', 'S', '0'),
  ])
  world.say('wms', 0, 'inventory_positions', [
    wms('A', 'F2', '90'),
    wms('A', 'Q4', '10'),
    wms('B', 'F2', '5'),
  ])
  await world.complete(20)
  expect(await world.run(check, 20)).toEqual({ HAM: 'ok', SHF: 'ok' })
  expect(await world.open(check)).toEqual([])
})

test('more or less in all is not for this check, whatever its type', async () => {
  world.say('wms', 21, 'inventory_positions', [wms('A', 'F2', '80')])
  world.say('erp', 21, 'inventory_positions', [erp('C', 'S', '7')])
  await world.complete(40)
  await world.run(check, 40)
  expect(await world.open(check)).toEqual([])
})

test('what one side holds back and the other shows usable is critical, whatever it is worth', async () => {
  world.say('erp', 41, 'inventory_positions', [erp('D', 'F', '100'), erp('E', 'Q', '4')])
  world.say('wms', 41, 'inventory_positions', [
    wms('D', 'F2', '97.5'),
    wms('D', 'B6', '2.5'),
    wms('E', 'B6', '4'),
    // nobody has explained ZZ: it is counted and shown
    wms('F', 'ZZ', '3'),
  ])
  world.say('erp', 41, 'inventory_positions', [erp('F', 'F', '3')])
  await world.complete(50)
  await world.run(check, 50)
  expect(await world.open(check), 'within the grace').toEqual([])
  await world.complete(52)
  await world.run(check, 52)
  expect(await world.open(check)).toEqual([
    ['HAM', 'FG1/D', 'shown_usable', 'unrestricted 100', 'blocked 2.5, unrestricted 97.5', '25'],
    ['HAM', 'FG1/E', 'type_differs', 'quality 4', 'blocked 4', '40'],
    ['HAM', 'FG1/F', 'type_unknown', 'unrestricted 3', 'ZZ of wms 3', '30'],
  ])
  expect((await severities()).map((row) => row.severity)).toEqual(['critical', 'low', 'low'])
})

test('usable stock that keeps moving does not hide what is held back', async () => {
  world.say('wms', 53, 'inventory_positions', [wms('D', 'F2', '90')])
  world.say('erp', 53, 'inventory_positions', [erp('D', 'F', '92.5')])
  await world.complete(54)
  await world.run(check, 54)
  expect((await world.open(check)).map((row) => row[1])).toContain('FG1/D')
})

test('released on the other side too, it agrees', async () => {
  world.say('erp', 55, 'inventory_positions', [
    erp('D', 'F', '90'),
    erp('D', 'S', '2.5'),
    erp('E', 'Q', '0'),
    erp('E', 'S', '4'),
  ])
  world.say('wms', 55, 'inventory_positions', [wms('F', 'ZZ', '0'), wms('F', 'F2', '3')])
  await world.complete(70)
  await world.run(check, 70)
  expect(await world.open(check)).toEqual([])
})

test('what the ERP has in transit and the warehouse has received already is not held back', async () => {
  world.say('erp', 71, 'inventory_positions', [erp('T', 'F', '10'), erp('T', 'T', '40')])
  world.say('wms', 71, 'inventory_positions', [wms('T', 'F2', '50')])
  await world.complete(90)
  await world.run(check, 90)
  expect(await world.open(check)).toEqual([])
  // and on hand it is missing in the ERP, which has it on its way only
  await world.run('inventory_on_hand', 90)
  expect((await world.open('inventory_on_hand')).filter((row) => row[1] === 'FG1/T')).toEqual([
    ['HAM', 'FG1/T', 'quantity', '10', '50', '400'],
  ])
})

test('the page leads from type to type by what only one side has posted; what no movement explains is named', async () => {
  const moved = (movement_no: string, location: string, stock_type: string, quantity: string) => ({
    movement_no,
    ref: `R-${movement_no.slice(1, 2)}`,
    location,
    item: 'G',
    stock_type,
    movement_type: '344',
    quantity,
    unit: 'PCE',
  })
  world.say('erp', 91, 'inventory_positions', [erp('G', 'F', '100')])
  world.say('wms', 91, 'inventory_positions', [wms('G', 'F2', '93'), wms('G', 'B6', '7')])
  // of the seven that the warehouse holds back, it says of four that it did so
  world.say('wms', 91, 'stock_movements', [moved('W1a', 'FG1', 'F2', '-4'), moved('W1b', 'FG1', 'B6', '4')])
  await world.complete(110)
  await world.run(check, 110)
  const bridges = async () => (await readCase(app, 'FG1/G')).bridges
  expect(await bridges(), 'the ERP tells no movements at all').toMatchObject([
    { part: 'blocked', left: '0', right: '7', lines: [], unexplained: '7' },
    { part: 'unrestricted', left: '100', right: '93', lines: [], unexplained: '-7' },
  ])
  world.say('erp', 109, 'stock_movements', [moved('E2', '0001', 'F', '1')])
  await world.complete(111)
  await world.run(check, 111)
  expect(await bridges()).toMatchObject([
    {
      part: 'blocked',
      lines: [
        {
          kind: 'not_posted_left',
          ref: 'R-1',
          quantity: '4',
          documents: [{ system: 'wms', number: 'W1b', says: '344', quantity: '4' }],
        },
      ],
      unexplained: '3',
    },
    {
      part: 'unrestricted',
      lines: [
        { kind: 'in_flight', ref: 'R-2', quantity: '-1' },
        { kind: 'not_posted_left', ref: 'R-1', quantity: '-4' },
      ],
      unexplained: '-2',
    },
  ])
})
