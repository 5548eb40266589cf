import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Shapes } from '../support/odata/edmx.ts'
import { type Mock, startMock } from '../support/odata/mock.ts'
import { type OdataWorld, openOdataWorld } from '../support/odata/world.ts'

// SAP's mock server for Fiori, which knows $metadata, $filter, $orderby, $expand and $select of both versions.
const orders: Shapes = {
  Orders: {
    key: ['Order'],
    fields: {
      Order: 'String',
      Partner: 'String',
      DueOn: 'DateTime',
      DueAt: 'Time',
      ChangedAt: 'DateTimeOffset',
      Note: 'String!',
      Number: 'Int64',
    },
    to: { to_Item: '*Items' },
  },
  Items: {
    key: ['Order', 'Item'],
    fields: { Order: 'String', Item: 'String', Material: 'String', Quantity: 'Decimal', Amount: 'Decimal' },
  },
}
const stock: Shapes = {
  Stock: {
    key: ['Location', 'Material'],
    fields: { Location: 'String', Material: 'String', Quantity: 'Decimal' },
  },
}
const v4: Shapes = {
  orders: {
    key: ['id'],
    fields: { id: 'String', partner: 'String', due: 'Date', changedAt: 'DateTimeOffset' },
    to: { lines: '*lines' },
  },
  lines: {
    key: ['id', 'no'],
    fields: { id: 'String', no: 'Int32', item: 'String', quantity: 'Decimal', price: 'Decimal' },
  },
}

const at = (minute: number) => Date.UTC(2026, 0, 5, 8, minute)
const ticks = (minute: number) => `/Date(${at(minute)}+0000)/`
const order = (number: string, minute: number) => ({
  Order: number,
  Partner: `C${number}`,
  // midnight of a day, and eleven o'clock: the plant's own
  DueOn: `/Date(${Date.UTC(2026, 3, 13)})/`,
  DueAt: 'PT11H30M00S',
  ChangedAt: ticks(minute),
  Note: '',
  Number: '900719925474',
})
const item = (number: string, line: string, quantity: string) => ({
  Order: number,
  Item: line,
  Material: 'M-1',
  Quantity: quantity,
  Amount: '1234567890123.456',
})
const data2 = {
  Orders: [order('1', 1), order('2', 2), order('3', 2), order('4', 2), order('5', 3)],
  Items: ['1', '2', '3', '4', '5'].map((number) => item(number, '000010', '5.500')),
}
const stockData = {
  Stock: ['1', '2', '3'].map((material) => ({ Location: 'A', Material: material, Quantity: '7.000' })),
}
const iso = (minute: number) => new Date(at(minute)).toISOString().replace('.000Z', 'Z')
const data4 = {
  orders: ['a', 'b', 'c'].map((id, index) => ({
    id,
    partner: `C-${id}`,
    due: '2026-04-13',
    changedAt: iso(index + 1),
  })),
  lines: ['a', 'b', 'c'].map((id) => ({ id, no: 1, item: 'M-1', quantity: '2.25', price: '0.10' })),
}

let world: OdataWorld
let mock: Mock
beforeAll(async () => {
  mock = await startMock([
    { path: '/odata/ORDERS', version: 2, space: 'ORDERS', shapes: orders, data: data2 },
    { path: '/odata/STOCK', version: 2, space: 'STOCK', shapes: stock, data: stockData },
    { path: '/v4/orders', version: 4, space: 'v4', shapes: v4, data: data4 },
  ])
  world = await openOdataWorld()
})
beforeEach(() => {
  mock.asked.length = 0
  mock.answer = mock.pass
  mock.pageSize = 0
})
afterAll(async () => {
  await world?.close()
  await mock?.close()
})

const ordersSource = (name: string, settings: string) => `  - source: ${name}
    kind: odata
    system: erp
    url: ${mock.url}/odata/ORDERS
    set: Orders
    query: { sap-client: 100 }
    poll: 1h
    limits: { retries: 0 }
    plant: { const: HAM }
${settings}`
const withItems = `    expand: [to_Item]
    cursor: { field: ChangedAt, overlap: 30s }
    page_size: 2
    records: '($order := $; to_Item.$merge([$order, $, { "Due": $substringBefore($order.DueOn, "T") & "T" & $order.DueAt }]))'
    states:
      order_lines:
        order_type: { const: sales }
        order_no: Order
        line_no: Item
        item: Material
        quantity: Quantity
        unit_price: Amount
        partner: Partner
        due_at: Due
`
const paths = () => mock.asked.map(({ path }) => decodeURIComponent(path))

