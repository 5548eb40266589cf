import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Shapes, writeEdmx2, writeEdmx4 } from '../support/odata/edmx.ts'
import { type OdataWorld, openOdataWorld } from '../support/odata/world.ts'
import { type Peer, type PeerAnswer, startPeer } from '../support/peer.ts'

// What goes wrong on the way, and what SAP's mock server does not know: answers are written here, byte for byte.
const shapes: Shapes = {
  Stock: {
    key: ['Location', 'Material'],
    fields: {
      Location: 'String',
      Material: 'String',
      Quantity: 'Decimal',
      ChangedOn: 'DateTime',
      ChangedAt: 'DateTimeOffset',
      Counter: 'Int64',
      Id: 'Guid',
    },
    to: { Serials: '*Serials' },
  },
  Serials: { key: ['Material', 'Serial'], fields: { Material: 'String', Serial: 'String' } },
}
const metadata = (version: 2 | 4): PeerAnswer => ({
  headers: { 'content-type': 'application/xml' },
  body: (version === 2 ? writeEdmx2 : writeEdmx4)('stock', shapes),
})
type Row = Record<string, unknown>
const list2 = (rows: Row[], more: Row = {}): PeerAnswer => ({ body: { d: { results: rows, ...more } } })
const row = (material: string, more: Row = {}): Row => ({
  __metadata: { type: 'stock.StockType' },
  Location: 'A',
  Material: material,
  Quantity: '7.500',
  ChangedOn: null,
  ChangedAt: `/Date(${Date.UTC(2026, 0, 5, 8)})/`,
  Counter: '1',
  Id: '0f000000-0000-0000-0000-000000000000',
  Serials: { __deferred: { uri: 'elsewhere' } },
  ...more,
})

let world: OdataWorld
let peer: Peer
let sets: (url: URL) => PeerAnswer
let version: 2 | 4 = 2
let described: PeerAnswer | undefined
beforeAll(async () => {
  peer = await startPeer((url) =>
    url.pathname.endsWith('/odata/$metadata') ? (described ?? metadata(version)) : sets(url),
  )
  world = await openOdataWorld()
})
beforeEach(() => {
  peer.asked.length = 0
  version = 2
})
afterAll(async () => {
  await world?.close()
  await peer?.close()
})

const source = (name: string, settings: string) => `  - source: ${name}
    kind: odata
    system: wms
    url: ${peer.url}/odata/
    set: Stock
    poll: 1h
    states: { inventory_positions: { location: Location, item: Material, quantity: Quantity${settings.includes('@removed') ? ", deleted: '@removed'" : ''} } }
${settings.replace('# @removed\n', '')}`
const open = async (name: string, settings: string, answer: (url: URL) => PeerAnswer) => {
  sets = answer
  await world.open(source(name, settings))
}
const once = '    limits: { retries: 0 }\n'
const byMoment = '    cursor: { field: ChangedAt, overlap: 0s }\n'
const items = async (name: string) =>
  (await world.states(name, 'inventory_positions', ['item', 'quantity'])).map(
    (each) => `${each.item} ${each.quantity}`,
  )
const asked = () =>
  peer.asked.map(({ path }) => decodeURIComponent(path)).filter((path) => path.includes('/Stock'))

