import { afterEach, expect, test } from 'vitest'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'

let world: FilesWorld
afterEach(() => world.close())

const open = async (sources: string, extra = '') => {
  world = await openFilesWorld((folder) => filesEstate(folder, sources, extra))
}
const lines = (columns: string) =>
  world.rows(`SELECT ${columns} FROM order_lines_log ORDER BY order_no, line_no`)
const rejected = () => world.rows('SELECT position, reasons, body FROM quarantine ORDER BY position')

test('csv: quotes, values over several lines, decimal comma, groups, dates in a zone, maps, units', async () => {
  await open(
    `  - source: orders
    kind: files
    system: erp
    folder: FOLDER
    pattern: 'Orders*.csv'
    format: csv
    delimiter: ';'
    plant: { column: Werk, map: { '1000': HAM, '2000': PUN } }
    states:
      order_lines:
        order_type: { const: sales }
        order_no: Auftrag
        line_no: { column: Pos }
        item: Material
        quantity: { column: Menge, decimal: ',', thousands: '.' }
        unit: ME
        unit_price: { column: Preis, decimal: ',' }
        currency: { const: EUR }
        status: { column: Status, map: { A: open, C: done, '*': other } }
        partner: Kunde
        due_at: { column: Termin, format: 'dd.MM.yyyy HH:mm' }
`,
    'units: [{ unit: PCE, aliases: [ST] }, { unit: BOX, base: PCE, factor: 12, items: { DX-41: 10 } }]',
  )
  world.write(
    'Orders-1.csv',
    [
      '\ufeffWerk;Auftrag;Pos;Material;Menge;ME;Preis;Status;Kunde;"Termin"',
      '1000;0000004711;10;DX-40;1.234,5;ST;12,119;A;"Müller; Söhne";01.07.2026 08:00\r',
      '2000;4712;20;DX-41;2;BOX;,5;C;"He said ""no""\nand left";01.07.2026 08:00',
      '',
      '1000;4713;30;DX-42;3-;ST;1;X;;',
    ].join('\n'),
  )
  await world.poll()
  expect(await rejected()).toEqual([])
  expect(
    await lines(
      'plant, order_no, line_no, quantity, unit, unit_price, price_unit, price_factor, status, partner, due_at',
    ),
  ).toEqual([
    {
      plant: 'HAM',
      order_no: '4711',
      line_no: '10',
      quantity: '1234.5',
      unit: 'PCE',
      unit_price: '12.119',
      price_unit: 'ST',
      price_factor: '1',
      status: 'open',
      partner: 'Müller; Söhne',
      due_at: '2026-07-01T06:00:00.000Z',
    },
    {
      plant: 'PUN',
      order_no: '4712',
      line_no: '20',
      // a box of this item holds ten
      quantity: '20',
      unit: 'PCE',
      unit_price: '0.5',
      price_unit: 'BOX',
      price_factor: '10',
      status: 'done',
      partner: 'He said "no"\nand left',
      due_at: '2026-07-01T02:30:00.000Z',
    },
    {
      plant: 'HAM',
      order_no: '4713',
      line_no: '30',
      quantity: '-3',
      unit: 'PCE',
      unit_price: '1',
      price_unit: 'ST',
      price_factor: '1',
      status: 'other',
      partner: '',
      due_at: '1970-01-01T00:00:00.000Z',
    },
  ])
})

const plainOrders = (more = '') => `  - source: orders
    kind: files
    system: erp
    folder: FOLDER
    pattern: '*.csv'
    format: csv
    plant: plant
${more}    states:
      order_lines:
        order_type: { column: type }
        order_no: order
        line_no: line
        quantity: qty
        due_at: due
`
const header = 'plant,type,order,line,qty,due'

