import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { LoadQueue } from '../../collectors/sources/index.ts'
import { createSerialQueue, type FilesWorld, filesEstate, openFilesWorld } from '../support/files-world.ts'
import { type Peer, type PeerAnswer, startPeer } from '../support/peer.ts'

// One store for all; every test has a source and a location of its own.
let world: FilesWorld
let peer: Peer
let name: string
let count = 0
beforeAll(async () => {
  peer = await startPeer(() => ({ body: [] }))
  world = await openFilesWorld((folder) => filesEstate(folder, source('idle', '')))
})
beforeEach(() => {
  name = `stock${++count}`
  peer.asked.length = 0
})
afterEach(() => {
  for (const variable of ['STOCK_TOKEN', 'STOCK_SECRET']) delete process.env[variable]
})
afterAll(async () => {
  await world?.close()
  await peer?.close()
})

type Position = { location: string; item: string; quantity: string | number; updated_at: string }
const position = (item: string, quantity: string | number, minute = 0): Position => ({
  location: name,
  item,
  quantity,
  updated_at: new Date(Date.UTC(2026, 0, 5, 8, minute)).toISOString(),
})
const source = (of: string, settings: string) => `  - source: ${of}
    kind: rest
    system: wms
    url: ${peer.url}/api/stock
    poll: 1h
    plant: { const: HAM }
    states:
      inventory_positions: { location: location, item: item, quantity: quantity }
${settings}`

/** Starts the source of this test and polls it. */
const open = async (settings: string, answer: Peer['answer']) => {
  peer.answer = answer
  await world.reopen({ estate: filesEstate(world.folder, source(name, settings)) })
}
const now = async () =>
  (await world.current('inventory_positions', 'location, item', 'location, item, quantity'))
    .filter((row) => (row as string[])[0] === name)
    .map((row) => (row as string[]).slice(1))
const countOf = async (sql: string) =>
  Number((await world.rows<{ count: string }>(`SELECT count() AS count ${sql}`, { name }))[0]?.count)
const versions = () => countOf('FROM inventory_positions_log WHERE source = {name:String}')
const marks = () => countOf('FROM watermarks WHERE source = {name:String}')
const lastPoll = async () =>
  (
    await world.rows<{
      outcome: string
      code: string
      reason: string
      requests: number
      retries: number
      skew_ms: string | null
    }>(
      'SELECT outcome, code, reason, requests, retries, skew_ms FROM source_polls WHERE source = {name:String} ORDER BY started_at DESC LIMIT 1',
      { name },
    )
  )[0]

/** A list that answers since a moment, sorted, in pages by number. */
const listOf =
  (all: () => Position[]) =>
  (url: URL): PeerAnswer => {
    const since = url.searchParams.get('updated_since') ?? ''
    const [page, size] = [
      Number(url.searchParams.get('page') ?? 1),
      Number(url.searchParams.get('per_page') ?? 500),
    ]
    const items = all()
      .filter((one) => one.updated_at >= since)
      .sort((a, b) => a.updated_at.localeCompare(b.updated_at))
    return { body: items.slice((page - 1) * size, page * size) }
  }
const byPage = `    query: { updated_since: '{cursor}' }
    cursor: { field: updated_at, sorted: true, overlap: 2m }
    paging: { by: page, size: 2 }
`

