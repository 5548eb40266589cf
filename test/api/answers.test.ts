import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../server/api/schemas/common.ts'
import type {
  ExceptionDetail,
  ExceptionList,
  ExceptionStanding,
} from '../../server/api/schemas/exceptions.ts'
import { openApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp()
  // positions whose names a spreadsheet would run; the WMS counts one less of each
  const position = (location: string, item: string, quantity: string) => ({
    location,
    item,
    quantity,
    unit: 'PCE',
    unit_cost: '10',
    currency: 'EUR',
  })
  const names = [
    ['=HYPERLINK("http://evil.example")', 'A1'],
    ['-2+3+cmd|" /C calc"!A0', 'A2'],
    ['@SUM(1+1)', 'A3'],
    ['+49', 'A4'],
    ['FG1', '=1+1'],
    ['Shelf "7", left', 'A6'],
    ['FG1', 'plain'],
  ] as const
  app.world.say(
    'erp',
    0,
    'inventory_positions',
    names.map(([location, item]) => position(location, item, '10')),
  )
  app.world.say(
    'wms',
    0,
    'inventory_positions',
    names.map(([location, item]) => position(location, item, '9')),
  )
  await app.world.complete(60)
  await app.world.run('inventory_on_hand', 60)
})
afterAll(() => app.close())

describe('what is not there', () => {
  test.each([
    [
      '/api/overview?plant=XXX',
      404,
      'plant_unknown',
      '"XXX" is not a plant of this estate; expected one of HAM, SHF',
    ],
    [
      '/api/flows?plant=HAM&plant=XXX',
      404,
      'plant_unknown',
      '"XXX" is not a plant of this estate; expected one of HAM, SHF',
    ],
    [
      '/api/flows/nope',
      404,
      'flow_unknown',
      '"nope" is not a flow of this estate; expected one of order_to_cash',
    ],
    ['/api/exceptions/999999', 404, 'case_unknown', 'There is no case 999999'],
    ['/api/exceptions/1%20OR%201=1', 404, 'case_unknown', '"1 OR 1=1" is not the number of a case'],
    ['/api/runs/999999', 404, 'run_unknown', 'There is no run 999999'],
    [`/api/runs/${encodeURIComponent("1' OR '1'='1")}`, 404, 'run_unknown', "There is no run 1' OR '1'='1"],
    [
      '/api/traces/0af7651916cd43dd8448eb211c80319c',
      404,
      'trace_unknown',
      'No span of trace 0af7651916cd43dd8448eb211c80319c is stored',
    ],
    ['/api/traces/nope', 404, 'trace_invalid', '"nope" is not a trace id; expected 32 hex digits'],
    ['/api/nothing', 404, 'not_found', 'There is nothing at GET /api/nothing'],
    ['/assets/old-build.js', 404, 'not_found', 'There is nothing at /assets/old-build.js'],
  ])('%s', async (path, status, code, message) => {
    const answer = await app.askJson<Problem>(path)
    expect(answer.status).toBe(status)
    expect(answer.body.error).toMatchObject({ code, message })
    expect(answer.body.error.where ?? answer.body.error.mend, 'it says where, or how to mend it').toBeTruthy()
  })

  test.each([
    // what lies under /v1 is answered in OTLP's words (test/collectors/otlp)
    ['POST', '/v2/nothing'],
    ['POST', '/anything'],
    ['DELETE', '/api/exceptions/1'],
    ['PUT', '/'],
  ])('%s %s', async (method, path) => {
    const { status, body } = await app.askJson<Problem>(path, { method })
    expect(status).toBe(404)
    expect(body.error).toMatchObject({ code: 'not_found', message: `There is nothing at ${method} ${path}` })
  })

  test('a check to be run', async () => {
    const { status, body } = await app.askJson<Problem>('/api/checks/nope/runs', { method: 'POST' })
    expect(status).toBe(404)
    expect(body.error).toMatchObject({ code: 'check_unknown', where: 'check' })
  })
})

describe('one error shape', () => {
  test.each([
    ['/api/overview?hours=0', 'hours'],
    ['/api/overview?hours=week', 'hours'],
    ['/api/exceptions?limit=100000', 'limit'],
    ['/api/exceptions?state=lost', 'state'],
    ['/api/exceptions?sort=number;DROP', 'sort'],
    ['/api/runs?outcome=good', 'outcome'],
    ['/api/search', 'q'],
    ['/api/search?q=%20', 'q'],
  ])('%s names what does not fit', async (path, where) => {
    const { status, body } = await app.askJson<Problem>(path)
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ code: 'request_invalid', where: 'query' })
    expect(body.error.message).toContain(`${where}: `)
    expect(body.error.details?.map((detail) => detail.where)).toContain(where)
  })

  test.each([
    ['{"at":', 'a broken body'],
    ['{"at":"yesterday"}', 'a moment that is none'],
  ])('%s', async (body) => {
    const answer = await app.askJson<Problem>('/api/checks/order_lines/runs', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    })
    expect(answer.status).toBe(400)
    expect(answer.body.error).toMatchObject({
      code: 'request_invalid',
      request_id: expect.stringMatching(/./),
    })
  })

  test('each has an id of its own, in the answer and its header', async () => {
    const [one, two] = await Promise.all([
      app.askJson<Problem>('/api/runs/1000000'),
      app.askJson<Problem>('/api/runs/1000000'),
    ])
    expect(one.body.error.request_id).toMatch(/^[\w-]{10,}$/)
    expect(one.headers.get('x-request-id')).toBe(one.body.error.request_id)
    expect(one.body.error.request_id).not.toBe(two.body.error.request_id)
  })

  test('what is sent in is never run, nor shown as a page', async () => {
    const { status, headers, body } = await app.askJson<Problem>(
      '/api/traces/%3Cscript%3Ealert(1)%3C%2Fscript%3E',
    )
    expect([status, headers.get('content-type')]).toEqual([404, 'application/json'])
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(body.error.message).toContain('<script>')
  })
})

