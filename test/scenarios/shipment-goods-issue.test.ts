import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, readCase, type TestApp } from '../support/app.ts'
import { type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'shipment_goods_issue'
let app: TestApp
let world: Scenario
beforeAll(async () => {
  app = await openApp(scenarioEstate('', [check]))
  world = app.world
})
afterAll(() => app.close())

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
  world.say('erp', 0, 'items', [{ item: 'DX-40', base_unit: 'PCE', standard_cost: '10', currency: 'EUR' }])
  world.say('wms', 0, 'shipment_lines', [
    line('80000001', '5', day),
    line('80000002', '5', day),
    line('80000003', '5', day, 'L1'),
    line('0080000004', '5', day),
  ])
  world.say('erp', 1, 'shipment_lines', [
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
  world.say('wms', 13, 'shipment_lines', [line('90000001', '5', late)])
  world.say('erp', 13, 'shipment_lines', [line('90000001', '5', noon)])
  world.say('wms', 13, 'shipment_lines', [line('90000002', '5', late)], 'SHF')
  world.say('erp', 13, 'shipment_lines', [line('90000002', '5', noon)], 'SHF')
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
  world.say('wms', 40, 'shipment_lines', [piece('S-1'), piece('S-2'), piece('000815')])
  world.say('erp', 40, 'shipment_lines', [piece('S-1'), piece('S-3'), piece('815')])
  await world.complete(60)
  await world.run(check, 60)
  expect((await world.open(check)).filter((row) => row[1].startsWith('70000001'))).toEqual([
    ['HAM', '70000001/10/S-2', 'goods_issue_missing', '1', 'missing', '10'],
    ['HAM', '70000001/10/S-3', 'shipment_missing', 'missing', '1', '10'],
  ])
})

test('the page leads from what left to what was issued, month by month, with the documents behind it', async () => {
  const bridgeOf = async (key: string) => (await readCase(app, key)).bridges
  expect(await bridgeOf('80000002/10')).toMatchObject([
    {
      part: '2026-01',
      left: '5',
      right: '4',
      lines: [
        {
          kind: 'posted_differently',
          ref: '80000002',
          quantity: '-1',
          documents: [
            { system: 'wms', number: '80000002', says: 'outbound', quantity: '5' },
            { system: 'erp', number: '80000002', quantity: '4' },
          ],
        },
      ],
      unexplained: '0',
    },
  ])
  const months = (await bridgeOf('90000002/10')).map(({ part, left, right, lines }) => [
    part,
    left,
    right,
    ...lines.map((line) => `${line.kind} ${line.quantity}`),
  ])
  expect(months).toEqual([
    ['2025-12', '5', '0', 'not_posted_right -5'],
    ['2026-01', '0', '5', 'not_posted_left 5'],
  ])
  // said just now, by one of them: in flight, with the rest as it was
  world.say('wms', 59, 'shipment_lines', [
    { ...line('80000002', '2', day), direction: 'return' },
    { ...line('80000001', '6', day) },
  ])
  await world.complete(61)
  await world.run(check, 61)
  expect(await bridgeOf('80000001/10')).toMatchObject([
    { left: '6', right: '0', lines: [{ kind: 'in_flight', quantity: '-6' }], unexplained: '0' },
  ])
  expect(await bridgeOf('80000002/10'), 'a return is no shipment').toMatchObject([{ left: '5', right: '4' }])
})