describe('what has changed', () => {
  test('is fetched page by page; what comes again in the overlap is no new version; it goes on after a restart', async () => {
    const stock = [position('1', 5, 0), position('2', '6.5', 1), position('3', 7, 2)]
    await open(
      byPage,
      listOf(() => stock),
    )
    expect(await now()).toEqual([
      ['1', '5'],
      ['2', '6.5'],
      ['3', '7'],
    ])
    expect(peer.asked.slice(0, 2).map(({ path }) => path)).toEqual([
      '/api/stock?page=1&per_page=2',
      '/api/stock?page=2&per_page=2',
    ])
    stock[1] = position('2', '6.25', 3)
    await world.poll()
    expect(await now()).toEqual([
      ['1', '5'],
      ['2', '6.25'],
      ['3', '7'],
    ])
    expect(peer.asked.at(-1)?.path).toContain('updated_since=2026-01-05T08%3A00%3A00.000Z')
    expect(await versions(), 'three, and the one that changed').toBe(4)
    await world.reopen({ estate: filesEstate(world.folder, source(name, byPage)) })
    expect(await versions()).toBe(4)
    expect(peer.asked.at(-1)?.path, 'after a restart it goes on').toContain(
      'updated_since=2026-01-05T08%3A01',
    )
    expect((await lastPoll())?.outcome).toBe('ok')
  })

  test('a number keeps every digit, whatever a float makes of it', async () => {
    await open('', () => ({
      body: `[{"location":"${name}","item":123456789012345678901,"quantity":0.100001,"updated_at":"x"},{"location":"${name}","item":"0010","quantity":123456789012.345678,"updated_at":"x"}]`,
    }))
    expect(await now()).toEqual([
      ['10', '123456789012.345678'],
      ['123456789012345678901', '0.100001'],
    ])
  })

  test('a mapping that fits nothing is a failure of the source, and its cursor stays; a bad row later waits in quarantine', async () => {
    const stock = [{ ...position('1', 'many', 0) }]
    await open(
      byPage,
      listOf(() => stock),
    )
    expect((await lastPoll())?.reason).toContain('none of its 1 rows can be taken')
    expect(await marks()).toBe(0)
    stock.push(position('2', 5, 1))
    await world.poll()
    expect(await now()).toEqual([['2', '5']])
    expect(await countOf('FROM quarantine WHERE source = {name:String}')).toBe(1)
    stock.push(position('3', 'few', 9))
    await world.poll()
    expect((await lastPoll())?.outcome).toBe('ok')
    expect(await countOf('FROM quarantine WHERE source = {name:String}')).toBe(2)
  })

  test('an item without the field of the cursor is told: it would never be fetched again', async () => {
    await open(byPage, () => ({ body: [{ location: name, item: '1', quantity: 1 }] }))
    expect(await lastPoll()).toMatchObject({ outcome: 'failed', code: 'cursor_missing' })
  })

  test('a fetch that breaks off keeps what came before, and goes on there', async () => {
    const stock = Array.from({ length: 6 }, (_, index) => position(`${index + 1}`, index + 1, index))
    const list = listOf(() => stock)
    await open(`${byPage}    limits: { retries: 0 }\n`, (url) =>
      url.searchParams.get('page') === '3' ? { status: 500, body: { message: 'no luck' } } : list(url),
    )
    expect(await lastPoll()).toMatchObject({ outcome: 'failed', code: 'not_answered' })
    expect((await lastPoll())?.reason).toContain('answered 500: no luck')
    expect(await marks(), 'not complete up to anything').toBe(0)
    peer.answer = list
    await world.poll()
    expect(await now()).toHaveLength(6)
    expect(await versions()).toBe(6)
  })
})

test('a load that was not committed has moved no cursor', async () => {
  const stock = [position('1', 5, 0)]
  const good = createSerialQueue(world.store)
  let isFull = true
  const queue: LoadQueue = {
    submit: (job) =>
      good.submit({
        ...job,
        run: async (loadSeq) => {
          const done = await job.run(loadSeq)
          if (isFull) throw new Error('the disk is full')
          return done
        },
      }),
  }
  peer.answer = listOf(() => stock)
  await world.reopen({ estate: filesEstate(world.folder, source(name, byPage)), queue })
  expect(await lastPoll()).toMatchObject({ outcome: 'failed', reason: 'the disk is full' })
  isFull = false
  await world.poll()
  expect(await now()).toEqual([['1', '5']])
})