describe('every answer', () => {
  test.each(['/healthz', '/api/estate', '/api/nothing', '/api/docs', '/api/exceptions.csv', '/'])(
    '%s carries the security headers',
    async (path) => {
      const { headers } = await app.ask(path)
      expect(headers.get('content-security-policy')).toContain("default-src 'self'")
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'")
      expect(headers.get('content-security-policy')).not.toContain('unsafe-eval')
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('x-powered-by')).toBeNull()
      expect(headers.get('x-request-id')).toBeTruthy()
    },
  )
})

describe('/api/exceptions.csv', () => {
  /** Reads RFC 4180 back. */
  const parse = (text: string) =>
    [...text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/g)].reduce<string[][]>(
      (rows, [, quoted, plain, end]) => {
        rows.at(-1)?.push(quoted?.replaceAll('""', '"') ?? plain ?? '')
        if (end === '\r\n') rows.push([])
        return rows
      },
      [[]],
    )

  test('is a download in which no text is a formula and every number is one', async () => {
    const response = await app.ask('/api/exceptions.csv')
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8')
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="exceptions.csv"')
    const [header = [], ...rows] = parse(await response.text()).filter((row) => row.length > 1)
    expect(rows).toHaveLength(7)
    const column = (name: string) => rows.map((row) => row[header.indexOf(name)] ?? '')
    expect(column('key').sort()).toEqual(
      [
        '\'=HYPERLINK("http://evil.example")/A1',
        '\'-2+3+cmd|" /C calc"!A0/A2',
        "'@SUM(1+1)/A3",
        "'+49/A4",
        'FG1/=1+1',
        'Shelf "7", left/A6',
        'FG1/plain',
      ].sort(),
    )
    expect(column('item')).toContain("'=1+1")
    expect(column('difference').every((value) => /^-1(\.0+)?$/.test(value))).toBe(true)
    for (const value of rows.flat()) if (/^[=+\-@]/.test(value)) expect(value).toMatch(/^-?\d+(\.\d+)?$/)
  })

  test('holds what the filter matches', async () => {
    const text = await (await app.ask('/api/exceptions.csv?q=plain')).text()
    expect(text.trim().split('\r\n')).toHaveLength(2)
    expect(text).toContain('FG1/plain')
    expect(text.split('\r\n')[0]?.split(',')).toContain('cause_title')
  })

  test('holds all of it, however much that is', async () => {
    const { store } = app.world
    await store.command(
      `INSERT INTO exception_cases (* EXCEPT shown) SELECT * EXCEPT (copy, shown) REPLACE (number + 1000 * copy AS number, 'copied' AS item) FROM exception_cases AS one
       CROSS JOIN (SELECT number + 1 AS copy FROM numbers(100001)) AS copies WHERE one.number = (SELECT min(number) FROM exception_cases)`,
    )
    const lines = (await (await app.ask('/api/exceptions.csv?q=copied&sort=key')).text()).trim().split('\r\n')
    await store.command(`DELETE FROM exception_cases WHERE item = 'copied'`)
    expect(new Set(lines).size).toBe(100_002)
  })
})

test('a list and its detail agree', async () => {
  const { body: list } = await app.askJson<ExceptionList>('/api/exceptions?q=plain')
  expect(list).toMatchObject({ total: 1 })
  const { body: standing } = await app.askJson<ExceptionStanding>('/api/exceptions/standing')
  expect(standing).toMatchObject({ open: 7, awake: 7, asleep: 0, nobody: 7 })
  const [row] = list.rows
  expect(row).toMatchObject({
    plant: 'HAM',
    key: 'FG1/plain',
    class: 'quantity',
    amount: '10',
    currency: 'EUR',
  })
  const { body: detail } = await app.askJson<ExceptionDetail>(`/api/exceptions/${row?.number}`)
  expect(detail.exception).toEqual(row)
  expect(detail.states.map((state) => state.system).sort()).toEqual(['erp', 'wms'])
})

test('a page comes packed to whom can unpack it, its first answers with it, and is the same', async () => {
  const still = (page: string) => page.replaceAll(/"[a-z_]+":"\d{4}-\d\d-\d\dT[^"]+"/g, '')
  for (const [path, first] of [
    ['/', '/api/overview?hours=24'],
    ['/exceptions', '/api/exceptions?sleeping=no'],
    ['/sources', '/api/estate'],
  ] as const) {
    const plain = await app.ask(path)
    expect(plain.headers.get('content-encoding')).toBeNull()
    const packed = await app.ask(path, { headers: { 'accept-encoding': 'gzip, br' } })
    expect(packed.headers.get('content-encoding')).toBe('gzip')
    const page = gunzipSync(await packed.arrayBuffer()).toString()
    expect(still(page)).toBe(still(await plain.text()))
    expect(page.replaceAll('&amp;', '&')).toContain(`data-path="${first}`)
    expect(page).toMatch(/<\/html>\s*$/)
  }
})
