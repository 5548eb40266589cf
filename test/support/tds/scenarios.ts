import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { filesEstate } from '../files-world.ts'
import { type Column, done, prelogin, selected, signedIn, types } from './tokens.ts'

/** The password that is in the recordings, of nobody. */
export const recordedPassword = 'Recorded-1'

/** A source of the table that was recorded, asked at a port of this machine. */
export const recordedSource = (port: number, settings = ''): string =>
  `  - source: stock
    kind: sql
    dialect: sqlserver
    system: wms
    host: localhost
    port: ${port}
    database: WMS
    user: reader
    password_from: STOCK_PASSWORD
    schema: dbo
    table: Stock
    key: [Item, Lot]
    page_rows: 2
    poll: 1h
    plant: { const: HAM }
    states: { inventory_positions: { location: Bin, item: Item, batch: Lot, quantity: Qty, occurred_at: Changed } }
${[settings || 'cursor: { field: Changed }', ...(settings.includes('limits') ? [] : ['limits: { retries: 0 }'])].join('\n').replaceAll(/^/gm, '    ')}
`
export const recordedConfig = (port: number, settings?: string): SqlSourceConfig =>
  filesEstate('', recordedSource(port, settings)).pulledSources[0] as SqlSourceConfig

/** dbo.Stock as a server describes it. */
export const stockColumns: Column[] = [
  { name: 'Bin', type: types.varchar(10), flags: 0x08 },
  { name: 'Item', type: types.nvarchar(80), flags: 0x08 },
  { name: 'Lot', type: types.varbinary(8), flags: 0x09 },
  { name: 'Qty', type: types.decimal(18, 3), flags: 0x09 },
  { name: 'Changed', type: types.datetimeoffset(7), flags: 0x08 },
  { name: 'Price', type: types.money(), flags: 0x09 },
  { name: 'Note', type: types.text(), flags: 0x09 },
]
/** The same as the statement makes texts of it. */
const textColumns: Column[] = [
  { name: 'Bin', type: types.varchar(10), flags: 0x08 },
  { name: 'Item', type: types.nvarchar(80), flags: 0x08 },
  { name: 'Lot', type: types.text() },
  { name: 'Qty', type: types.varchar(100) },
  { name: 'Changed', type: types.varchar(40) },
  { name: 'Price', type: types.varchar(50) },
  { name: 'Note', type: types.text(), flags: 0x09 },
]
const lookColumns: Column[] = [
  { name: 'now', type: types.varchar(41) },
  { name: 'lacking', type: types.varchar(1), flags: 0x20 },
]
const look = (now: string) =>
  ['its clock, and that no row lacks a Changed', selected(lookColumns, [[now, '0']])] as const
const rows = (says: string, all: (string | null)[][]) => [says, selected(textColumns, all)] as const
const opening = [
  ['PRELOGIN: a server of 2022; everything is encrypted from here on', prelogin()],
  [
    'ENVCHANGE database, INFO 5701, ENVCHANGE collation and language, INFO 5703, LOGINACK TDS 7.4, ENVCHANGE packet size, FEATUREEXTACK, DONE',
    signedIn('WMS'),
  ],
  ['DONE', done()],
  ['COLMETADATA of dbo.Stock, DONEINPROC of no row, RETURNSTATUS, DONEPROC', selected(stockColumns, [])],
] as const

/** What a server answers to the messages of one connection, in order, each with what it means. */
export type Scenario = {
  title: string
  settings?: string
  from: string
  isWhole: boolean
  answers: readonly (readonly [says: string, body: Buffer])[]
}
const first = ['A1', 'nut', 'DE01', '1.500', '2026-01-05T08:00:00.1000000Z', '12.3400', null]
const second = ['A1', 'bolt 6×20', 'DE02', '0.001', '2026-01-05T08:00:00.1000000Z', null, 'counted by hand']
const third = ['B2', 'nut', 'DE03', '-7.000', '2026-01-05T09:00:00Z', '0.0100', 'blocked']

/** By the name of their file in test/sources/recorded. */
export const scenarios: Record<string, Scenario> = {
  'sqlserver-first': {
    title:
      'The first poll of a SQL Server table: signs in, learns its columns, and pages by cursor and key, two rows at once.',
    from: '',
    isWhole: false,
    answers: [
      ...opening,
      look('2026-01-05T09:30:00.1234567Z'),
      rows('two rows, DONEINPROC, RETURNSTATUS, DONEPROC', [second, first].sort()),
      rows('one row: there is no more', [third]),
    ],
  },
  'sqlserver-next': {
    title: 'The next poll: it goes on two minutes before the newest row, which comes again; one has changed.',
    from: '2026-01-05T08:58:00.000Z',
    isWhole: false,
    answers: [
      ...opening,
      look('2026-01-05T09:40:00.0000000Z'),
      rows('two rows: one comes again, one is new', [
        third,
        ['A1', 'nut', 'DE01', '2.500', '2026-01-05T09:35:00.5000000Z', '12.3400', null],
      ]),
      rows('none: there is no more', []),
    ],
  },
  'sqlserver-whole': {
    title: 'A snapshot: everything by one statement.',
    settings: 'mode: snapshot',
    from: '',
    isWhole: true,
    answers: [
      ...opening,
      look('2026-01-05T09:50:00.0000000Z'),
      rows('two rows: one of those before is gone', [first, third]),
    ],
  },
}