test('a row that does not fit is kept with its line and every reason; the others come in', async () => {
  await open(plainOrders())
  world.write(
    'a.csv',
    [
      header,
      'HAM,sales,1,10,5,2026-01-01',
      'XXX,gift,,20,1.2345678,2026-02-31',
      'HAM,sales,2,10,5',
      'HAM,sales,3,10,5,2026-01-01,more',
      'HAM,sales,4,10,"5,2026-01-01',
      'HAM,sales,5,10,5 pcs,',
      'HAM,sales,1,10,6,',
      'HAM,sales,6,10,5,"2026-01-01"x',
      'HAM,sales,7,10,1234567890123456789,',
      'PUN,purchase,8,10,5,2026-01-01T08:00:00+01:00',
    ].join('\n'),
  )
  await world.poll()
  // the open quote takes all that follows with it: what it swallowed is rejected, not lost
  expect(await lines('order_no')).toEqual([{ order_no: '1' }])
  expect((await rejected()).map((row) => [row.position, row.reasons])).toEqual([
    [
      'a.csv:3',
      [
        'plant: is not a plant that erp serves, found "XXX"',
        'order_lines.order_type: expected one of sales, purchase, found "gift"',
        'order_lines.order_no: is missing',
        'order_lines.quantity: expected a decimal of at most 18 digits and 6 places, found "1.2345678"',
        'order_lines.due_at: expected a time of ISO 8601, found "2026-02-31"',
      ],
    ],
    ['a.csv:4', ['has too few columns: 5 instead of 6']],
    ['a.csv:5', ['has too many columns: 7 instead of 6']],
    ['a.csv:6', ['opens a quote that is never closed']],
  ])
  expect((await rejected())[3]?.body).toContain('PUN,purchase,8')
  const [reading] = await world.readings()
  expect(reading).toMatchObject({ outcome: 'ok', reason: expect.stringContaining('nothing was deleted') })
})

test('a value beside its quotes, a repeated key, a number that is none: each its own reason', async () => {
  await open(plainOrders())
  world.write(
    'a.csv',
    [
      header,
      'HAM,sales,1,10,5,',
      'HAM,sales,01,10,6,',
      'HAM,sales,2,10,5 pcs,',
      'HAM,sales,3,10,1234567890123456789,',
      'HAM,sales,6,10,5,"2026-01-01"x',
      'PUN,purchase,8,10,.50,2026-01-01T08:00:00+01:00',
      'PUN,purchase,9,10,5,2026-01-01',
    ].join('\n'),
  )
  await world.poll()
  expect((await rejected()).map((row) => [row.position, ...(row.reasons as string[])])).toEqual([
    ['a.csv:3', 'order_lines: repeats the key of line 2'],
    ['a.csv:4', 'order_lines.quantity: expected a decimal of at most 18 digits and 6 places, found "5 pcs"'],
    [
      'a.csv:5',
      'order_lines.quantity: expected a decimal of at most 18 digits and 6 places, found "1234567890123456789"',
    ],
    ['a.csv:6', 'has text beside a quoted value'],
  ])
  expect(await lines('order_no, quantity, due_at')).toEqual([
    { order_no: '1', quantity: '5', due_at: '1970-01-01T00:00:00.000Z' },
    { order_no: '8', quantity: '0.5', due_at: '2026-01-01T07:00:00.000Z' },
    // midnight in Pune
    { order_no: '9', quantity: '5', due_at: '2025-12-31T18:30:00.000Z' },
  ])
})

test('json lines: nested paths, numbers as written, null, and a line that is no JSON', async () => {
  await open(`  - source: orders
    kind: files
    system: erp
    folder: FOLDER
    pattern: '*.jsonl'
    format: jsonl
    plant: { const: HAM }
    states:
      order_lines:
        order_type: { const: sales }
        order_no: head.no
        line_no: lines[0].pos
        item: lines[0].item
        quantity: lines[0].qty
        unit_price: price
        due_at: due
`)
  world.write(
    'a.jsonl',
    [
      '{"head":{"no":17},"lines":[{"pos":"10","item":"A\\u0042","qty":2.50}],"price":123456789012.123456,"due":"2026-01-01T00:00:00Z"}',
      '{"head":{"no":"18"},"lines":[{"pos":10,"item":null,"qty":"3"}],"price":0.1}',
      'not json',
      '[1]',
      '{"head":{"no":{"deep":1}},"lines":[{"pos":10,"qty":1}]}',
    ].join('\n'),
  )
  await world.poll()
  expect(await lines('order_no, line_no, item, quantity, unit_price, due_at')).toEqual([
    {
      order_no: '17',
      line_no: '10',
      item: 'AB',
      quantity: '2.5',
      unit_price: '123456789012.123456',
      due_at: '2026-01-01T00:00:00.000Z',
    },
    {
      order_no: '18',
      line_no: '10',
      item: '',
      quantity: '3',
      unit_price: '0.1',
      due_at: '1970-01-01T00:00:00.000Z',
    },
  ])
  expect(await rejected()).toEqual([
    { position: 'a.jsonl:3', reasons: [expect.stringContaining('is not a JSON object')], body: 'not json' },
    { position: 'a.jsonl:4', reasons: [expect.stringContaining('is not a JSON object')], body: '[1]' },
    { position: 'a.jsonl:5', reasons: ['order_lines.order_no: is missing'], body: expect.any(String) },
  ])
})

