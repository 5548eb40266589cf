import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExceptionDetail, ExceptionList } from '../../server/api/schemas/exceptions.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { type StateRow, scenarioEstate } from '../support/scenario.ts'

// Causes of what the checks of documents, masters and transfers find: what systems say goes in, a case answers why.
let app: TestApp
beforeAll(async () => {
  app = await openApp(
    scenarioEstate(
      `
units:
  - { unit: PCE }
  - { unit: BOX, base: PCE, factor: 12 }`,
      [
        'movements',
        'lifecycle',
        'price',
        'masters',
        'shipment_goods_issue',
        'stock_type',
        'three_way_match',
        'in_transit',
      ],
    ),
    { seeksCauses: true },
  )
})
afterAll(() => app.close())

const movement = (movement_no: string, ref: string, quantity: string, more: StateRow = {}) => ({
  movement_no,
  ref,
  location: 'FG1',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  ...more,
})
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
const ordered = (order_no: string, more: StateRow = {}) => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity: '10',
  unit: 'PCE',
  unit_price: '100',
  currency: 'EUR',
  status: 'open',
  ...more,
})
const invoice = (invoice_no: string, order_no: string, quantity: string, more: StateRow = {}) => ({
  kind: 'invoice',
  invoice_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  unit_price: '100',
  currency: 'EUR',
  ...more,
})

let minute = 0
/** Lets all systems be complete well after what was said, and judges. */
async function judge(check: string) {
  minute += 60
  await app.world.complete(minute)
  const outcomes = await app.world.run(check, minute)
  expect(outcomes.HAM).toBe('ok')
}
const say = (
  system: string,
  entity: Parameters<TestApp['world']['say']>[2],
  rows: StateRow[],
  plant?: string,
) => app.world.say(system, minute + 1, entity, rows, plant)

/** The cases whose key contains the text. */
const listCases = async (text: string) =>
  (await app.askJson<ExceptionList>(`/api/exceptions?q=${encodeURIComponent(text)}`)).body.rows
const rankedOf = async (number: number | undefined) =>
  (await app.askJson<ExceptionDetail>(`/api/exceptions/${number}`)).body.causes.ranked
const causesOf = async (text: string) => rankedOf((await listCases(text))[0]?.number)

/** The one case of the check whose key contains the text has this cause first, and its evidence names the documents. */
async function expectFirst(check: string, text: string, cls: string, cause: string, ...documents: string[]) {
  const found = (await listCases(text)).filter((row) => row.check === check)
  expect(found.map((row) => row.class)).toEqual([cls])
  const ranked = await rankedOf(found[0]?.number)
  const [first] = ranked
  expect(first?.cause, JSON.stringify(ranked)).toBe(cause)
  for (const document of documents) expect(JSON.stringify(first?.evidence)).toContain(document)
}

test('a movement that was lost, one posted in part, one posted twice, one the wrong way', async () => {
  await say('wms', 'stock_movements', [
    movement('W1', 'D1/10', '-6'),
    movement('W2', 'D2/10', '-6'),
    movement('W3', 'D3/10', '-6'),
    movement('W4', 'D4/10', '-6'),
    movement('W5', 'R5/10', '5'),
  ])
  await say('erp', 'stock_movements', [
    movement('E2', 'D2/10', '-4'),
    movement('E3', 'D3/10', '-6'),
    movement('E3b', 'D3/10', '-6'),
    movement('E4', 'D4/10', '6'),
    movement('E5', 'R5/10', '60'),
  ])
  await judge('movements')
  await expectFirst('movements', 'D1/10', 'movement_not_in_erp', 'lost_message', 'W1')
  await expectFirst('movements', 'D2/10', 'movement_quantity', 'posted_in_part', 'E2', 'ERP 4')
  await expectFirst('movements', 'D3/10', 'movement_duplicate', 'duplicate_posting', 'E3b')
  await expectFirst('movements', 'D4/10', 'movement_sign', 'wrong_sign', 'E4')
  await expectFirst('movements', 'R5/10', 'movement_quantity', 'wrong_unit', '12 to 1')
})