describe('an error is told in the service’s own words', () => {
  test.each<[string, PeerAnswer, string, string]>([
    [
      'V2, JSON',
      {
        status: 400,
        body: {
          error: {
            code: '/IWBEP/CM_MGW_RT/021',
            message: { lang: 'en', value: 'The filter is not allowed' },
            innererror: {
              errordetails: [
                { code: 'V1/555', message: 'Sales area 1010 10 00 is not defined' },
                { code: '/IWBEP/CX_MGW_BUSI_EXCEPTION', message: '' },
              ],
            },
          },
        },
      },
      'refused',
      '/IWBEP/CM_MGW_RT/021: The filter is not allowed (Sales area 1010 10 00 is not defined)',
    ],
    [
      'V2, XML',
      {
        status: 404,
        headers: { 'content-type': 'application/xml' },
        body: '<?xml version="1.0"?><error xmlns="http://schemas.microsoft.com/ado/2007/08/dataservices/metadata"><code>/IWFND/MED/170</code><message xml:lang="en">No service found for namespace &apos;&apos;</message></error>',
      },
      'not_found',
      '/IWFND/MED/170: No service found for namespace',
    ],
    [
      'V4',
      {
        status: 403,
        body: {
          error: {
            code: 'SY/530',
            message: 'No authorization',
            details: [{ code: 'ZZ/1', message: 'Plant 1010 is not yours' }],
          },
        },
      },
      'forbidden',
      'SY/530: No authorization (Plant 1010 is not yours)',
    ],
    [
      'an error with a good status',
      { body: { error: { code: '1', message: 'half way' } } },
      'refused',
      'half way',
    ],
    [
      'no list',
      { body: { d: { Location: 'A' } } },
      'no_list',
      'The answer is no list of OData but an object of d',
    ],
    ['half an answer', { body: '{"d":{"results":[{"Location":"A"' }, 'not_json', 'The answer is no JSON'],
    ['a page for people', { body: '<html><title>Sign in</title></html>' }, 'not_json', 'a page for people'],
    [
      'a next page elsewhere',
      list2([row('1')], { __next: 'https://internal.example/odata/Stock?$skiptoken=1' }),
      'next_elsewhere',
      'another server than',
    ],
    [
      'a next page that is the same',
      list2([row('1')], { __next: '/odata/Stock?$skiptoken=1' }),
      'paging_loops',
      'which was read already',
    ],
    ['no cursor', list2([row('1', { ChangedAt: null })]), 'field_missing', 'An item has no "ChangedAt"'],
  ])('%s', async (name, answer, code, words) => {
    const id = `e-${name.replace(/\W+/g, '-')}`
    await open(id, byMoment + once, () => answer)
    const poll = await world.last(id)
    expect(poll.reason).toContain(words)
    expect(poll.code).toBe(code)
    expect(await items(id)).toEqual([])
  })

  test.each<[string, PeerAnswer, string]>([
    ['of something else', { body: '<rss><channel/></rss>' }, 'no_metadata'],
    ['with a document type', { body: '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>' }, 'not_xml'],
    ['that is none', { body: '{}' }, 'not_xml'],
  ])('a description %s', async (name, answer, code) => {
    described = answer
    await open(`d-${name.replace(/\W+/g, '-')}`, byMoment + once, () => list2([]))
    described = undefined
    expect((await world.last(`d-${name.replace(/\W+/g, '-')}`)).code).toBe(code)
  })
})

test('a busy service is asked again when it says; its clock is measured', async () => {
  let asks = 0
  await open('busy', byMoment, () => {
    asks++
    const headers = { date: new Date(Date.now() - 3_600_000).toUTCString() }
    if (asks === 1) return { status: 429, headers: { ...headers, 'retry-after': '1' }, body: {} }
    if (asks === 2) return { status: 503, headers, body: {} }
    return { ...list2([row('1')]), headers }
  })
  expect(await items('busy')).toEqual(['1 7.5'])
  // the poll that followed at once had nothing to wait for
  expect(asks).toBeGreaterThanOrEqual(3)
  expect(Number((await world.last('busy')).skew_ms)).toBeLessThan(-3_500_000)
})