describe('everything', () => {
  test('what a snapshot lacks is deleted; one that is torn or empty is not taken', async () => {
    let answer: PeerAnswer = {
      body: { total: 3, rows: [position('1', 1), position('2', 2), position('3', 3)] },
    }
    await open('    mode: snapshot\n    items: rows\n    total: total\n', () => answer)
    expect(await now()).toHaveLength(3)
    answer = { body: { total: 3, rows: [position('1', 10), position('2', 2)] } }
    await world.poll()
    expect(await lastPoll()).toMatchObject({ outcome: 'failed', code: 'snapshot_torn' })
    expect(await now()).toEqual([
      ['1', '1'],
      ['2', '2'],
      ['3', '3'],
    ])
    answer = { body: { rows: [] } }
    await world.poll()
    expect(await lastPoll()).toMatchObject({ outcome: 'failed', code: 'snapshot_empty' })
    answer = { body: { total: 2, rows: [position('1', 10), position('2', 2)] } }
    await world.poll()
    expect(await now()).toEqual([
      ['1', '10'],
      ['2', '2'],
    ])
    answer = { body: { total: 0, rows: [] } }
    await world.poll()
    expect(await now()).toEqual([])
  })

  test('of a source that tells changes only, everything is fetched now and then, which finds what was deleted', async () => {
    const stock = [position('1', 1, 0), position('2', 2, 1)]
    await open(
      `${byPage}    full: 1ms\n`,
      listOf(() => stock),
    )
    expect(await now()).toHaveLength(2)
    stock.shift()
    await world.poll()
    expect(await now()).toEqual([['2', '2']])
    await open(
      `${byPage}    full: 1d\n`,
      listOf(() => stock),
    )
    peer.asked.length = 0
    await world.poll()
    expect(peer.asked.map(({ path }) => path)).toEqual([expect.stringContaining('updated_since=')])
  })
})

describe('pages', () => {
  const five = () => Array.from({ length: 5 }, (_, index) => position(`${index + 1}`, index + 1))
  const pages: Record<string, [settings: string, answer: Peer['answer']]> = {
    offset: [
      '{ by: offset, size: 2 }',
      (url) => ({
        body: five()
          .slice(Number(url.searchParams.get('offset')))
          .slice(0, Number(url.searchParams.get('limit'))),
      }),
    ],
    cursor: [
      "{ by: cursor, next: 'meta.next', limit: n, size: 3 }",
      (url) => {
        const from = Number(url.searchParams.get('cursor') ?? 0)
        return { body: { rows: five().slice(from, from + 3), meta: { next: from === 0 ? 3 : null } } }
      },
    ],
    link: [
      '{ by: link }',
      (url) => {
        const from = Number(url.searchParams.get('from') ?? 0)
        const next = from < 4 ? `</api/stock?from=${from + 2}>; rel="next", ` : ''
        return {
          body: five().slice(from, from + 2),
          headers: { link: `${next}</api/stock?from=0>; rel="first"` },
        }
      },
    ],
    next: [
      '{ by: next, next: nextRecordsUrl }',
      (url) => ({
        body: url.pathname.endsWith('more')
          ? { done: true, rows: five().slice(3) }
          : { done: false, rows: five().slice(0, 3), nextRecordsUrl: '/api/stock/more' },
      }),
    ],
    keyset: [
      '{ by: keyset, field: item, after: after, size: 2 }',
      (url) => ({
        body: five()
          .filter(({ item }) => item > (url.searchParams.get('after') ?? ''))
          .slice(0, 2),
      }),
    ],
  }
  test.each(Object.entries(pages))('by %s', async (by, [settings, answer]) => {
    const items = ['cursor', 'next'].includes(by) ? '    items: rows\n' : ''
    await open(`${items}    paging: ${settings}\n`, answer)
    expect(await lastPoll()).toMatchObject({ outcome: 'ok' })
    expect(await now()).toHaveLength(5)
  })

  test('that lead back, or to another server, are told and not followed', async () => {
    await open('    items: rows\n    paging: { by: next, next: more }\n', () => ({
      body: { rows: [position('1', 1)], more: '/api/stock' },
    }))
    expect(await lastPoll()).toMatchObject({ code: 'paging_loops' })
    peer.answer = () => ({ body: { rows: [position('1', 1)], more: 'http://127.0.0.1:9/api/stock' } })
    await world.poll()
    expect(await lastPoll()).toMatchObject({ code: 'next_elsewhere', requests: 1 })
  })
})