test('a movement that the other side has under another reference; of two that may be it, both are named', async () => {
  await say('wms', 'stock_movements', [
    movement('W6', 'D6/10', '-7', { batch: 'L6' }),
    movement('W7', 'D7/10', '-8', { batch: 'L7' }),
    movement('W8', 'D8/10', '-9', { batch: 'L8' }),
  ])
  await say('erp', 'stock_movements', [
    movement('E6', '4711/1', '-7', { batch: 'L6' }),
    movement('E7', '4712/1', '-8', { batch: 'L7' }),
    movement('E7b', '4713/1', '-8', { batch: 'L7' }),
    // as much, of another batch
    movement('E8', '4714/1', '-9', { batch: 'L9' }),
  ])
  await judge('movements')
  await expectFirst('movements', 'D6/10', 'movement_not_in_erp', 'other_reference', '4711/1', 'E6')
  await expectFirst('movements', '4711/1', 'movement_not_in_wms', 'other_reference', 'D6/10', 'W6')
  const named = (await causesOf('D7/10')).find(({ cause }) => cause === 'other_reference')
  expect(JSON.stringify(named?.evidence)).toMatch(/4712\/1.*4713\/1|4713\/1.*4712\/1/)
  expect((await causesOf('D8/10')).map(({ cause }) => cause)).not.toContain('other_reference')
})

test('a movement that one side counts in another month', async () => {
  const on = (month: string) => ({ posted_at: `2026-${month}-04T08:00:00Z` })
  await say('wms', 'stock_movements', [movement('WS1', 'SMP-1', '-2', on('02'))])
  await say('erp', 'stock_movements', [movement('ES1', 'SMP-1', '-2', on('01'))])
  await judge('movements')
  await expectFirst('movements', 'SMP-1', 'movement_period', 'cut_off', 'WS1', 'ES1', '2026-01', '2026-02')
})

test('a goods issue that is missing, and one that is short', async () => {
  await say('wms', 'shipment_lines', [
    line('outbound', 'D1', 'SO-1', '6'),
    line('outbound', 'D2', 'SO-2', '6'),
  ])
  await say('erp', 'shipment_lines', [line('outbound', 'D2', 'SO-2', '4')])
  await judge('shipment_goods_issue')
  await expectFirst('shipment_goods_issue', 'D1/10', 'goods_issue_missing', 'lost_message', 'W1')
  await expectFirst('shipment_goods_issue', 'D2/10', 'goods_issue_quantity', 'posted_in_part', 'E2')
})

test('an order shipped and still open: lost on its way, or not billed; and one cancelled while it was picked', async () => {
  const numbers = ['SO-11', 'SO-12', 'SO-13']
  await say(
    'erp',
    'order_lines',
    numbers.map((number) => ordered(number)),
  )
  await say('crm', 'order_lines', [ordered('SO-13', { status: 'cancelled' })])
  await say('wms', 'shipment_lines', [
    line('outbound', 'D11', 'SO-11', '10'),
    line('outbound', 'D12', 'SO-12', '10'),
    line('outbound', 'D13', 'SO-13', '10'),
  ])
  await say('wms', 'stock_movements', [movement('W11', 'D11/10', '-10'), movement('W12', 'D12/10', '-10')])
  await say('erp', 'stock_movements', [movement('E12', 'D12/10', '-10')])
  await judge('lifecycle')
  await expectFirst('lifecycle', 'SO-11/10', 'shipped_but_open', 'lost_message', 'W11')
  await expectFirst('lifecycle', 'SO-12/10', 'shipped_but_open', 'shipped_not_billed', 'E12', 'ERP')
  await expectFirst('lifecycle', 'SO-13/10', 'cancelled_but_picked', 'cancelled_but_picked', 'D13/10')
})

