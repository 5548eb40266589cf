import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { writeEdifact, writeX12 } from '../support/edi.ts'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'

/** One world: a source for each preset, all of a standard over one mailbox, as a site would have it. */
let world: FilesWorld

const source = (preset: string, folder: string, more = '') => `  - source: ${preset.replace('.', '_')}
    kind: files
    preset: ${preset}
    system: wms
    folder: FOLDER/${folder}
    pattern: '*.edi'
    poll: 1h
    plant: { const: HAM }
${more}`
const sources = [
  ...['850', '856', '945', '810', '846'].map((type) => source(`x12.${type}`, 'x12')),
  ...['orders', 'desadv', 'invoic', 'invrpt'].map((type) => source(`edifact.${type}`, 'edifact')),
  `  - source: exchange
    kind: files
    system: wms
    folder: FOLDER/exchange
    pattern: '*.edi'
    format: x12
    mode: delta
    edi: { messages: ['850'] }
    poll: 1h
    plant: { column: header.parties.ST, map: { '0041': HAM } }
    states:
      order_lines: { order_type: { const: sales }, order_no: 'header.BEG[0].BEG03', line_no: 'line.PO1[0].PO101', item: line.ids.VN, quantity: 'line.PO1[0].PO102', due_at: header.dates.002 }
`,
]

beforeAll(async () => {
  world = await openFilesWorld((folder) => filesEstate(folder, sources.join('')))
  for (const folder of ['x12', 'edifact', 'exchange']) mkdirSync(join(world.folder, folder))
})
afterAll(() => world?.close())

const states = (entity: string, from: string, columns: string) =>
  world.rows(
    `SELECT ${columns} FROM ${entity}_log WHERE source = {from:String} AND load_seq IN (SELECT load_seq FROM loads) ORDER BY version, 1, 2`,
    { from },
  )
/** An interchange that several sources have read is one. */
const interchanges = async (from: string) =>
  (await world.store.query('edi_interchanges', { since: new Date(0), limit: 100 })).filter(({ source }) =>
    source.startsWith(from),
  )

const latin = (text: string) => Buffer.from(text, 'latin1')
type Segments = Parameters<typeof writeX12>[0][number]
const order = (no: string, quantity: string, ...more: Segments[1][]): Segments => [
  '850',
  ['BEG', '00', 'NE', no, '', '20261120'],
  ['CUR', 'BY', 'USD'],
  ['REF', 'DP', '038'],
  ['DTM', '002', '20261201'],
  ['N1', 'ST', 'Plant', '92', '0041'],
  ['N3', '1 Way'],
  ...more,
  ['PO1', '10', quantity, 'EA', '12.50', 'HP', 'VN', 'DX-40', 'BP', 'C-1'],
  ['PID', 'F', '', '', '', 'Valve'],
  ['ZZZ', 'nobody', 'knows', 'this'],
  ['PO1', '20', '7', 'EA', '3', 'PE', 'BP', 'C-2'],
  ['CTT', '2'],
]