test('parquet, written by the engine itself', async () => {
  await open(`  - source: stock
    kind: files
    system: wms
    folder: FOLDER
    pattern: '*.parquet'
    format: parquet
    states:
      inventory_positions:
        location: loc
        item: item
        quantity: qty
        unit_cost: cost
        occurred_at: ts
`)
  await world.store.command(
    `INSERT INTO FUNCTION file({path:String}, 'Parquet')
     SELECT 'L' || toString(number) AS loc, toInt64(number + 1000) AS item, toDecimal128('123456789012345678.123456', 6) AS qty,
       if(number = 1, NULL, 0.25) AS cost, toDateTime64('2026-01-05 10:00:00.500', 3, 'UTC') AS ts FROM numbers(3)`,
    { path: `${world.folder}/stock.parquet` },
  )
  await world.poll()
  expect(
    await world.rows(
      'SELECT plant, location, item, quantity, unit_cost, occurred_at FROM inventory_positions_log ORDER BY location',
    ),
  ).toEqual(
    ['0.25', '0', '0.25'].map((unit_cost, index) => ({
      plant: 'HAM',
      location: `L${index}`,
      item: String(1000 + index),
      quantity: '123456789012345678.123456',
      unit_cost,
      occurred_at: '2026-01-05T10:00:00.500Z',
    })),
  )
})

test('tsv without a header in an old encoding, columns by number, keys joined', async () => {
  await open(`  - source: moves
    kind: files
    system: wms
    folder: FOLDER
    pattern: '*.txt'
    format: tsv
    header: false
    encoding: windows-1252
    states:
      stock_movements:
        movement_no: { join: [1, 2], with: '-' }
        ref: 1
        location: 3
        item: 4
        quantity: 5
`)
  world.write('a.txt', Buffer.from('0007\t1\tK\xfchl"haus\tA\t-2\n\n8\t\tL\tA\t1\n', 'latin1'))
  await world.poll()
  expect(await world.rows('SELECT movement_no, location, quantity FROM stock_movements_log')).toEqual([
    { movement_no: '7-1', location: 'Kühl"haus', quantity: '-2' },
  ])
  expect((await rejected()).map((row) => [row.position, row.reasons])).toEqual([
    ['a.txt:3', ['stock_movements.movement_no: is missing']],
  ])
})

test('events: one per row, once, in their flow, none from the future', async () => {
  await open(
    `  - source: steps
    kind: files
    system: erp
    folder: FOLDER
    pattern: '*.csv'
    format: csv
    plant: { const: HAM }
    events:
      - { type: com.example.ordered, key: order, occurred_at: at }
      - { type: com.example.shipped, key: order, occurred_at: at, id: id }
`,
    `flows:
  - flow: otc
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: erp, event: com.example.ordered }
      - { stage: shipped, name: Shipped, role: wms, event: com.example.shipped, handoff: { name: Out, objective: 1h } }
`,
  )
  world.write('a.csv', 'order,at,id\nSO-1,2026-01-05 08:00,x1\nSO-2,2126-01-05 08:00,x2\n')
  await world.poll()
  world.write('a.csv', 'order,at,id\nSO-1,2026-01-05 08:00,x1\nSO-3,2026-01-05 09:00,x3\n')
  await world.poll()
  expect(
    await world.rows('SELECT key, flow, stage, occurred_at, data FROM business_events ORDER BY key, stage'),
  ).toEqual([
    ...[
      ['SO-1', '08:00', 'x1', '07'],
      ['SO-3', '09:00', 'x3', '08'],
    ].flatMap(([key, at, id, hour]) =>
      ['ordered', 'shipped'].map((stage) => ({
        key,
        flow: 'otc',
        stage,
        occurred_at: `2026-01-05T${hour}:00:00.000Z`,
        data: JSON.stringify({ order: key, at: `2026-01-05 ${at}`, id }),
      })),
    ),
  ])
  expect(await world.rows('SELECT count() AS count FROM flow_progress FINAL')).toEqual([{ count: '4' }])
  expect((await rejected())[0]).toMatchObject({
    position: 'a.csv:3',
    reasons: [expect.stringContaining('is in the future'), expect.stringContaining('is in the future')],
  })
})