test.each([
  ['ChangedOn', 'moment', '2026-01-05T07:30:00Z', "ChangedOn ge datetime'2026-01-05T08:30:00'"],
  ['ChangedAt', 'moment', '2026-01-05T07:30:00.5Z', "ChangedAt ge datetimeoffset'2026-01-05T07:30:00.500Z'"],
  ['Counter', 'number', '9007199254740993', 'Counter ge 9007199254740993L'],
  ['Quantity', 'number', '1.5', 'Quantity ge 1.5M'],
  ['Id', 'text', '0f8fad5b-d9cb-469f-a165-70867728950e', "Id ge guid'0f8fad5b-d9cb-469f-a165-70867728950e'"],
  ['Material', 'text', "O'Neil", "Material ge 'O''Neil'"],
])('V2 takes %s as a literal of its own type', async (field, type, initial, filter) => {
  await open(
    'literal',
    `    cursor: { field: ${field}, type: ${type}, initial: "${initial}" }\n${once}`,
    () => list2([]),
  )
  expect(asked()[0]).toContain(`$filter=${filter}&`)
})

test.each([
  ['ChangedAt', 'moment', '2026-01-05T07:30:00Z', 'ChangedAt ge 2026-01-05T07:30:00Z'],
  ['Counter', 'number', '9007199254740993', 'Counter ge 9007199254740993'],
  ['Id', 'text', '0f8fad5b-d9cb-469f-a165-70867728950e', 'Id ge 0f8fad5b-d9cb-469f-a165-70867728950e'],
  ['Material', 'text', "O'Neil", "Material ge 'O''Neil'"],
])('V4 takes %s bare', async (field, type, initial, filter) => {
  version = 4
  await open(
    'literal4',
    `    cursor: { field: ${field}, type: ${type}, initial: "${initial}" }\n${once}`,
    () => ({
      body: { value: [] },
    }),
  )
  expect(asked()[0]).toContain(`$filter=${filter}&`)
})

test('a clock without a zone is the plant’s: the cursor keeps the instant, and asks by the clock', async () => {
  const wall = (hour: number) => `/Date(${Date.UTC(2026, 6, 5, hour)})/`
  await open('wall', `    cursor: { field: ChangedOn, overlap: 1h }\n    page_size: 1\n${once}`, (url) =>
    url.searchParams.has('$skip') ? list2([]) : list2([row('1', { ChangedOn: wall(10) })]),
  )
  expect(asked()[1], 'pages').toContain("$filter=ChangedOn ge datetime'2026-07-05T10:00:00'")
  peer.asked.length = 0
  await world.poll()
  expect(asked()[0], 'an hour before').toContain("$filter=ChangedOn ge datetime'2026-07-05T09:00:00'")
})

test('a zone that is told is that of every clock of the source', async () => {
  await open(
    'told',
    `    time_zone: Asia/Kolkata
    records: '$merge([$, { "Quantity": $substring(ChangedOn, 11, 2) }])'
    cursor: { field: ChangedOn, overlap: 1h }
${once}`,
    () => list2([row('1', { ChangedOn: `/Date(${Date.UTC(2026, 6, 5, 10)})/` })]),
  )
  expect(await items('told'), '10:00 in Pune').toEqual(['1 4'])
  peer.asked.length = 0
  await world.poll()
  expect(asked()[0]).toContain("$filter=ChangedOn ge datetime'2026-07-05T09:00:00'")
})

test('a service that does not sort can’t be gone on with from the last value', async () => {
  const settings = `${byMoment}    page_size: 2\n${once}`
  const unsorted = [row('1'), row('2', { ChangedAt: `/Date(${Date.UTC(2026, 0, 4)})/` })]
  const answer = (url: URL) => list2(url.searchParams.get('$skip') === '2' ? [row('3')] : unsorted)
  await open('unsorted', settings, answer)
  expect(await world.last('unsorted')).toMatchObject({ code: 'not_sorted' })
  await open('deaf', `    paging: skip\n${settings}`, () => list2(unsorted))
  expect(await world.last('deaf'), 'nor one that does not know $skip').toMatchObject({ code: 'paging_loops' })
  await open('by-number', `    paging: skip\n${settings}`, answer)
  expect(await items('by-number')).toEqual(['1 7.5', '2 7.5', '3 7.5'])
})

