import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'

/** One world for all that is no table: each source has a folder of its own, and orders of its own. */
let world: FilesWorld

const line = 'order_type: { const: sales }'
const source = (name: string, settings: string) => `  - source: ${name}
    kind: files
    system: wms
    folder: FOLDER/${name}
    pattern: '*'
    poll: 1h
    plant: { const: HAM }
${settings}`

const sources = [
  source(
    'idocs',
    `    format: xml
    item: IDOC/E1EDP01
    records: >-
      { 'order': parents.IDOC.E1EDK01.BELNR, 'customer': parents.IDOC.E1EDKA1[PARVW='AG'].PARTN, 'line': POSEX,
        'quantity': MENGE, 'item': E1EDP19[QUALF='002'].IDTNR, 'segment': \`@SEGMENT\` }
    states:
      order_lines: { ${line}, order_no: order, line_no: line, item: item, quantity: quantity, partner: customer, status: segment }
`,
  ),
  source(
    'lines',
    `    format: xml
    item: line
    states:
      order_lines: { ${line}, order_no: parents.order.@no, line_no: '@no', item: item.#text, unit: item.@of, quantity: quantity }
`,
  ),
  source(
    'documents',
    `    format: xml
    records: "orders.order.{ 'no': no, 'quantity': quantity }"
    states:
      order_lines: { ${line}, order_no: no, line_no: { const: 1 }, quantity: quantity }
`,
  ),
  ...['utf-8', 'iso-8859-1', 'windows-1252', 'iso-8859-15'].map((encoding) =>
    source(
      `fixed-${encoding}`,
      `    format: fixed
    encoding: ${encoding}
    fixed:
      skip: 1
      columns:
        order: { start: 1, length: 10 }
        name: { start: 11, length: 8 }
        quantity: { start: 19, length: 9, decimals: 2 }
        status: { start: 28, length: 6, trim: end }
    states:
      order_lines: { ${line}, order_no: order, line_no: { const: 1 }, item: name, quantity: quantity, status: status }
`,
    ),
  ),
  source(
    'typed',
    `    format: fixed
    fixed:
      type: { start: 1, length: 2 }
      records:
        H: { order: { start: 3, length: 4 }, customer: { start: 7, length: 5 } }
        L: { line: { start: 3, length: 3 }, quantity: { start: 6, length: 5 } }
      item: L
    states:
      order_lines: { ${line}, order_no: H.order, line_no: line, quantity: quantity, partner: H.customer }
`,
  ),
]

beforeAll(async () => {
  world = await openFilesWorld((folder) => filesEstate(folder, sources.join('')))
  for (const text of sources) mkdirSync(join(world.folder, /source: (\S+)/.exec(text)?.[1] as string))
})
afterAll(() => world.close())

const lines = (from: string, columns: string) =>
  world.rows(
    `SELECT ${columns} FROM order_lines_log WHERE source = {from:String} ORDER BY order_no, line_no`,
    {
      from,
    },
  )
const last = async (path: string) => (await world.readings()).findLast((reading) => reading.path === path)

const idoc = (order: string, positions: string) => `<IDOC BEGIN="1">
  <EDI_DC40 SEGMENT="1"><DOCNUM>0000000001</DOCNUM></EDI_DC40>
  <E1EDK01 SEGMENT="1"><CURCY>EUR</CURCY><BELNR>${order}</BELNR></E1EDK01>
  <E1EDKA1 SEGMENT="1"><PARVW>AG</PARVW><PARTN>0000100003</PARTN></E1EDKA1>
  <E1EDKA1 SEGMENT="1"><PARVW>WE</PARVW><PARTN>0000100004</PARTN></E1EDKA1>
  ${positions}
  <E1EDS01 SEGMENT="1"><SUMID>001</SUMID></E1EDS01>
</IDOC>`
const position = (line: string, quantity: string, item: string) => `<E1EDP01 SEGMENT="x&amp;y">
    <POSEX>${line}</POSEX><MENGE>${quantity}</MENGE>
    <E1EDP19 SEGMENT="1"><QUALF>001</QUALF><IDTNR>not this</IDTNR></E1EDP19>
    <E1EDP19 SEGMENT="1"><QUALF>002</QUALF><IDTNR>${item}</IDTNR></E1EDP19>
  </E1EDP01>`

test('xml: each element of the path is a record, with what stands around it; of several documents each its own', async () => {
  world.write(
    'idocs/orders.xml',
    Buffer.from(
      `<?xml version="1.0" encoding="ISO-8859-1"?><ORDERS05>
${idoc('4711', position('000010', '3.000', 'Müller') + position('000020', '0.125', 'B'))}
${idoc('4712', position('000010', '1234567890.123456', 'C'))}</ORDERS05>`,
      'latin1',
    ),
  )
  await world.poll()
  expect(await lines('idocs', 'order_no, line_no, item, quantity, partner, status')).toEqual([
    { order_no: '4711', line_no: '10', item: 'Müller', quantity: '3', partner: '100003', status: 'x&y' },
    { order_no: '4711', line_no: '20', item: 'B', quantity: '0.125', partner: '100003', status: 'x&y' },
    {
      order_no: '4712',
      line_no: '10',
      item: 'C',
      quantity: '1234567890.123456',
      partner: '100003',
      status: 'x&y',
    },
  ])
  expect(await last('orders.xml')).toMatchObject({ rows: '3', outcome: 'ok' })
})