describe('records', () => {
  test('are made of nested items by JSONata, and of XML', async () => {
    const order = {
      location: name,
      lines: [
        { no: '1', qty: 2.5 },
        { no: '2', qty: 3 },
      ],
    }
    await open(`    records: 'lines.{ "location": %.location, "item": no, "quantity": qty }'\n`, () => ({
      body: [order],
    }))
    expect(await now()).toEqual([
      ['1', '2.5'],
      ['2', '3'],
    ])
    await open(
      `    format: xml\n    items: 'stock.position'\n    records: '{ "location": "@at", "item": item, "quantity": quantity }'\n`.replace(
        '"@at"',
        '`@at`',
      ),
      () => ({
        headers: { 'content-type': 'application/xml' },
        body: `<?xml version="1.0"?><w:stock xmlns:w="urn:w"><w:position at="${name}"><item>2</item><quantity>3.10</quantity></w:position></w:stock>`,
      }),
    )
    expect(await now()).toEqual([
      ['1', '2.5'],
      ['2', '3.1'],
    ])
  })
})

describe('what goes wrong', () => {
  const once = '    limits: { retries: 0, timeout: 300ms, answer_mib: 0.01 }\n'
  const failures: Record<string, [answer: PeerAnswer, code: string, says: string]> = {
    'a user who may not': [
      { status: 403, body: { error: { message: 'no access' } } },
      'forbidden',
      'answered 403: no access. See that its user may read',
    ],
    'credentials that are wrong': [{ status: 401, body: 'nope' }, 'unauthorized', 'answered 401: nope'],
    'an address that leads elsewhere': [
      { status: 302, headers: { location: 'https://elsewhere.example/' }, body: '' },
      'redirected',
      'Name the address it leads to: https://elsewhere.example/',
    ],
    'too many requests': [
      { status: 429, headers: { 'retry-after': '3600' }, body: '' },
      'not_answered',
      'answered 429',
    ],
    'no JSON': [{ body: '{"rows": [' }, 'not_json', 'The answer is no JSON'],
    'a page for people': [{ body: '<html><title>Sign in</title>' }, 'not_json', 'a page for people'],
    'no list': [{ body: { rows: [] } }, 'no_list', 'an object of rows. Name where the list stands'],
    'an answer that is too large': [{ body: 'x'.repeat(20_000) }, 'answer_too_large', 'larger than'],
    'an answer that unpacks to too much': [
      { headers: { 'content-encoding': 'gzip' }, body: gzipSync(Buffer.alloc(1_000_000)) },
      'answer_too_large',
      'larger than',
    ],
    'an answer that is too late': [
      { body: [], delayMs: 600 },
      'not_answered',
      'did not answer within 300 ms',
    ],
  }
  test.each(Object.entries(failures))('%s', async (_, [answer, code, says]) => {
    await open(once, () => answer)
    expect(await lastPoll()).toMatchObject({ outcome: 'failed', code })
    expect((await lastPoll())?.reason).toContain(says)
    expect(await marks()).toBe(0)
  })

  test('once is tried again, and goes on when it passes; how long to wait is heeded', async () => {
    let asked = 0
    await open('    limits: { retries: 2 }\n', () =>
      ++asked % 2 === 1
        ? { status: 503, headers: { 'retry-after': '0' }, body: '' }
        : { body: [position('1', 1)] },
    )
    expect(await lastPoll()).toMatchObject({ outcome: 'ok', requests: 2, retries: 1 })
  })

  test('a day that is spent waits for the next, also after a restart', async () => {
    await open('    limits: { per_day: 1 }\n', () => ({ body: [position('1', 1)] }))
    expect(await lastPoll()).toMatchObject({ outcome: 'failed', code: 'day_spent' })
    expect(peer.asked).toHaveLength(1)
    await world.reopen({ estate: filesEstate(world.folder, source(name, '    limits: { per_day: 1 }\n')) })
    expect(peer.asked).toHaveLength(1)
  })

  test('a clock that is behind: it is complete no further than its own time', async () => {
    await open('', () => ({
      headers: { date: new Date(Date.now() - 600_000).toUTCString() },
      body: [position('1', 1)],
    }))
    expect(Number((await lastPoll())?.skew_ms)).toBeCloseTo(-600_000, -4)
    const [mark] = await world.rows<{ behind: string }>(
      "SELECT dateDiff('second', max(complete_to), now()) AS behind FROM watermarks WHERE source = {name:String}",
      { name },
    )
    expect(Number(mark?.behind)).toBeGreaterThan(590)
  })
})