test('orders shipped and not billed, since their partner is blocked for it; a block of something else holds up nothing', async () => {
  const partner = (name: string, flags: string) => ({ partner: name, name, role: 'customer', flags })
  const orders = [
    ['SO-61', 'C-1'],
    ['SO-62', 'C-1'],
    ['SO-63', 'C-2'],
    ['SO-64', 'C-3'],
  ] as const
  await say('erp', 'partners', [partner('C-1', 'export billing_block'), partner('C-2', 'delivery_block')])
  // what another system holds blocked is not whoever should have billed
  await say('crm', 'partners', [partner('C-3', 'blocked')])
  await say(
    'erp',
    'order_lines',
    orders.map(([number, name]) => ordered(number, { partner: name })),
  )
  const moved = (system: string) =>
    orders.map(([number]) => movement(`${system}-${number}`, `D-${number}/10`, '-10'))
  await say(
    'wms',
    'shipment_lines',
    orders.map(([number]) => line('outbound', `D-${number}`, number, '10')),
  )
  await say('wms', 'stock_movements', moved('W'))
  await say('erp', 'stock_movements', moved('E'))
  await judge('lifecycle')
  await expectFirst('lifecycle', 'SO-61/10', 'shipped_but_open', 'posting_block', 'C-1', 'billing_block')
  await expectFirst('lifecycle', 'SO-62/10', 'shipped_but_open', 'posting_block', 'C-1')
  await expectFirst('lifecycle', 'SO-63/10', 'shipped_but_open', 'shipped_not_billed')
  await expectFirst('lifecycle', 'SO-64/10', 'shipped_but_open', 'shipped_not_billed')
  for (const key of ['SO-61/10', 'SO-62/10']) {
    const [row] = await listCases(key)
    const detail = (await app.askJson<ExceptionDetail>(`/api/exceptions/${row?.number}`)).body
    expect(detail.causes.parent?.shared, 'both have the block in common').toBe('blocked partner C-1 in ERP')
  }
  await say(
    'erp',
    'order_lines',
    orders.map(([number, name]) => ordered(number, { partner: name, status: 'completed' })),
  )
  await judge('lifecycle')
  expect((await listCases('SO-6')).filter((row) => row.check === 'lifecycle')).toEqual([])
})

test('a case that opens again for another reason is explained anew', async () => {
  await say('erp', 'stock_movements', [movement('E11', 'D11/10', '-10')])
  await say('erp', 'order_lines', [ordered('SO-11', { status: 'completed' })])
  await judge('lifecycle')
  expect((await app.askJson<ExceptionList>('/api/exceptions?q=SO-11')).body.rows).toEqual([])
  await say('erp', 'order_lines', [ordered('SO-11')])
  await judge('lifecycle')
  await expectFirst('lifecycle', 'SO-11/10', 'shipped_but_open', 'shipped_not_billed', 'E11')
})

test('a line completed and billed twice owes nothing', async () => {
  await say('erp', 'order_lines', [ordered('SO-14', { status: 'completed' })])
  await say('wms', 'shipment_lines', [line('outbound', 'D14', 'SO-14', '10')])
  await say('erp', 'invoice_lines', [invoice('I14', 'SO-14', '10'), invoice('I14b', 'SO-14', '10')])
  await judge('lifecycle')
  const list = await app.askJson<ExceptionList>('/api/exceptions?q=SO-14')
  expect(list.body.rows).toEqual([])
})

test('a price billed that the list no longer has', async () => {
  await say('crm', 'order_lines', [ordered('SO-21'), ordered('SO-22')])
  await say('erp', 'order_lines', [ordered('SO-21', { unit_price: '90' }), ordered('SO-22')])
  await say('erp', 'invoice_lines', [invoice('I21', 'SO-21', '10', { unit_price: '90' })])
  await judge('price')
  await expectFirst('price', 'SO-21/10', 'billed_price', 'stale_price', '100', '90', 'SO-21/10')
})

test('a price and a handling that were not taken over, and a pack unit typed wrong', async () => {
  const price = (unit_price: string, master_version: string) => ({
    partner: 'C1',
    item: 'DX-40',
    valid_from: '2026-01-01',
    unit_price,
    currency: 'EUR',
    master_version,
  })
  await say('erp', 'prices', [price('110', '2')])
  await say('crm', 'prices', [price('100', '1')])
  await say('crm', 'master_rejections', [
    { master: 'prices', master_key: 'C1/DX-40/2026-01-01', master_version: '2', reason: 'below the floor' },
  ])
  await judge('price')
  await expectFirst(
    'price',
    'C1/DX-40',
    'list_price',
    'master_not_taken_over',
    'version 2',
    'below the floor',
  )

  const item = (name: string, more: StateRow) => ({
    item: name,
    base_unit: 'PCE',
    pack_unit: 'BOX',
    pack_factor: '12',
    flags: 'shelf',
    ...more,
  })
  await say('erp', 'items', [
    item('BR-1', { flags: 'shelf inspect', master_version: '3' }),
    item('BR-2', { master_version: '3' }),
  ])
  await say('wms', 'items', [
    item('BR-1', { flags: 'shelf inspect', master_version: '3' }),
    item('BR-2', { pack_factor: '10', master_version: '3' }),
  ])
  await say('crm', 'items', [item('BR-1', { master_version: '2' }), item('BR-2', { master_version: '3' })])
  await judge('masters')
  await expectFirst('masters', 'BR-1/crm', 'master_flags', 'master_not_taken_over', 'CRM', 'version 2')
  await expectFirst('masters', 'BR-2/wms', 'master_unit_factor', 'master_keyed_otherwise', 'version 3')
})