test('a whole fetch is in the order of the key, and goes on from when it began: what was read may have changed since', async () => {
  const late = row('1', { ChangedAt: '/Date(4102444800000+0000)/' })
  await open('whole', `    full: 1h\n    cursor: { field: ChangedAt, overlap: 0s }\n${once}`, (url) =>
    url.searchParams.has('$filter') ? list2([]) : list2([late], { __count: '1' }),
  )
  await world.poll()
  expect(await items('whole')).toEqual(['1 7.5'])
  expect(asked()[0]).toBe('/odata/Stock?$orderby=Location,Material&$top=1000&$inlinecount=allpages')
  const since = /datetimeoffset'(.+)'/.exec(asked()[1] ?? '')?.[1] ?? ''
  expect(Date.parse(since)).toBeLessThanOrEqual(Date.now())
  expect(Date.parse(since)).toBeGreaterThan(Date.now() - 600_000)
})

test('of what was never stamped a whole fetch must have as many as the service counts, too', async () => {
  const settings = `    full: 1h
    cursor: { field: ChangedAt, or: ChangedOn, initial: '2026-01-01T00:00:00Z' }
${once}`
  const created = row('1', { ChangedAt: null, ChangedOn: `/Date(${Date.UTC(2026, 0, 5)})/` })
  await open('torn', settings, (url) =>
    list2([created], { __count: url.searchParams.get('$filter')?.startsWith('ChangedOn') ? '2' : '1' }),
  )
  expect(await world.last('torn')).toMatchObject({ code: 'snapshot_torn' })
  expect(asked()[0]).toContain(
    "$filter=ChangedOn ge datetime'2026-01-01T01:00:00'&$orderby=Location,Material",
  )
})

test('what has no stamp of its own is asked for by another, each by itself', async () => {
  const day = (date: number) => `/Date(${Date.UTC(2026, 0, date)})/`
  const created = [
    row('1', { ChangedAt: null, ChangedOn: day(5) }),
    row('2', { ChangedAt: day(6), ChangedOn: day(5) }),
  ]
  await open('or', `    cursor: { field: ChangedAt, or: ChangedOn, overlap: 0s }\n${once}`, (url) =>
    list2(url.searchParams.get('$filter')?.startsWith('ChangedOn') ? created : created.slice(1)),
  )
  expect(await items('or')).toEqual(['1 7.5', '2 7.5'])
  expect(
    asked()
      .slice(0, 2)
      .map((path) => /\$filter=(\w+ ge)/.exec(path)?.[1]),
  ).toEqual(['ChangedOn ge', 'ChangedAt ge'])
  peer.asked.length = 0
  await world.poll()
  expect(asked()[0]).toContain("ChangedOn ge datetime'2026-01-06T01:00:00'")
})

test('lists inside of items that go on elsewhere are fetched whole', async () => {
  const serial = (number: string) => ({ Material: '1', Serial: number })
  await open(
    'serials',
    `    expand: [Serials]\n${byMoment}${once}    records: '($item := $; Serials.$merge([$item, { "Material": Serial }]))'\n`,
    (url) =>
      url.searchParams.has('$skiptoken')
        ? list2([serial('S3')])
        : list2([
            row('1', {
              Serials: {
                results: [serial('S1'), serial('S2')],
                __next: `${peer.url}/odata/Stock('1')/Serials?$skiptoken=2`,
              },
            }),
          ]),
  )
  expect(await items('serials')).toEqual(['S1 7.5', 'S2 7.5', 'S3 7.5'])
})