test('x12: each document becomes its states, by its preset alone', async () => {
  const notice: Segments = [
    '856',
    ['BSN', '00', 'SHP-9', '20261121', '0700'],
    ['HL', '1', '', 'S'],
    ['TD5', '', '2', 'UPSN'],
    ['DTM', '011', '20261121'],
    ['N1', 'ST', 'Plant', '92', '0041'],
    ['HL', '2', '1', 'O'],
    ['PRF', 'PO-1'],
    ['HL', '3', '2', 'P'],
    ['MAN', 'GM', '00340000000000000012'],
    ['HL', '4', '3', 'I'],
    ['LIN', '10', 'VN', 'DX-40', 'LT', 'L7'],
    ['SN1', '', '5', 'EA'],
    ['HL', '5', '1', 'O'],
    ['PRF', 'PO-2'],
    ['HL', '6', '5', 'I'],
    ['LIN', '20', 'BP', 'C-2'],
    ['SN1', '', '2.5', 'KG'],
    ['CTT', '6'],
  ]
  world.write('x12/orders.edi', writeX12([order('PO-1', '5')], { control: '000000201' }))
  world.write('x12/notice.edi', writeX12([notice], { control: '000000202', code: 'SH', group: '56' }))
  world.write(
    'x12/others.edi',
    writeX12(
      [
        [
          '945',
          ['W06', 'N', 'SO-1', '20261122', 'D-55'],
          ['N1', 'WH', 'Warehouse', '92', 'W1'],
          ['G62', '11', '20261122'],
          ['LX', '1'],
          ['MAN', 'GM', '1'],
          ['W12', 'CC', '4', '4', '', 'EA', '', 'VN', 'DX-40', 'L8'],
          ['LX', '2'],
          ['W12', 'CP', '4', '3', '1', 'EA', '', 'VN', 'DX-41'],
          ['W03', '7', '10', 'LB'],
        ],
        [
          '810',
          ['BIG', '20261125', 'INV-1', '20261120', 'PO-1'],
          ['CUR', 'SE', 'USD'],
          ['IT1', '10', '5', 'EA', '12.50', '', 'VN', 'DX-40'],
          ['TDS', '6250'],
          ['CTT', '1'],
        ],
        [
          '846',
          ['BIA', '00', 'DD', 'STOCK-1', '20261125'],
          ['N1', 'WH', 'Warehouse', '92', 'W1'],
          ['LIN', '1', 'VN', 'DX-40'],
          ['QTY', '33', '80', 'EA'],
          ['QTY', '17', '100', 'EA'],
          ['LIN', '2', 'VN', 'DX-41'],
          ['QTY', '33', '12', 'EA'],
          ['CTT', '2'],
        ],
      ],
      { control: '000000203', code: 'SW', group: '57' },
    ),
  )
  await world.poll()
  expect(
    await states(
      'order_lines',
      'x12_850',
      'order_no, line_no, item, quantity, unit_price, price_factor, currency, partner, due_at, occurred_at',
    ),
  ).toEqual([
    {
      ...{
        order_no: 'PO-1',
        line_no: '10',
        item: 'DX-40',
        quantity: '5',
        unit_price: '12.5',
        price_factor: '100',
      },
      ...{ currency: 'USD', partner: 'CUSTOMER', due_at: '2026-11-30T23:00:00.000Z' },
      occurred_at: '2026-11-20T07:02:00.000Z',
    },
    {
      ...{ order_no: 'PO-1', line_no: '20', item: 'C-2', quantity: '7', unit_price: '3', price_factor: '1' },
      ...{ currency: 'USD', partner: 'CUSTOMER', due_at: '2026-11-30T23:00:00.000Z' },
      occurred_at: '2026-11-20T07:02:00.000Z',
    },
  ])
  expect(
    await states(
      'shipment_lines',
      'x12_856',
      'shipment_no, line_no, order_no, order_line_no, item, batch, quantity, direction',
    ),
  ).toEqual([
    {
      shipment_no: 'SHP-9',
      line_no: '1',
      order_no: 'PO-1',
      order_line_no: '10',
      item: 'DX-40',
      batch: 'L7',
      quantity: '5',
      direction: 'inbound',
    },
    {
      shipment_no: 'SHP-9',
      line_no: '2',
      order_no: 'PO-2',
      order_line_no: '20',
      item: 'C-2',
      batch: '',
      quantity: '2.5',
      direction: 'inbound',
    },
  ])
  expect(
    await states('shipment_lines', 'x12_945', 'shipment_no, line_no, order_no, item, batch, quantity'),
  ).toEqual([
    { shipment_no: 'D-55', line_no: '1', order_no: 'SO-1', item: 'DX-40', batch: 'L8', quantity: '4' },
    { shipment_no: 'D-55', line_no: '2', order_no: 'SO-1', item: 'DX-41', batch: '', quantity: '3' },
  ])
  expect(
    await states(
      'invoice_lines',
      'x12_810',
      'invoice_no, line_no, order_no, order_type, kind, quantity, unit_price',
    ),
  ).toEqual([
    {
      invoice_no: 'INV-1',
      line_no: '10',
      order_no: 'PO-1',
      order_type: 'purchase',
      kind: 'invoice',
      quantity: '5',
      unit_price: '12.5',
    },
  ])
  expect(await states('inventory_positions', 'x12_846', 'location, item, quantity')).toEqual([
    { location: 'W1', item: 'DX-40', quantity: '100' },
    { location: 'W1', item: 'DX-41', quantity: '12' },
  ])
  expect(await world.rows('SELECT reasons FROM quarantine')).toEqual([])
})