test('a batch released in the warehouse only', async () => {
  const stock = (stock_type: string, quantity: string) => ({
    location: 'RM1',
    item: 'VN-5',
    batch: 'B1',
    stock_type,
    quantity,
    unit: 'PCE',
  })
  const change = (no: string, quantity: string) => [
    movement(`${no}a`, 'QI-1', `-${quantity}`, {
      location: 'RM1',
      item: 'VN-5',
      batch: 'B1',
      stock_type: 'quality',
    }),
    movement(`${no}b`, 'QI-1', quantity, {
      location: 'RM1',
      item: 'VN-5',
      batch: 'B1',
      stock_type: 'unrestricted',
    }),
  ]
  await say('erp', 'inventory_positions', [stock('unrestricted', '60'), stock('quality', '40')])
  await say('wms', 'inventory_positions', [stock('unrestricted', '100'), stock('quality', '0')])
  await say('wms', 'stock_movements', change('W30', '40'))
  await judge('stock_type')
  await expectFirst('stock_type', 'RM1/VN-5/B1', 'shown_usable', 'type_on_one_side', 'QI-1', 'quality')
})

test('a type of stock that nobody has explained', async () => {
  const stock = (stock_type: string) => ({
    location: 'RM1',
    item: 'VN-9',
    stock_type,
    quantity: '40',
    unit: 'PCE',
  })
  await say('erp', 'inventory_positions', [stock('unrestricted')])
  await say('wms', 'inventory_positions', [stock('Z7')])
  await judge('stock_type')
  await expectFirst('stock_type', 'RM1/VN-9', 'type_unknown', 'unmapped_code', 'WMS', 'Z7')
})

test('a supplier who bills more, dearer or twice; boxes received as pieces', async () => {
  const orders = ['PO-1', 'PO-2', 'PO-3', 'PO-5', 'PO-4']
  const bill = (no: string, order: string, quantity: string, unit_price = '100') =>
    invoice(no, order, quantity, { order_type: 'purchase', unit_price })
  await say(
    'erp',
    'order_lines',
    orders.map((order) => ordered(order, { order_type: 'purchase', quantity: '24' })),
  )
  await say('wms', 'shipment_lines', [
    ...orders.slice(0, 4).map((order, index) => line('inbound', `R${index}`, order, '24')),
    line('inbound', 'R4', 'PO-4', '2'),
  ])
  await say('erp', 'invoice_lines', [
    bill('B1', 'PO-1', '30'),
    bill('B2', 'PO-2', '24', '110'),
    bill('B3', 'PO-3', '24'),
    bill('B3b', 'PO-3', '24'),
    bill('B4', 'PO-4', '24'),
    // the price of a box for a piece
    bill('B5', 'PO-5', '24', '1200'),
  ])
  await judge('three_way_match')
  await expectFirst('three_way_match', 'PO-1', 'invoiced_not_received', 'supplier_billed_otherwise', 'B1/10')
  await expectFirst('three_way_match', 'PO-2', 'purchase_price', 'supplier_billed_otherwise', '110')
  await expectFirst('three_way_match', 'PO-3', 'duplicate_invoice', 'duplicate_posting', 'B3/10', 'B3b/10')
  await expectFirst('three_way_match', 'PO-5', 'purchase_price', 'wrong_unit', '12 to 1')
  await expectFirst('three_way_match', 'PO-4', 'invoiced_not_received', 'wrong_unit', '12 to 1')
})

test('a transfer that was never booked in', async () => {
  await say('wms', 'shipment_lines', [line('transfer_in', 'T0', 'STO-0', '5')])
  await say('erp', 'shipment_lines', [line('transfer_out', 'T0', 'STO-0', '5', { to_plant: 'HAM' })], 'SHF')
  await say('erp', 'shipment_lines', [line('transfer_out', 'T1', 'STO-1', '40', { to_plant: 'HAM' })], 'SHF')
  await judge('in_transit')
  await expectFirst('in_transit', 'STO-1', 'transfer_short', 'not_booked_in', 'T1/10', 'SHF')
})
