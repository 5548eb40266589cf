import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Mock, startMock } from '../support/odata/mock.ts'
import { billing, businessCentral, deliveries, salesOrders, stock } from '../support/odata/services.ts'
import { type OdataWorld, openOdataWorld } from '../support/odata/world.ts'

// What README says under "Connect S/4HANA", done against SAP's mock server with the names of the real services.
const day = (date: number) => `/Date(${Date.UTC(2026, 2, date)})/`
const stamp = (date: number) => `/Date(${Date.UTC(2026, 2, date, 10)}+0000)/`

const orderItem = (order: string, line: string, more: object = {}) => ({
  SalesOrder: order,
  SalesOrderItem: line,
  Material: '000000000000004711',
  RequestedQuantity: '12.000',
  RequestedQuantityUnit: 'PC',
  NetAmount: '100.000',
  TaxAmount: '19.000',
  TransactionCurrency: 'EUR',
  ProductionPlant: '1010',
  SalesDocumentRjcnReason: '',
  SDProcessStatus: 'A',
  ...more,
})
const orders = {
  A_SalesOrder: [
    {
      SalesOrder: '88213',
      SalesOrderType: 'OR',
      SoldToParty: '10003',
      RequestedDeliveryDate: day(20),
      LastChangeDateTime: stamp(1),
    },
    {
      SalesOrder: '88214',
      SalesOrderType: 'OR',
      SoldToParty: '10004',
      RequestedDeliveryDate: day(20),
      LastChangeDateTime: stamp(2),
    },
  ],
  A_SalesOrderItem: [
    orderItem('88213', '000010'),
    orderItem('88213', '000020', { SDProcessStatus: 'C' }),
    orderItem('88213', '000030', { SalesDocumentRjcnReason: '00', SDProcessStatus: 'C', NetAmount: '0.000' }),
    orderItem('88214', '000010', { ProductionPlant: '9999' }),
    orderItem('88214', '000020', { ProductionPlant: '1710' }),
  ],
}
const deliveryItem = (delivery: string, line: string, more: object = {}) => ({
  DeliveryDocument: delivery,
  DeliveryDocumentItem: line,
  Material: '4711',
  Batch: 'B1',
  Plant: '1010',
  ActualDeliveryQuantity: '12.000',
  DeliveryQuantityUnit: 'PC',
  GoodsMovementStatus: 'C',
  ReferenceSDDocument: '88213',
  ReferenceSDDocumentItem: '000010',
  ...more,
})
const shipped = {
  A_OutbDeliveryHeader: [
    // never changed since: it has the day of its creation only
    {
      DeliveryDocument: '80001',
      DeliveryDocumentType: 'LF',
      ReceivingPlant: '',
      ActualGoodsMovementDate: day(3),
      ActualGoodsMovementTime: 'PT14H05M00S',
      CreationDate: day(3),
      LastChangeDate: null,
    },
    {
      DeliveryDocument: '80002',
      DeliveryDocumentType: 'LF',
      ReceivingPlant: '',
      ActualGoodsMovementDate: null,
      ActualGoodsMovementTime: 'PT00H00M00S',
      CreationDate: day(3),
      LastChangeDate: day(4),
    },
    {
      DeliveryDocument: '80003',
      DeliveryDocumentType: 'NL',
      ReceivingPlant: '1710',
      ActualGoodsMovementDate: day(4),
      ActualGoodsMovementTime: 'PT00H00M00S',
      CreationDate: day(3),
      LastChangeDate: day(4),
    },
  ],
  A_OutbDeliveryItem: [
    deliveryItem('80001', '000010'),
    deliveryItem('80002', '000010', { GoodsMovementStatus: 'A' }),
    deliveryItem('80003', '000010'),
  ],
}
const bill = (number: string, category: string) => ({
  BillingDocument: number,
  SDDocumentCategory: category,
  BillingDocumentDate: day(5),
  LastChangeDateTime: stamp(5),
})
const billItem = (number: string, sales: string) => ({
  BillingDocument: number,
  BillingDocumentItem: '000010',
  Material: '4711',
  Plant: '1010',
  BillingQuantity: '12.000',
  BillingQuantityUnit: 'PC',
  NetAmount: '100.000',
  TaxAmount: '19.000',
  TransactionCurrency: 'EUR',
  SalesDocument: '88213',
  SalesDocumentItem: '000010',
  SalesSDDocumentCategory: sales,
})
const bills: [number: string, category: string, sales: string][] = [
  ['90001', 'M', 'C'],
  ['90002', 'N', 'C'],
  ['90003', 'O', 'H'],
  ['90004', 'O', 'K'],
  ['90005', 'P', 'L'],
  ['90006', 'S', 'H'],
  ['90007', 'S', 'K'],
  ['90008', 'U', 'C'],
]
const position = (more: object) => ({
  Material: '4711',
  Plant: '1010',
  StorageLocation: '171A',
  Batch: '',
  Supplier: '',
  Customer: '',
  WBSElementInternalID: '00000000',
  SDDocument: '',
  SDDocumentItem: '000000',
  InventorySpecialStockType: '',
  InventoryStockType: '01',
  MaterialBaseUnit: 'PC',
  MatlWrhsStkQtyInMatlBaseUnit: '1160.00000000000000',
  ...more,
})
const positions = {
  A_MatlStkInAcctMod: [
    position({}),
    position({ InventoryStockType: '02', MatlWrhsStkQtyInMatlBaseUnit: '2.50000000000000' }),
    position({ InventoryStockType: '07' }),
    position({ InventoryStockType: '08' }),
    position({ InventorySpecialStockType: 'K', Supplier: 'S1' }),
    position({ InventorySpecialStockType: 'E', SDDocument: '88213', SDDocumentItem: '000010' }),
    position({ Plant: '9999' }),
    position({ StorageLocation: '', InventorySpecialStockType: 'O', Supplier: 'S1' }),
  ],
}

