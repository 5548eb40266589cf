import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, readCase, type TestApp } from '../support/app.ts'
import { type Scenario, scenarioEstate } from '../support/scenario.ts'

const check = 'in_transit'
let app: TestApp
let world: Scenario
beforeAll(async () => {
  app = await openApp(scenarioEstate('', [check]))
  world = app.world
})
afterAll(() => app.close())

const line = (direction: string, shipment_no: string, order_no: string, quantity: string, more = {}) => ({
  direction,
  shipment_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  ...more,
})
const toHam = { to_plant: 'HAM' }

test('what one plant issued is missed where it should arrive; partial receipts and losses add up', async () => {
  world.say('erp', 0, 'items', [{ item: 'DX-40', base_unit: 'PCE', standard_cost: '10', currency: 'EUR' }])
  world.say(
    'erp',
    0,
    'shipment_lines',
    [
      line('transfer_out', 'S1', 'T1', '40', toHam),
      line('transfer_out', 'S2', 'T2', '40', toHam),
      line('transfer_out', 'S3', 'T3', '40', toHam),
      line('transfer_out', 'S4', 'T4', '40', toHam),
    ],
    'SHF',
  )
  world.say('wms', 2, 'shipment_lines', [
    line('transfer_in', 'R1', 'T1', '25'),
    line('transfer_in', 'R2', 'T1', '15'),
    line('transfer_in', 'R3', 'T2', '38.5'),
    line('transfer_loss', 'L3', 'T2', '1.5'),
    line('transfer_in', 'R4', 'T3', '30'),
    line('transfer_in', 'R5', 'T4', '41'),
  ])
  await world.complete(9)
  await world.run(check, 9)
  expect(await world.open(check), 'on its way').toEqual([])
  await world.complete(12)
  expect(await world.run(check, 12)).toEqual({ HAM: 'ok', SHF: 'ok' })
  expect(await world.open(check)).toEqual([
    ['HAM', 'T3/10', 'transfer_short', '40', '30', '100'],
    ['HAM', 'T4/10', 'transfer_over', '40', '41', '10'],
  ])
})

test('the case shows the issue of the one plant beside the receipt of the other', async () => {
  const { states } = await readCase(app, 'T3/10')
  const told = states.map(({ side, values }) => [
    side,
    ...['plant', 'direction', 'quantity'].map(
      (name) => values.find((value) => value.name === name)?.value ?? '',
    ),
  ])
  expect(told.sort()).toEqual([
    ['left', 'SHF', 'transfer_out', '40'],
    ['right', '', 'transfer_in', '30'],
  ])
})

test('the longer goods are away, the more severe: their worth times the days begun since they were due', async () => {
  const severities = () =>
    world.store.rows<{ key: string; severity: string }>(
      `SELECT key, severity FROM exceptions WHERE check = 'in_transit' AND state = 'open' ORDER BY key`,
    )
  const at = async (minute: number) => {
    await world.complete(minute)
    await world.run(check, minute)
    return (await severities()).map(({ key, severity }) => `${key} ${severity}`)
  }
  expect(await at(12)).toEqual(['T3/10 medium', 'T4/10 low'])
  const [due, day] = [10, 1440]
  expect(await at(due + 9 * day - 1), 'of ten days the last has not begun').toEqual([
    'T3/10 medium',
    'T4/10 low',
  ])
  expect(await at(due + 9 * day)).toEqual(['T3/10 high', 'T4/10 medium'])
})

test('sent on to another plant, it is missed there and no longer here', async () => {
  world.say('erp', 13002, 'shipment_lines', [line('transfer_out', 'S3', 'T3', '40')], 'SHF')
  world.say('wms', 13002, 'shipment_lines', [line('transfer_loss', 'L4', 'T4', '-1')])
  world.say('wms', 13002, 'shipment_lines', [{ ...line('transfer_in', 'R4', 'T3', '30'), deleted: true }])
  world.say('wms', 13002, 'shipment_lines', [line('transfer_in', 'R9', 'T9', '1')], 'SHF')
  await world.complete(13020)
  await world.run(check, 13020)
  expect(await world.open(check)).toEqual([
    ['SHF', 'T3/10', 'transfer_short', '40', '0', '0'],
    ['SHF', 'T9/10', 'transfer_over', '0', '1', '0'],
  ])
})

