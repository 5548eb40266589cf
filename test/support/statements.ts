import fc from 'fast-check'
import type { EntityName } from '../../server/core/model.ts'
import type { Said } from './scenario.ts'

/** What one system says of one of its states; few keys, so that statements meet. */
export type Statement = Said

const small = fc.constantFrom('0', '1', '2.5', '40')
const key = fc.integer({ min: 1, max: 6 }).map(String)
const version = fc.integer({ min: 1, max: 5 })
const deleted = fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0)
const common = { version, deleted }
const orders = fc.record({
  system: fc.constantFrom('crm', 'erp'),
  entity: fc.constant<EntityName>('order_lines'),
  row: fc.record({
    ...common,
    order_type: fc.constantFrom('sales', 'purchase'),
    order_no: key,
    line_no: fc.constantFrom('1', '11'),
    item: fc.constantFrom('DX-40', '1'),
    partner: fc.constantFrom('7', '007', '8'),
    quantity: small,
    unit: fc.constant('PCE'),
    unit_price: fc.constantFrom('10', '10.005', '12'),
    unit_factor: fc.constantFrom('1', '12'),
    currency: fc.constant('EUR'),
    status: fc.constantFrom('open', 'cancelled'),
  }),
})
// a shipment line may be said to belong to another order later: it leaves the old key
const shipments = fc.record({
  system: fc.constantFrom('wms', 'wms', 'erp'),
  entity: fc.constant<EntityName>('shipment_lines'),
  row: fc.record({
    ...common,
    direction: fc.constantFrom('outbound', 'inbound', 'return', 'transfer_out', 'transfer_in'),
    to_plant: fc.constantFrom('HAM', 'SHF'),
    shipment_no: key,
    line_no: fc.constant('1'),
    order_no: key,
    order_line_no: fc.constantFrom('1', '11'),
    item: fc.constant('DX-40'),
    quantity: small,
    unit: fc.constant('PCE'),
  }),
})
const invoices = fc.record({
  system: fc.constant('erp'),
  entity: fc.constant<EntityName>('invoice_lines'),
  row: fc.record({
    ...common,
    kind: fc.constantFrom('invoice', 'invoice', 'credit', 'price_credit'),
    order_type: fc.constantFrom('sales', 'purchase'),
    invoice_no: key,
    line_no: fc.constant('1'),
    order_no: key,
    order_line_no: fc.constantFrom('1', '11'),
    item: fc.constant('DX-40'),
    quantity: small,
    unit: fc.constant('PCE'),
    unit_price: fc.constantFrom('10', '12'),
    currency: fc.constant('EUR'),
  }),
})
const positions = fc.record({
  system: fc.constantFrom('erp', 'wms'),
  entity: fc.constant<EntityName>('inventory_positions'),
  row: fc.record({
    ...common,
    location: fc.constant('FG1'),
    item: key,
    stock_type: fc.constantFrom('', 'quality'),
    quantity: small,
    unit: fc.constant('PCE'),
  }),
})
const movements = fc.record({
  system: fc.constantFrom('erp', 'wms'),
  entity: fc.constant<EntityName>('stock_movements'),
  row: fc.record({
    ...common,
    movement_no: key,
    ref: key,
    location: fc.constant('FG1'),
    item: key,
    quantity: small,
    unit: fc.constant('PCE'),
  }),
})
// a price is read by the lines of its customer, too, and a record by what its item is named in
const prices = fc.record({
  system: fc.constantFrom('crm', 'erp'),
  entity: fc.constant<EntityName>('prices'),
  row: fc.record({
    ...common,
    partner: fc.constantFrom('7', '8'),
    item: fc.constantFrom('DX-40', '1'),
    valid_from: fc.constantFrom('2025-01-01', '2026-01-05', '2027-01-01'),
    scale_from: fc.constantFrom('0', '40'),
    unit_price: fc.constantFrom('10', '12'),
    currency: fc.constantFrom('EUR', 'GBP'),
  }),
})
const items = fc.record({
  system: fc.constantFrom('crm', 'erp', 'wms'),
  entity: fc.constant<EntityName>('items'),
  row: fc.record({
    ...common,
    item: fc.constantFrom('DX-40', '1', '2'),
    base_unit: fc.constantFrom('PCE', 'KG'),
  }),
})
const partners = fc.record({
  system: fc.constantFrom('crm', 'erp'),
  entity: fc.constant<EntityName>('partners'),
  row: fc.record({
    ...common,
    partner: fc.constantFrom('7', '8'),
    flags: fc.constantFrom('', 'blocked', 'export'),
  }),
})
const line = { line_no: '1', item: 'DX-40', quantity: '1', unit: 'PCE' }
const order = { ...line, order_no: 'both', unit_price: '10', currency: 'EUR', status: 'open' }
const price = { partner: 'both', item: 'both', valid_from: '2026-01-01', unit_price: '10', currency: 'EUR' }
const document = { ...line, order_no: 'both', order_line_no: '1' }
const place = { location: 'FG1', item: 'both', quantity: '1', unit: 'PCE' }
const move = { ...place, movement_no: 'both', ref: 'both' }
/** What makes both sides of every check say something, and agree: a side that says nothing at all is not judged. */
export const agreement: Statement[] = [
  { system: 'crm', entity: 'order_lines', row: { ...order, order_type: 'sales' } },
  { system: 'erp', entity: 'order_lines', row: { ...order, order_type: 'sales', status: 'completed' } },
  { system: 'erp', entity: 'order_lines', row: { ...order, order_type: 'purchase' } },
  {
    system: 'wms',
    entity: 'shipment_lines',
    row: { ...document, direction: 'outbound', shipment_no: 'out' },
  },
  { system: 'wms', entity: 'shipment_lines', row: { ...document, direction: 'inbound', shipment_no: 'in' } },
  {
    system: 'erp',
    entity: 'invoice_lines',
    row: { ...document, kind: 'invoice', invoice_no: 'both', unit_price: '10', currency: 'EUR' },
  },
  {
    system: 'erp',
    entity: 'invoice_lines',
    row: {
      ...document,
      kind: 'invoice',
      order_type: 'purchase',
      invoice_no: 'bill',
      unit_price: '10',
      currency: 'EUR',
    },
  },
  {
    system: 'erp',
    entity: 'shipment_lines',
    row: { ...document, direction: 'outbound', shipment_no: 'out' },
  },
  ...['erp', 'crm'].flatMap((system): Statement[] => [
    { system, entity: 'prices', row: price },
    { system, entity: 'partners', row: { partner: 'both' } },
  ]),
  ...['erp', 'crm', 'wms'].map(
    (system): Statement => ({ system, entity: 'items', row: { item: 'both', base_unit: 'PCE' } }),
  ),
  ...['erp', 'wms'].flatMap((system): Statement[] => [
    { system, entity: 'inventory_positions', row: place },
    { system, entity: 'stock_movements', row: move },
  ]),
]

export const statements: fc.Arbitrary<Statement> = fc.oneof(
  orders,
  shipments,
  invoices,
  positions,
  movements,
  prices,
  items,
  partners,
)