const hamburg = '0f8fad5b-d9cb-469f-a165-70867728950e'
const orderLine = (order: string, sequence: number, more: object = {}) => ({
  id: order,
  sequence,
  lineType: 'Item',
  lineObjectNumber: '1896-S',
  unitOfMeasureCode: 'PCS',
  quantity: '3',
  netAmount: '3000.60',
  totalTaxAmount: '750.15',
  locationId: hamburg,
  ...more,
})
const central = {
  salesOrders: ['a', 'b', 'c'].map((letter, index) => ({
    id: `0000000${letter}-0000-0000-0000-000000000000`,
    number: `S-ORD10100${index + 1}`,
    customerNumber: '10000',
    currencyCode: 'EUR',
    requestedDeliveryDate: index === 0 ? '2026-03-20' : '0001-01-01',
    fullyShipped: index === 1,
    lastModifiedDateTime: `2026-03-0${index + 1}T10:00:00Z`,
  })),
  salesOrderLines: [
    orderLine('0000000a-0000-0000-0000-000000000000', 10000),
    orderLine('0000000a-0000-0000-0000-000000000000', 20000, { lineType: 'Comment' }),
    orderLine('0000000b-0000-0000-0000-000000000000', 10000),
    orderLine('0000000c-0000-0000-0000-000000000000', 10000, {
      locationId: '00000000-0000-0000-0000-000000000000',
    }),
  ],
}

const root = '/sap/opu/odata/sap'
let mock: Mock
let world: OdataWorld
beforeAll(async () => {
  const service = (path: string, shapes: typeof stock, data: Record<string, object[]>) => ({
    path: `${root}/${path}`,
    version: 2 as const,
    space: path.replace(/;.*/, ''),
    shapes,
    data: data as never,
  })
  mock = await startMock([
    service('API_SALES_ORDER_SRV', salesOrders, orders),
    service('API_OUTBOUND_DELIVERY_SRV;v=0002', deliveries, shipped),
    service('API_BILLING_DOCUMENT_SRV', billing, {
      A_BillingDocument: bills.map(([number, category]) => bill(number, category)),
      A_BillingDocumentItem: bills.map(([number, , sales]) => billItem(number, sales)),
    }),
    service('API_MATERIAL_STOCK_SRV', stock, positions),
    { path: '/api/v2.0', version: 4, space: 'bc', shapes: businessCentral, data: central },
  ])
  world = await openOdataWorld()
  const source = (name: string, path: string) => `  - source: ${name}
    kind: odata
    preset: s4hana.${name}
    system: erp
    url: ${mock.url}${root}/${path}
    query: { sap-client: 100 }
    auth: { basic: { user: PLUMBLINE, password_from: S4_PASSWORD } }
    limits: { retries: 0 }
    plant: { map: { '1010': HAM, '1710': PUN } }
`
  process.env.S4_PASSWORD = 'secret'
  await world.open(
    source('sales_order', 'API_SALES_ORDER_SRV') +
      source('outbound_delivery', 'API_OUTBOUND_DELIVERY_SRV;v=0002') +
      source('billing_document', 'API_BILLING_DOCUMENT_SRV') +
      source('material_stock', 'API_MATERIAL_STOCK_SRV'),
  )
})
afterAll(async () => {
  delete process.env.S4_PASSWORD
  await world?.close()
  await mock?.close()
})

test.each(['sales_order', 'outbound_delivery', 'billing_document', 'material_stock'])(
  '%s is read, and nothing of it is refused',
  async (name) => {
    expect(await world.last(name)).toMatchObject({ code: '', reason: '' })
    expect(await world.quarantined(name)).toEqual([])
  },
)

test('sales orders: open, completed and rejected items of the plants of the estate', async () => {
  const columns = [
    'plant',
    'order_no',
    'line_no',
    'item',
    'status',
    'quantity',
    'unit',
    'unit_price',
    'price_factor',
    'currency',
    'partner',
    'due_at',
  ]
  const line = {
    plant: 'HAM',
    order_no: '88213',
    line_no: '10',
    item: '4711',
    status: 'open',
    quantity: '12',
    unit: 'PC',
    unit_price: '100',
    price_factor: '12',
    currency: 'EUR',
    partner: '10003',
    due_at: '2026-03-19 23:00:00.000',
  }
  expect(await world.states('sales_order', 'order_lines', columns)).toEqual([
    line,
    { ...line, line_no: '20', status: 'completed' },
    { ...line, line_no: '30', status: 'rejected', unit_price: '0' },
    {
      ...line,
      plant: 'PUN',
      order_no: '88214',
      line_no: '20',
      partner: '10004',
      due_at: '2026-03-19 18:30:00.000',
    },
  ])
  expect(mock.asked[0]?.headers.authorization).toMatch(/^Basic /)
})