describe('V2', () => {
  test('the first fetch goes on from the last value; items of items, dates of both kinds, and no digit lost', async () => {
    await world.open(ordersSource('first', withItems))
    expect(await world.last('first')).toMatchObject({ code: '' })
    expect(
      await world.states('first', 'order_lines', [
        'order_no',
        'line_no',
        'quantity',
        'unit_price',
        'partner',
        'due_at',
      ]),
    ).toEqual(
      ['1', '2', '3', '4', '5'].map((number) => ({
        order_no: number,
        line_no: '10',
        quantity: '5.5',
        unit_price: '1234567890123.456',
        partner: `C${number}`,
        // half past eleven in Hamburg, in summer
        due_at: '2026-04-13 09:30:00.000',
      })),
    )
    const asked = paths().filter((path) => path.includes('/Orders'))
    expect(asked.slice(0, 3)).toEqual([
      '/odata/ORDERS/Orders?sap-client=100&$expand=to_Item&$orderby=ChangedAt,Order&$top=2',
      "/odata/ORDERS/Orders?sap-client=100&$expand=to_Item&$filter=ChangedAt ge datetimeoffset'2026-01-05T08:02:00Z'&$orderby=ChangedAt,Order&$top=2&$skip=1",
      "/odata/ORDERS/Orders?sap-client=100&$expand=to_Item&$filter=ChangedAt ge datetimeoffset'2026-01-05T08:02:00Z'&$orderby=ChangedAt,Order&$top=2&$skip=3",
    ])
  })

  test('then what is newer; what comes again is no new version', async () => {
    const settings = ordersSource('newer', `    filter: Order ne '1'\n${withItems}`)
    await world.open(settings)
    const before = await world.versions('newer', 'order_lines')
    expect(before).toBe(4)
    const [changed] = data2.Orders.splice(3, 1, { ...order('4', 9), Partner: 'C-new' })
    await mock.reload()
    mock.asked.length = 0
    await world.poll()
    expect(paths()[0]).toContain(
      "$filter=(Order ne '1') and (ChangedAt ge datetimeoffset'2026-01-05T08:02:30Z')&$orderby=ChangedAt,Order",
    )
    expect(paths().join(), 'what the service is was read a moment ago').not.toContain('$metadata')
    expect(await world.versions('newer', 'order_lines')).toBe(before + 1)
    expect(
      (await world.states('newer', 'order_lines', ['order_no', 'partner'])).filter(
        (row) => row.order_no === '4',
      ),
    ).toEqual([{ order_no: '4', partner: 'C-new' }])
    data2.Orders.splice(3, 1, changed as (typeof data2.Orders)[number])
    await mock.reload()
  })

  test('pages of the server’s own are followed within what was asked for', async () => {
    mock.pageSize = 2
    await world.open(ordersSource('linked', withItems.replace('page_size: 2', 'page_size: 4')))
    expect(await world.last('linked')).toMatchObject({ code: '' })
    expect(await world.states('linked', 'order_lines', ['order_no'])).toHaveLength(5)
    const asked = paths().filter((path) => path.includes('/Orders'))
    expect(asked[1]).toMatch(/\$top=4&\$skiptoken=2$/)
    expect(asked[2]).toMatch(/\$top=4&\$skip=3$/)
  })

  test('select asks for paths, and for what is needed besides', async () => {
    await world.open(
      ordersSource(
        'chosen',
        `    select: [Partner, DueOn, DueAt, to_Item/Order, to_Item/Item, to_Item/Quantity, to_Item/Amount]\n${withItems}`,
      ),
    )
    expect(await world.last('chosen')).toMatchObject({ code: '' })
    expect(paths().find((path) => path.includes('/Orders?'))).toContain(
      '$select=Partner,DueOn,DueAt,to_Item/Order,to_Item/Item,to_Item/Quantity,to_Item/Amount,Order,ChangedAt&$expand=to_Item',
    )
    expect(await world.states('chosen', 'order_lines', ['order_no'])).toHaveLength(5)
  })

  test.each([
    ['set: Order', 'set_unknown', 'The service has no set "Order". It has Orders'],
    ['select: [Ordre]', 'field_unknown', 'select[0]: OrdersType has no "Ordre". It has Order'],
    ['expand: [to_Itm]', 'field_unknown', 'expand: OrdersType has no navigation "to_Itm". It has to_Item'],
    [
      'cursor: { field: ChangeAt }',
      'field_unknown',
      'cursor.field: OrdersType has no "ChangeAt". It has ChangedAt',
    ],
    ['cursor: { field: Note, type: text }', 'field_unfit', 'the service does not filter by "Note"'],
    [
      'cursor: { field: Partner }',
      'field_unfit',
      '"Partner" is of Edm.String, not a moment. Say `type: text`',
    ],
    [
      'select: [to_Item/Material]',
      'field_unfit',
      '"to_Item/Material" lies behind "to_Item", which is not expanded',
    ],
    ['version: 2', 'field_unknown', 'the mapping of "Quantety": OrdersType has no "Quantety". It has'],
  ])('%s: what does not exist, and what does', async (line, code, reason) => {
    const mapping = `    states:
      order_lines: { order_type: { const: sales }, order_no: Order, line_no: Order, quantity: ${line === 'version: 2' ? 'Quantety' : 'Number'} }
`
    const cursor = line.startsWith('cursor') ? '' : '    cursor: { field: ChangedAt }\n'
    const text = ordersSource('unfit', `${cursor}    ${line}\n${mapping}`)
    await world.open(line.startsWith('set') ? text.replace('    set: Orders\n', '') : text)
    const poll = await world.last('unfit')
    expect(poll.reason).toContain(reason)
    expect(poll.code).toBe(code)
    expect(
      paths().every((path) => path.includes('$metadata')),
      'nothing else is asked',
    ).toBe(true)
  })
})