describe('delta links', () => {
  const item = (material: string, more: Row = {}) => ({
    '@odata.etag': 'W/"1"',
    Location: 'A',
    Material: material,
    Quantity: '7.5',
    'Quantity@odata.type': '#Decimal',
    ...more,
  })
  const settings = `    changes: delta_link\n${once}# @removed\n`

  test('are followed from poll to poll; what is removed there is deleted here', async () => {
    version = 4
    const answers: Record<string, Row> = {
      '': { value: [item('1'), item('2')], '@odata.nextLink': 'Stock?$skiptoken=2' },
      '?$skiptoken=2': { value: [item('3')], '@odata.deltaLink': 'Stock?$deltatoken=a' },
      '?$deltatoken=a': {
        value: [
          { '@removed': { reason: 'deleted' }, '@odata.id': "Stock(Location='A',Material='2')" },
          {
            '@odata.context': '$metadata#Stock/$deletedEntity',
            id: `${peer.url}/odata/Stock(Location='A',Material='3')`,
            reason: 'deleted',
          },
          item('4'),
        ],
        '@odata.deltaLink': `${peer.url}/odata/Stock?$deltatoken=b`,
      },
      '?$deltatoken=b': { value: [], '@odata.deltaLink': 'Stock?$deltatoken=c' },
    }
    await open('linked', settings, (url) => ({ body: answers[decodeURIComponent(url.search)] ?? {} }))
    await world.poll()
    expect(await world.last('linked')).toMatchObject({ code: '' })
    expect(await items('linked')).toEqual(['1 7.5', '4 7.5'])
    expect(peer.asked.find(({ path }) => path.includes('/Stock'))?.headers.prefer).toContain(
      'odata.track-changes',
    )
    peer.asked.length = 0
    await world.open(source('linked', settings))
    expect(asked()[0], 'also after a restart').toBe('/odata/Stock?$deltatoken=b')
  })

  test('one that the service has forgotten is as good as none; none at all is an error', async () => {
    version = 4
    let forgets = false
    await open('forgotten', settings, (url) => {
      if (url.search.includes('deltatoken'))
        return forgets ? { status: 410, body: {} } : { body: { value: [], '@odata.deltaLink': url.href } }
      return {
        body: {
          value: [item('1'), ...(forgets ? [item('9')] : [])],
          '@odata.deltaLink': 'Stock?$deltatoken=z',
        },
      }
    })
    forgets = true
    await world.poll()
    expect(await items('forgotten')).toEqual(['1 7.5', '9 7.5'])
    await open('never', settings, () => ({ body: { value: [item('1')] } }))
    expect(await world.last('never')).toMatchObject({ code: 'no_delta_link' })
  })
})

test('a fetch that breaks off goes on from what is in, and takes nothing twice', async () => {
  const size = 25_000
  const total = 52_000
  const minute = (index: number) => Date.UTC(2026, 0, 5) + index * 1_000
  let breaks = true
  const from: number[] = []
  await open(
    'broken',
    `    cursor: { field: ChangedAt, overlap: 0s }\n    page_size: ${size}\n${once}`,
    (url) => {
      const since = Date.parse(/'(.+)'/.exec(url.searchParams.get('$filter') ?? '')?.[1] ?? '1970-01-01')
      const first =
        Math.max(0, Math.ceil((since - minute(0)) / 1_000)) + Number(url.searchParams.get('$skip') ?? 0)
      from.push(first)
      if (breaks && first >= 2 * size - 1)
        return { status: 500, body: { error: { code: 'X', message: { value: 'dump' } } } }
      return list2(
        Array.from({ length: Math.max(0, Math.min(size, total - first)) }, (_, index) => ({
          Location: 'A',
          Material: `M${first + index}`,
          Quantity: '1.0',
          ChangedAt: `/Date(${minute(first + index)}+0000)/`,
        })),
      )
    },
  )
  expect((await world.last('broken')).reason).toContain('dump')
  expect(await world.versions('broken', 'inventory_positions')).toBe(2 * size)
  breaks = false
  from.length = 0
  await world.poll()
  expect(from[0], 'the last that is in').toBe(2 * size - 1)
  expect(await world.last('broken')).toMatchObject({ code: '' })
  expect(await world.versions('broken', 'inventory_positions')).toBe(total)
})