test('edifact: each document becomes its states, with umlauts of its own character set', async () => {
  const line = (no: string, item: string, ...more: Segments[1][]): Segments[1][] => [
    ['LIN', no, '', ['4000862141404', 'EN']],
    ['PIA', '5', [item, 'SA']],
    ...more,
  ]
  world.write(
    'edifact/all.edi',
    latin(
      writeEdifact(
        [
          [
            'ORDERS',
            ['BGM', '220', "B'1+2", '9'],
            ['DTM', ['137', '20261120', '102']],
            ['DTM', ['2', '202612010800', '203']],
            ['NAD', 'BY', ['4000001000001', '', '9']],
            ['NAD', 'DP', ['4000002000009', '', '9']],
            ['CTA', 'IC', ['', 'Frau Müller']],
            ['CUX', ['2', 'EUR', '9']],
            ...line(
              '1',
              'DX-Ä',
              ['QTY', ['21', '60', 'PCE']],
              ['PRI', ['AAA', '12,5', '', '', '100', 'PCE']],
            ),
            ...line('2', 'DX-41', ['QTY', ['21', '1,25', 'KGM']]),
            ['UNS', 'S'],
            ['CNT', ['2', '2']],
          ],
          [
            'DESADV',
            ['BGM', '351', 'LS-1', '9'],
            ['DTM', ['11', '202611211530', '203']],
            ['CPS', '1'],
            ['PAC', '1'],
            ['CPS', '2', '1'],
            ['PAC', '2', '', 'CT'],
            ...line(
              '1',
              'DX-40',
              ['QTY', ['12', '60', 'PCE']],
              ['GIN', 'BX', 'L7'],
              ['RFF', ['ON', 'PO-1', '10']],
            ),
          ],
          [
            'INVOIC',
            ['BGM', '381', 'R-1', '9'],
            ['DTM', ['137', '20261125', '102']],
            ['RFF', ['ON', 'PO-1']],
            ...line('1', 'DX-40', ['QTY', ['47', '60', 'PCE']], ['PRI', ['AAA', '0,99']]),
            ['UNS', 'S'],
          ],
          [
            'INVRPT',
            ['BGM', '35', 'S-1', '9'],
            ['NAD', 'WH', ['W1', '', '9']],
            ...line('1', 'DX-40', ['QTY', ['145', '88', 'PCE']]),
          ],
        ],
        { between: '\n' },
      ),
    ),
  )
  await world.poll()
  expect(
    await states(
      'order_lines',
      'edifact_orders',
      'order_no, line_no, item, quantity, unit, unit_price, price_factor, due_at, partner',
    ),
  ).toEqual([
    {
      ...{ order_no: "B'1+2", line_no: '1', item: 'DX-Ä', quantity: '60', unit: 'PCE', unit_price: '12.5' },
      ...{ price_factor: '100', due_at: '2026-12-01T07:00:00.000Z', partner: '4000001000001' },
    },
    {
      ...{ order_no: "B'1+2", line_no: '2', item: 'DX-41', quantity: '1.25', unit: 'KGM', unit_price: '0' },
      ...{ price_factor: '1', due_at: '2026-12-01T07:00:00.000Z', partner: '4000001000001' },
    },
  ])
  expect(
    await states(
      'shipment_lines',
      'edifact_desadv',
      'shipment_no, order_no, order_line_no, batch, quantity, posted_at',
    ),
  ).toEqual([
    {
      shipment_no: 'LS-1',
      order_no: 'PO-1',
      order_line_no: '10',
      batch: 'L7',
      quantity: '60',
      posted_at: '2026-11-21T14:30:00.000Z',
    },
  ])
  expect(await states('invoice_lines', 'edifact_invoic', 'invoice_no, kind, order_no, unit_price')).toEqual([
    { invoice_no: 'R-1', kind: 'credit', order_no: 'PO-1', unit_price: '0.99' },
  ])
  expect(await states('inventory_positions', 'edifact_invrpt', 'location, item, quantity')).toEqual([
    { location: 'W1', item: 'DX-40', quantity: '88' },
  ])
  expect((await interchanges('edifact'))[0]?.deviations).toEqual([])
})