describe('what a service is changes', () => {
  const settings = (name: string) =>
    ordersSource(
      name,
      `    cursor: { field: ChangedAt, overlap: 1h }
    states:
      order_lines: { order_type: { const: sales }, order_no: Order, line_no: Order, quantity: Number, partner: Partner }
`,
    )

  test('a field that is gone is an error of its source, and nothing is emptied by it', async () => {
    await world.open(settings('changing'))
    const before = await world.states('changing', 'order_lines', ['order_no', 'partner', 'quantity'])
    expect(before[0]).toEqual({ order_no: '1', partner: 'C1', quantity: '900719925474' })
    const shape = orders.Orders as Shapes[string]
    const { Partner, ...fields } = shape.fields
    const rows = data2.Orders
    shape.fields = { ...fields, BusinessPartner: 'String' }
    data2.Orders = rows.map(({ Partner: partner, ...row }) => ({ ...row, BusinessPartner: partner }) as never)
    await mock.reload()
    await world.poll()
    const poll = await world.last('changing')
    expect(poll.code).toBe('schema_changed')
    expect(poll.reason).toContain(
      'The service has changed. the mapping of "Partner": OrdersType has no "Partner". It has BusinessPartner',
    )
    expect(await world.states('changing', 'order_lines', ['order_no', 'partner', 'quantity'])).toEqual(before)
    shape.fields = { ...fields, Partner: Partner as string }
    data2.Orders = rows
    await mock.reload()
    await world.poll()
    expect(await world.last('changing'), 'once it is back').toMatchObject({ code: '' })
  })

  test('a service that refuses what it took before is looked at again', async () => {
    await world.open(settings('refusing'))
    const shape = orders.Orders as Shapes[string]
    const { ChangedAt, ...fields } = shape.fields
    shape.fields = fields
    await mock.reload()
    mock.answer = async (url, request) =>
      url.pathname.endsWith('/Orders')
        ? {
            status: 400,
            body: {
              error: {
                code: '005056A509B11EE1B9A8FEC11C21D78E',
                message: { lang: 'en', value: 'Property ChangedAt not found' },
              },
            },
          }
        : mock.pass(url, request)
    await world.poll()
    expect((await world.last('refusing')).reason).toContain('cursor.field: OrdersType has no "ChangedAt"')
    shape.fields = { ...fields, ChangedAt: ChangedAt as string }
    await mock.reload()
    mock.answer = async (url, request) =>
      url.pathname.endsWith('/Orders')
        ? { status: 400, body: { error: { code: 'X', message: { value: 'not today' } } } }
        : mock.pass(url, request)
    await world.poll()
    expect((await world.last('refusing')).reason, 'else in its own words').toContain('X: not today')
  })
})