describe('who we are', () => {
  const auth = (settings: string) => `    auth: ${settings}\n`
  test('a token, a key, a name and a password, from the environment', async () => {
    process.env.STOCK_TOKEN = 'canary-1'
    await open(auth('{ bearer: { token_from: STOCK_TOKEN } }'), () => ({ body: [] }))
    expect(peer.asked[0]?.headers.authorization).toBe('Bearer canary-1')
    await open(auth('{ api_key: { header: x-key, value_from: STOCK_TOKEN } }'), () => ({ body: [] }))
    expect(peer.asked.at(-1)?.headers['x-key']).toBe('canary-1')
    await open(auth('{ basic: { user: ann, password_from: STOCK_TOKEN } }'), () => ({
      status: 401,
      body: '',
    }))
    expect(peer.asked.at(-1)?.headers.authorization).toBe(
      `Basic ${Buffer.from('ann:canary-1').toString('base64')}`,
    )
    expect(JSON.stringify(await world.rows('SELECT * FROM source_polls'))).not.toContain('canary')
  })

  test('a variable that is not set is named', async () => {
    await open(auth('{ bearer: { token_from: STOCK_TOKEN } }'), () => ({ body: [] }))
    expect(peer.asked).toEqual([])
    expect(world.list()[0]?.error).toContain('STOCK_TOKEN is not set')
  })

  test('OAuth 2: a token is asked for once, and again when it is refused', async () => {
    process.env.STOCK_SECRET = 'canary-2'
    let issued = 0
    const answer: Peer['answer'] = (url, request) => {
      if (url.pathname === '/token')
        return { body: { access_token: `t${++issued}`, token_type: 'Bearer', expires_in: 3600 } }
      return request.headers.authorization === `Bearer t${Math.max(2, issued)}`
        ? { body: [position('1', 1)] }
        : { status: 401, body: '' }
    }
    await open(
      auth(
        `{ oauth2: { token_url: '${peer.url}/token', client_id: plumb, client_secret_from: STOCK_SECRET, scope: stock.read } }`,
      ),
      answer,
    )
    expect(await lastPoll()).toMatchObject({ outcome: 'ok' })
    expect(peer.asked.map(({ path }) => path)).toEqual([
      '/token',
      '/api/stock',
      '/token',
      '/api/stock',
      '/api/stock',
    ])
    const [user, secret] = Buffer.from(peer.asked[0]?.headers.authorization?.split(' ')[1] ?? '', 'base64')
      .toString()
      .split(':')
    expect([user, decodeURIComponent(secret ?? '')], 'as a form is written').toEqual(['plumb', 'canary-2'])
  })
})