const amounts = async () =>
  (await states('order_lines', 'exchange', 'order_no, line_no, quantity')).map((row) =>
    Object.values(row).join(' '),
  )

test('an interchange that comes again is not taken twice; one whose number comes with another content is a conflict', async () => {
  // one line has no item of ours: a mapping without a preset takes what it names
  world.write('exchange/1.edi', writeX12([order('PO-1', '5')]))
  await world.poll()
  expect(await amounts()).toEqual(['PO-1 10 5', 'PO-1 20 7'])
  // the same, wrapped otherwise, in another file; beside it one that is new
  const again = writeX12([order('PO-1', '5')], { between: '\r\n' })
  world.write('exchange/2.edi', again + writeX12([order('PO-2', '8')], { control: '000000102', group: '56' }))
  world.write('exchange/3.edi', writeX12([order('PO-1', '6')]))
  // the same number of another partner is no conflict
  world.write('exchange/4.edi', writeX12([order('PO-9', '9')], { sender: 'OTHER' }))
  await world.poll()
  expect(await amounts()).toEqual([
    'PO-1 10 5',
    'PO-1 20 7',
    'PO-2 10 8',
    'PO-2 20 7',
    'PO-9 10 9',
    'PO-9 20 7',
  ])
  const told = (await interchanges('exchange')).map(({ sender, control, outcome, earlier, path }) =>
    [path, sender, control, outcome, earlier].join(' ').trim(),
  )
  expect(told.sort()).toEqual([
    '1.edi CUSTOMER 101 taken',
    '2.edi CUSTOMER 101 duplicate 1.edi',
    '2.edi CUSTOMER 102 taken',
    '3.edi CUSTOMER 101 conflict 1.edi',
    '4.edi OTHER 101 taken',
  ])
  const [kept] = await world.rows<{ codes: string[]; reasons: string[]; body: string }>(
    "SELECT codes, reasons, body FROM quarantine WHERE kind = 'interchange'",
  )
  expect(kept).toMatchObject({
    codes: ['interchange.conflict'],
    reasons: ['number 101 of CUSTOMER came before with another content, in 1.edi'],
  })
  expect(kept?.body).toContain('PO1*10*6*EA')
  // after a restart it is known, too
  await world.reopen()
  world.write('exchange/5.edi', again)
  await world.poll()
  expect((await amounts()).length).toBe(6)
})