describe('a snapshot', () => {
  const settings = (name: string, more = '') => `  - source: ${name}
    kind: odata
    system: erp
    url: ${mock.url}/odata/STOCK
    set: Stock
    mode: snapshot
    page_size: 2
    poll: 1h
    limits: { retries: 0 }
    plant: { const: HAM }
    states: { inventory_positions: { location: Location, item: Material, quantity: Quantity } }
${more}`
  const items = async (name: string) =>
    (await world.states(name, 'inventory_positions', ['item'])).map((row) => row.item)

  test('is ordered by the key, counted by the service, and deletes what is gone', async () => {
    await world.open(settings('stock'))
    expect(await items('stock')).toEqual(['1', '2', '3'])
    const asked = paths().filter((path) => path.includes('/Stock'))
    expect(asked[0]).toBe('/odata/STOCK/Stock?$orderby=Location,Material&$top=2&$inlinecount=allpages')
    expect(asked[1]).toBe(
      "/odata/STOCK/Stock?$filter=Location ge 'A'&$orderby=Location,Material&$top=2&$skip=2",
    )
    const [gone] = stockData.Stock.splice(1, 1)
    await mock.reload()
    await world.poll()
    expect(await items('stock')).toEqual(['1', '3'])
    stockData.Stock.splice(1, 0, gone as (typeof stockData.Stock)[number])
    await mock.reload()
  })

  test('that has fewer than the service counts is torn, and deletes nothing', async () => {
    await world.open(settings('torn'))
    mock.answer = async (url, request) => {
      const answer = await mock.pass(url, request)
      if (!url.searchParams.has('$inlinecount')) return answer
      const body = JSON.parse(String(answer.body))
      body.d.__count = '4'
      return { ...answer, body }
    }
    await world.poll()
    expect(await world.last('torn')).toMatchObject({ code: 'snapshot_torn' })
    expect(await items('torn')).toEqual(['1', '2', '3'])
  })

  test('of a service that can only leave out by number', async () => {
    await world.open(settings('skipped', '    paging: skip\n    count: false\n'))
    expect(await items('skipped')).toEqual(['1', '2', '3'])
    expect(paths().filter((path) => path.includes('/Stock'))[1]).toBe(
      '/odata/STOCK/Stock?$orderby=Location,Material&$top=2&$skip=2',
    )
  })
})

describe('V4', () => {
  const settings = (name: string, more = '') => `  - source: ${name}
    kind: odata
    system: erp
    url: ${mock.url}/v4/orders
    set: orders
    select: [partner, due, lines/no, lines/item, lines/quantity, lines/price]
    expand: [lines]
    cursor: { field: changedAt, overlap: 0s }
    page_size: 2
    poll: 1h
    limits: { retries: 0 }
    plant: { const: HAM }
    records: '($order := $; lines.$merge([$order, $]))'
    states:
      order_lines: { order_type: { const: sales }, order_no: id, line_no: no, item: item, quantity: quantity, unit_price: price, partner: partner, due_at: due }
${more}`

  test('the size of pages is a wish, links are followed, and what is selected stands inside of what is expanded', async () => {
    await world.open(settings('four'))
    expect(await world.last('four')).toMatchObject({ code: '' })
    expect(
      await world.states('four', 'order_lines', [
        'order_no',
        'line_no',
        'quantity',
        'unit_price',
        'partner',
        'due_at',
      ]),
    ).toEqual(
      ['a', 'b', 'c'].map((id) => ({
        order_no: id,
        line_no: '1',
        quantity: '2.25',
        unit_price: '0.1',
        partner: `C-${id}`,
        due_at: '2026-04-12 22:00:00.000',
      })),
    )
    const asked = mock.asked.filter(({ path }) => path.includes('/orders?'))
    expect(decodeURIComponent(asked[0]?.path ?? '')).toBe(
      '/v4/orders/orders?$select=partner,due,id,changedAt&$expand=lines($select=no,item,quantity,price)&$orderby=changedAt,id',
    )
    expect(asked[0]?.headers.prefer).toBe('odata.maxpagesize=2')
    expect(asked[0]?.headers.accept).toContain('IEEE754Compatible=true')
    expect(asked[1]?.path).toContain('skiptoken=2')
    data4.orders.push({ id: 'd', partner: 'C-d', due: '2026-04-13', changedAt: iso(7) })
    data4.lines.push({ id: 'd', no: 1, item: 'M-1', quantity: '2.25', price: '0.10' })
    await mock.reload()
    mock.asked.length = 0
    await world.poll()
    expect(paths()[0]).toContain('$filter=changedAt ge 2026-01-05T08:03:00Z')
    expect(await world.states('four', 'order_lines', ['order_no'])).toHaveLength(4)
  })

  test('everything is fetched besides so often, is counted, and what is gone is deleted', async () => {
    await world.open(settings('whole', '    full: 1ms\n'))
    expect(paths().find((path) => path.includes('/orders?'))).toContain('&$count=true')
    expect(await world.states('whole', 'order_lines', ['order_no'])).toHaveLength(data4.orders.length)
    data4.orders.shift()
    await mock.reload()
    await world.poll()
    expect(
      (await world.states('whole', 'order_lines', ['order_no'])).map((row) => row.order_no),
    ).not.toContain('a')
  })
})