test('outbound deliveries: what has left, at the plant’s own time; replenishment is on its way to another plant', async () => {
  const columns = [
    'direction',
    'to_plant',
    'shipment_no',
    'line_no',
    'order_no',
    'order_line_no',
    'batch',
    'quantity',
    'posted_at',
  ]
  const line = {
    direction: 'outbound',
    to_plant: '',
    shipment_no: '80001',
    line_no: '10',
    order_no: '88213',
    order_line_no: '10',
    batch: 'B1',
    quantity: '12',
    posted_at: '2026-03-03 13:05:00.000',
  }
  expect(await world.states('outbound_delivery', 'shipment_lines', columns)).toEqual([
    line,
    {
      ...line,
      direction: 'transfer_out',
      to_plant: 'PUN',
      shipment_no: '80003',
      posted_at: '2026-03-03 23:00:00.000',
    },
  ])
})

test('billing documents: what is billed, taken back, and changed in value alone', async () => {
  const found = await world.states('billing_document', 'invoice_lines', [
    'invoice_no',
    'kind',
    'unit_price',
    'price_factor',
    'posted_at',
  ])
  expect(found.map(({ invoice_no, kind, unit_price }) => [invoice_no, kind, unit_price])).toEqual([
    ['90001', 'invoice', '100'],
    ['90002', 'cancellation', '100'],
    ['90003', 'credit', '100'],
    ['90004', 'price_credit', '100'],
    ['90005', 'price_credit', '-100'],
    ['90006', 'invoice', '100'],
    ['90007', 'price_credit', '-100'],
  ])
  expect(new Set(found.map(({ price_factor, posted_at }) => `${price_factor} ${posted_at}`))).toEqual(
    new Set(['12 2026-03-04 23:00:00.000']),
  )
})

test('material stock: by location, type of stock and owner; what lies elsewhere is left out', async () => {
  const found = await world.states('material_stock', 'inventory_positions', [
    'stock_type',
    'owner',
    'location',
    'quantity',
  ])
  expect(found.map((row) => Object.values(row))).toEqual([
    ['08', '', '171A', '1160'],
    ['blocked', '', '171A', '1160'],
    ['quality', '', '171A', '2.5'],
    ['unrestricted', '', '171A', '1160'],
    ['unrestricted', '88213/10', '171A', '1160'],
    ['unrestricted', 'S1', '171A', '1160'],
  ])
})

test('Business Central: lines of items at the locations of the estate, of one company', async () => {
  const asked: string[] = []
  mock.answer = (url, request) => {
    asked.push(url.pathname)
    return mock.pass(new URL(url.href.replace('companies(1)/', '')), request)
  }
  await world.open(`  - source: central
    kind: odata
    preset: business_central.sales_order
    system: erp
    url: ${mock.url}/api/v2.0
    set: companies(1)/salesOrders
    page_size: 2
    plant: { map: { ${hamburg}: HAM } }
`)
  mock.answer = mock.pass
  expect(await world.last('central')).toMatchObject({ code: '' })
  const line = {
    order_no: 'S-ORD101001',
    line_no: '10000',
    item: '1896-S',
    status: 'open',
    quantity: '3',
    unit_price: '3000.6',
    price_factor: '3',
    tax: '750.15',
    due_at: '2026-03-19 23:00:00.000',
  }
  expect(await world.states('central', 'order_lines', Object.keys(line))).toEqual([
    line,
    { ...line, order_no: 'S-ORD101002', status: 'completed', due_at: '1970-01-01 00:00:00.000' },
  ])
  expect(asked.slice(0, 3)).toEqual([
    '/api/v2.0/$metadata',
    '/api/v2.0/companies(1)/salesOrders',
    '/api/v2.0/companies(1)/salesOrders',
  ])
})

test('an item that is deleted from its order is gone with the next whole fetch', async () => {
  orders.A_SalesOrderItem.splice(1, 1)
  await mock.reload()
  await world.open(`  - source: again
    kind: odata
    preset: s4hana.sales_order
    system: erp
    url: ${mock.url}${root}/API_SALES_ORDER_SRV
    full: 1ms
    plant: { map: { '1010': HAM } }
`)
  expect((await world.states('again', 'order_lines', ['line_no'])).map((row) => row.line_no)).toEqual([
    '10',
    '30',
  ])
  orders.A_SalesOrderItem.splice(0, 1)
  await mock.reload()
  await world.poll()
  expect((await world.states('again', 'order_lines', ['line_no'])).map((row) => row.line_no)).toEqual(['30'])
})