test('xml: paths without an expression, prefixes, CDATA; a document as a whole', async () => {
  world.write(
    'lines/a.xml',
    `<b:batch xmlns:b="urn:b"><b:order no="7"><b:line no="1"><b:item of="PCE"><![CDATA[A & B]]></b:item><b:quantity>2</b:quantity></b:line></b:order></b:batch>`,
  )
  world.write('documents/b.xml', '<orders><order><no>8</no><quantity>1.5</quantity></order></orders>')
  await world.poll()
  expect(await lines('lines', 'order_no, line_no, item, unit, quantity')).toEqual([
    { order_no: '7', line_no: '1', item: 'A & B', unit: 'PCE', quantity: '2' },
  ])
  expect(await lines('documents', 'order_no, quantity')).toEqual([{ order_no: '8', quantity: '1.5' }])
})

test('xml: a bomb, an entity of its own, what breaks off, and what is nested without end are refused; nothing of it is taken', async () => {
  const bomb = `<!DOCTYPE order [<!ENTITY a "aaaaaaaaaa">${[...'bcdefghij'].map((name, at) => `<!ENTITY ${name} "${`&${'abcdefghij'[at]};`.repeat(10)}">`).join('')}]>`
  world.write('lines/bomb.xml', `${bomb}<order no="9"><line no="1"><quantity>&j;</quantity></line></order>`)
  world.write('lines/entity.xml', '<order no="9"><line no="1"><quantity>&two;</quantity></line></order>')
  world.write('lines/torn.xml', '<order no="9"><line no="1"><quantity>1</quantity></line><line no="2"><qua')
  world.write('lines/deep.xml', `${'<a>'.repeat(200)}${'</a>'.repeat(200)}`)
  await world.poll()
  expect(await last('bomb.xml')).toMatchObject({
    outcome: 'failed',
    reason: 'declares a document type, which is not read',
  })
  expect(await last('entity.xml')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('is no XML'),
  })
  expect(await last('torn.xml')).toMatchObject({
    outcome: 'failed',
    reason: expect.stringContaining('is no XML'),
  })
  expect(await last('deep.xml')).toMatchObject({
    outcome: 'failed',
    reason: 'is nested deeper than 100 elements',
  })
  expect(await world.rows("SELECT count() AS lines FROM order_lines_log WHERE order_no = '9'")).toEqual([
    { lines: '0' },
  ])
})

test.each([
  ['utf-8', (text: string) => Buffer.from(text)],
  ['iso-8859-1', (text: string) => Buffer.from(text, 'latin1')],
  ['windows-1252', (text: string) => Buffer.from(text.replace('€', '\x80'), 'latin1')],
  ['iso-8859-15', (text: string) => Buffer.from(text.replace('€', '\xa4'), 'latin1')],
])('fixed width: places are of characters, also with umlauts in %s', async (encoding, encode) => {
  const sign = encoding === 'iso-8859-1' ? 'x' : '€'
  world.write(
    `fixed-${encoding}/a.txt`,
    encode(
      [
        'a line of its own that is no record',
        `0000004711Müße ${sign}  000001250open  \r`,
        '4712      ÄÖÜäöüß-       5-',
        '4713      short           7',
        '',
      ].join('\n'),
    ),
  )
  await world.poll()
  expect(await lines(`fixed-${encoding}`, 'order_no, item, quantity, status')).toEqual([
    { order_no: '4711', item: `Müße ${sign}`, quantity: '12.5', status: 'open' },
    { order_no: '4712', item: 'ÄÖÜäöüß-', quantity: '-0.05', status: '' },
    { order_no: '4713', item: 'short', quantity: '0.07', status: '' },
  ])
})

test('fixed width by types: a line has the columns of the last line of each other type; unknown types are passed over', async () => {
  world.write(
    'typed/a.txt',
    [
      'X what this is nobody knows',
      'H 0001 C10',
      'L 010    5',
      'L 020   .5',
      'H 0002 C11',
      'Lx',
      'L 010    7',
    ].join('\n'),
  )
  await world.poll()
  expect(await lines('typed', 'order_no, line_no, quantity, partner')).toEqual([
    { order_no: '1', line_no: '10', quantity: '5', partner: 'C10' },
    { order_no: '1', line_no: '20', quantity: '0.5', partner: 'C10' },
    { order_no: '2', line_no: '10', quantity: '7', partner: 'C11' },
  ])
})