test('where enough transfers are known, goods are due after twice their p95, and the case says so', async () => {
  const at = (hour: number) => new Date(Date.UTC(2026, 0, 2, hour)).toISOString()
  // forty transfers: two hours each, but for two that took three and one that took nine
  const past = Array.from({ length: 40 }, (_, index) => ({
    order: `P${index}`,
    hours: index === 0 ? 9 : index < 3 ? 3 : 2,
  }))
  world.say(
    'erp',
    13030,
    'shipment_lines',
    [
      ...past.map(({ order }) => line('transfer_out', order, order, '1', { ...toHam, posted_at: at(0) })),
      line('transfer_out', 'N1', 'N1', '5', toHam),
    ],
    'SHF',
  )
  world.say(
    'wms',
    13030,
    'shipment_lines',
    past.map(({ order, hours }) => line('transfer_in', order, order, '1', { posted_at: at(hours) })),
  )
  const open = async (minute: number) => {
    await world.complete(minute)
    await world.run(check, minute)
    return (await world.open(check)).filter((row) => row[0] === 'HAM').map((row) => row[1])
  }
  expect(await open(13030 + 359), 'the fixed grace is over, twice the usual time is not').toEqual([])
  expect(await open(13030 + 360)).toEqual(['N1/10'])
  const { timeline } = await readCase(app, 'N1/10')
  expect(timeline.filter((entry) => entry.missing)).toMatchObject([
    {
      title: 'Receipt missing',
      detail:
        'N1/10: due 6 h 00 after the issue; twice what 95 % of the past transfers from SHF to HAM took at most',
    },
  ])
})

test('the page leads from what was issued to what came: in flight, lost on the way, held in quarantine, and the rest', async () => {
  const day = 1440
  world.say(
    'erp',
    13500,
    'shipment_lines',
    [line('transfer_out', 'S6', 'T6', '40', toHam), line('transfer_out', 'S7', 'T7', '30', toHam)],
    'SHF',
  )
  world.say('wms', 13510, 'shipment_lines', [
    line('transfer_in', 'R6', 'T6', '25'),
    line('transfer_loss', 'L6', 'T6', '5'),
    line('transfer_in', 'R7', 'T7', '31'),
  ])
  await world.store.insert('events_in', [
    {
      kind: 'quarantine',
      source: 'wms',
      system: 'wms',
      plant: 'HAM',
      event_id: 'wms-77',
      type: 'test',
      key: '',
      occurred_at: '2026-01-15T00:00:00Z',
      received_at: new Date().toISOString(),
      reasons: ['data.unit: "PCS" is no unit of this estate'],
      codes: ['value'],
      data: '{"order_no":"T6"}',
      load_seq: 900_000,
    },
  ])
  await world.complete(13500 + day)
  await world.run(check, 13500 + day)
  const bridgeOf = async (key: string) => (await readCase(app, key)).bridges
  const short = {
    kind: 'posted_differently',
    ref: 'S6',
    quantity: '-10',
    documents: [
      { number: 'S6', says: 'transfer_out', quantity: '40', system: 'erp' },
      { number: 'R6', says: 'transfer_in', quantity: '25', system: 'wms' },
      { number: 'L6', says: 'transfer_loss', quantity: '5', system: 'wms' },
    ],
    queued: [{ message_id: 'wms-77' }],
  }
  expect(await bridgeOf('T6/10')).toMatchObject([
    { part: '', left: '40', right: '30', lines: [short], unexplained: '0' },
  ])
  expect(await bridgeOf('T7/10'), 'what came beyond what was sent').toMatchObject([
    { left: '30', right: '31', lines: [{ ref: 'R7', quantity: '1' }], unexplained: '0' },
  ])
  // a second delivery of the line leaves: it is on its way, and what came stays with the first
  world.say('erp', 13510 + day, 'shipment_lines', [line('transfer_out', 'S8', 'T6', '7', toHam)], 'SHF')
  await world.complete(13512 + day)
  await world.run(check, 13512 + day)
  expect(await bridgeOf('T6/10')).toMatchObject([
    {
      left: '47',
      right: '30',
      lines: [{ kind: 'in_flight', ref: 'S8', quantity: '-7', documents: [{ number: 'S8' }] }, short],
      unexplained: '0',
    },
  ])
})