test('acknowledgements are linked to what they speak of: the group, its messages, segments in error; TA1 and CONTRL and APERAK too', async () => {
  const sent = { sender: 'OURSELVES', receiver: 'CUSTOMER' }
  const back = { sender: 'CUSTOMER', receiver: 'OURSELVES' }
  const bill: Segments = [
    '810',
    ['BIG', '20261125', 'INV-7', '20261120', 'PO-1'],
    ['IT1', '10', '5', 'EA', '1'],
    ['CTT', '1'],
  ]
  const write = (name: string, ...[messages, told]: Parameters<typeof writeX12>) =>
    world.write(`exchange/${name}.edi`, writeX12(messages, told))
  // none of what it holds is an order: only its envelope is kept
  for (const [control, group] of [
    ['000000301', '71'],
    ['000000302', '72'],
    ['000000303', '73'],
  ] as const)
    write(`out-${group}`, [['997', ['AK1', 'PO', '1'], ['AK9', 'A', '1', '1', '1']]], {
      ...sent,
      control,
      code: 'FA',
      group,
    })
  write('bill', [bill, bill], { ...sent, control: '000000304', code: 'IN', group: '74' })
  write('bill-2', [bill], { ...sent, control: '000000305', code: 'IN', group: '75' })
  write(
    'said',
    [
      [
        '997',
        ['AK1', 'IN', '74'],
        ['AK2', '810', '0001'],
        ['AK5', 'A'],
        ['AK2', '810', '0002'],
        ['AK3', 'IT1', '3', '', '8'],
        ['AK4', '2', '358', '6', '5x'],
        ['AK3', 'N1', '4', '', '3'],
        ['AK5', 'R', '5'],
        ['AK9', 'P', '2', '2', '1'],
      ],
    ],
    { ...back, control: '000000401', code: 'FA', group: '9' },
  )
  write('ta1', [], {
    ...back,
    control: '000000402',
    before: [['TA1', '000000305', '261120', '0802', 'R', '025']],
  })
  await world.poll()
  const all = await interchanges('exchange')
  const of = (control: string) => all.find((one) => one.control === control && one.sender === 'OURSELVES')
  expect(of('304')?.said.toSorted((a, b) => a.message.localeCompare(b.message))).toEqual([
    { kind: '997', message: '', type: '', verdict: 'partly', reasons: [] },
    { kind: '997', message: '1', type: '810', verdict: 'accepted', reasons: [] },
    {
      kind: '997',
      message: '2',
      type: '810',
      verdict: 'rejected',
      reasons: [
        'segment IT1 at 3, element 2: has a character that is not allowed (6), found "5x"',
        'segment N1 at 4: is missing (3)',
        'segments are in error (5)',
      ],
    },
  ])
  expect(of('305')?.said).toEqual([
    {
      kind: 'TA1',
      message: '',
      type: '',
      verdict: 'rejected',
      reasons: ['the control number came before (025)'],
    },
  ])
  expect(of('301')).toMatchObject({ said: [], told_at: null })

  const swap = { sender: '4000002000002', receiver: '4000001000001' }
  world.write(
    'edifact/said.edi',
    writeEdifact(
      [
        [
          'CONTRL',
          ['UCI', 'REF77', ['4000001000001', '14'], ['4000002000002', '14'], '7'],
          ['UCM', '1', ['ORDERS', 'D', '96A', 'UN'], '4', '12'],
          ['UCS', '6', '13'],
          ['UCD', '39', ['2', '1']],
        ],
        [
          'APERAK',
          ['BGM', '313', 'A-1', '27'],
          ['RFF', ['ACW', 'LS-1']],
          ['ERC', '42'],
          ['FTX', 'AAO', '', '', 'delivery is not known'],
        ],
      ],
      { ...swap, control: 'ACK1' },
    ),
  )
  await world.poll()
  const answered = (await interchanges('edifact')).find(({ control }) => control === 'REF77')
  expect(
    answered?.said
      .map(({ kind, message, verdict, reasons }) => [kind, message, verdict, ...reasons].join(' | '))
      .sort(),
  ).toEqual([
    'APERAK |  | rejected | application error 42: delivery is not known',
    'CONTRL |  | accepted',
    'CONTRL | 1 | rejected | the value is not valid (12) | segment at 6: it is missing (13) | segment at 6, element 2, component 1: it is too long (39)',
  ])
})
