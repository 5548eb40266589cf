import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SubjectRequestRow } from '../../server/api/schemas/subjects.ts'
import { readShapes, type SubjectTableShape } from '../../sql/subject-columns.ts'
import { subjectTables } from '../../sql/subject-tables.ts'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { findText, plantCanary } from '../support/canaries.ts'
import { type Browser, signInAs, signInEstate } from '../support/people.ts'
import { scenarioEstate } from '../support/scenario.ts'

/** What is kept of an order, a customer, a person and somebody who signs in: found, given out, and deleted everywhere. */
let app: TestApp
let admin: Browser
let shapes: SubjectTableShape[]
const checks = ['order_lines', 'goods_issue_billing', 'movements', 'partners'] as const

const line = (order_no: string, quantity: string, partner = 'C-7001') => ({
  order_type: 'sales',
  order_no,
  line_no: '10',
  item: 'DX-40',
  quantity,
  unit: 'PCE',
  unit_price: '100',
  currency: 'EUR',
  status: 'open',
  partner,
})
const shipment = (shipment_no: string, order_no: string) => ({
  direction: 'outbound',
  shipment_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'DX-40',
  quantity: '5',
  unit: 'PCE',
})
const invoice = (invoice_no: string, order_no: string) => ({
  kind: 'invoice',
  invoice_no,
  line_no: '10',
  order_no,
  order_line_no: '10',
  item: 'DX-40',
  quantity: '5',
  unit: 'PCE',
  unit_price: '100',
  currency: 'EUR',
})
const movement = (movement_no: string, ref: string, quantity: string) => ({
  movement_no,
  ref,
  location: 'FG1',
  item: 'DX-40',
  movement_type: 'issue',
  quantity,
  unit: 'PCE',
})
const price = (partner: string) => ({
  partner,
  item: 'DX-40',
  valid_from: '2026-01-01',
  unit_price: '100',
  currency: 'EUR',
})

beforeAll(async () => {
  app = await openApp(scenarioEstate(`${flows}\n${signInEstate}`, checks), { isLive: true })
  admin = await signInAs(app, 'admin', ['admins'])
  shapes = await readShapes(app.world.store)
  const { world } = app
  for (const [order, quantity] of [
    ['SO-1000', '5'],
    ['SO-2000', '5'],
    ['SO-3000', '9'],
  ] as const) {
    world.say('crm', 0, 'order_lines', [line(order, '5')], 'HAM', { note: `please call about ${order}` })
    world.say('erp', 0, 'order_lines', [line(order, order === 'SO-1000' ? '4' : quantity)])
    world.say('wms', 0, 'shipment_lines', [shipment(`DL-${order}`, order)])
    world.say('erp', 0, 'invoice_lines', [invoice(`IV-${order}`, order)])
    world.say('wms', 0, 'stock_movements', [movement(`W-${quantity}-${order.slice(3)}`, `DL-${order}`, '-5')])
    world.say('erp', 0, 'stock_movements', [movement(`E-${quantity}-${order.slice(3)}`, `DL-${order}`, '-5')])
  }
  for (const system of ['crm', 'erp']) {
    world.say(system, 0, 'partners', [
      { partner: 'C-7001', name: 'Ada Lovelock', country: 'DE', role: 'customer' },
    ])
    world.say(system, 0, 'prices', [price('C-7001')])
  }
  await world.complete(30)
  await world.judge([...checks], 30, { full: true })
})
afterAll(() => app.close())

const store = () => app.world.store
const open = async () =>
  (
    await store().rows<{ row: string }>(
      "SELECT concat(check, ' ', key) AS row FROM exceptions WHERE state = 'open' ORDER BY row",
    )
  ).map(({ row }) => row)
const ask = async (subject: object) => {
  const { status, body } = await admin.post<SubjectRequestRow>('/api/subjects', {
    subject,
    reason: 'asked under article 17',
    reference: 'DSR-7',
  })
  expect({ status, body }).toMatchObject({ status: 200 })
  return body
}
/** Resolves when a request is done; the work goes on by itself. */
async function untilDone(request: string): Promise<SubjectRequestRow> {
  for (let tries = 0; tries < 2000; tries++) {
    const { body } = await admin.askJson<SubjectRequestRow>(`/api/subjects/${request}`)
    if (body.state === 'done') return body
    await sleep(50)
  }
  throw new Error(`not done: ${JSON.stringify(await (await admin.ask(`/api/subjects/${request}`)).json())}`)
}
const confirm = async (request: string) => {
  const { status } = await admin.post(`/api/subjects/${request}/delete`, { confirm: 'delete' })
  expect(status).toBe(200)
  return untilDone(request)
}
const verify = async () =>
  (await admin.askJson<{ faults: unknown[]; redacted: number }>('/api/audit/verify')).body

describe('every table', () => {
  test('is dealt with by name: one that is new must be thought of', () => {
    expect(shapes.map(({ table }) => table).sort()).toEqual(Object.keys(subjectTables).sort())
  })

  test('names only columns that it has', () => {
    const shapeOf = new Map(shapes.map((shape) => [shape.table, shape]))
    for (const [table, known] of Object.entries(subjectTables)) {
      if ('special' in known || 'passing' in known) continue
      const columns = shapeOf.get(table)?.columns ?? []
      expect(columns, table).toEqual(expect.arrayContaining([...(known.keys ?? []), ...(known.texts ?? [])]))
      if (known.checked) expect(columns, table).toEqual(expect.arrayContaining(['check', 'key']))
      if (known.cases) expect(columns, table).toContain('number')
    }
  })
})

describe('an order', () => {
  let request: SubjectRequestRow

  test('is found in every table that speaks of it, and of nothing else', async () => {
    expect(await open()).toEqual(['order_lines SO-1000/10', 'order_lines SO-3000/10'])
    request = await ask({ kind: 'order', key: 'SO-1000' })
    expect(request).toMatchObject({ state: 'asked', documents: 2 })
    const rows = Object.fromEntries(request.tables.map(({ table, rows }) => [table, rows]))
    expect(rows).toMatchObject({
      order_lines: 2,
      order_lines_log: 2,
      shipment_lines: 1,
      invoice_lines: 1,
      stock_movements: 2,
      business_events: 1,
      exception_cases: 1,
    })
  })

  test('is given out, a row a line, with how many there are', async () => {
    const response = await admin.ask(`/api/subjects/${request.request}/export`)
    const lines = (await response.text())
      .trim()
      .split('\n')
      .map((text) => JSON.parse(text))
    const last = lines.pop()
    expect(last).toMatchObject({ request: request.request, rows: lines.length })
    expect(lines.length).toBe(request.tables.reduce((sum, { rows }) => sum + rows, 0))
    expect(lines.filter(({ table }) => table === 'order_lines').map(({ row }) => row.order_no)).toEqual([
      'SO-1000',
      'SO-1000',
    ])
    expect(JSON.stringify(lines)).not.toContain('SO-2000')
  })

  test('goes everywhere, its open case is closed saying why, and no other case opens', async () => {
    const [before] = await store().rows<{ number: string }>(
      "SELECT toString(number) AS number FROM exceptions WHERE order_no = 'SO-1000'",
    )
    // it breaks off in the middle, twice; what goes on knows nothing but the store
    const { command } = store()
    let changes = 0
    const breakAfter = (most: number) => {
      changes = 0
      store().command = async (sql, ...more) => {
        if (/ALTER TABLE/.test(sql) && ++changes > most) throw new Error('killed')
        return command(sql, ...more)
      }
    }
    const untilBroken = async (most: number) => {
      for (let tries = 0; tries < 1000 && changes <= most; tries++) await sleep(50)
      await app.stopWork()
    }
    try {
      breakAfter(2)
      await admin.post(`/api/subjects/${request.request}/delete`, { confirm: 'delete' })
      await untilBroken(2)
      breakAfter(4)
      await app.startWork()
      await untilBroken(4)
      const { body } = await admin.askJson<SubjectRequestRow>(`/api/subjects/${request.request}`)
      expect(body).toMatchObject({ state: 'working', proof: null })
    } finally {
      store().command = command
      await app.startWork()
    }
    const done = await untilDone(request.request)
    expect(done.proof).toMatchObject({ rows_after: 0, mutations_pending: 0, cases_closed: 1 })
    expect(done.proof?.tables.every(({ after }) => after === 0)).toBe(true)
    expect(await findText(store(), shapes, 'SO-1000')).toEqual([])
    expect(await open()).toEqual(['order_lines SO-3000/10'])
    const steps = await store().rows(
      'SELECT act, actor, detail FROM exception_steps FINAL WHERE number = {number:UInt64} ORDER BY step DESC LIMIT 1',
      { number: before?.number ?? '0' },
    )
    expect(steps).toEqual([{ act: 'closed', actor: 'admin by name', detail: 'deleted on request' }])
    await app.world.complete(60)
    await app.world.judge([...checks], 60, { full: true })
    expect(await open()).toEqual(['order_lines SO-3000/10'])
    // the stock is explained as before
    expect(
      (
        await store().rows<{ found: number }>('SELECT toUInt32(count()) AS found FROM stock_movements FINAL')
      )[0]?.found,
    ).toBe(6)
  })

  test('is found by nobody who asks again, and what looked for it is forgotten', async () => {
    expect((await admin.ask(`/api/subjects/${request.request}/export`)).status).toBe(409)
    for (let tries = 0; tries < 100; tries++) {
      const [kept] = await store().rows<{ found: number }>(
        'SELECT toUInt32(count()) AS found FROM subject_values',
      )
      if (kept?.found === 0) break
      await sleep(50)
    }
    expect(await store().rows('SELECT * FROM subject_values')).toEqual([])
    const again = await ask({ kind: 'order', key: 'SO-1000' })
    expect(again.tables).toEqual([])
    expect((await admin.post(`/api/subjects/${again.request}/withdraw`)).status).toBe(200)
  })

  test('is shown by an entry of the trail, which verifies', async () => {
    const { body } = await admin.askJson<{ rows: { details: string }[] }>('/api/audit?act=subject.delete')
    const proof = (await untilDone(request.request)).proof
    expect(body.rows.some(({ details }) => details.includes(proof?.sha256 ?? 'none'))).toBe(true)
    expect((await verify()).faults).toEqual([])
  })

  test('sent again is new', async () => {
    app.world.say('crm', 61, 'order_lines', [line('SO-1000', '5')])
    app.world.say('erp', 61, 'order_lines', [line('SO-1000', '3')])
    await app.world.complete(90)
    await app.world.judge(['order_lines'], 90)
    expect(await open()).toEqual(['order_lines SO-1000/10', 'order_lines SO-3000/10'])
  })
})

test('a customer is masked on all sides alike: what agreed agrees, what it bought stays', async () => {
  const request = await ask({ kind: 'partner', key: 'C-7001' })
  const before = await open()
  const done = await confirm(request.request)
  expect(done.proof?.rows_after).toBe(0)
  for (const text of ['C-7001', 'Ada Lovelock']) expect(await findText(store(), shapes, text)).toEqual([])
  await app.world.complete(120)
  await app.world.judge([...checks], 120, { full: true })
  expect(await open()).toEqual(before)
})

describe('a person', () => {
  const canary = "zoé.o'canary+1@example.com"

  test('is masked in every column of every table that may hold text', async () => {
    const isTold = (table: string) => {
      const known = subjectTables[table]
      return (
        known &&
        !('passing' in known) &&
        !('special' in known && ['audit', 'access', 'request'].includes(known.special))
      )
    }
    const told = shapes.filter(({ table, texts }) => isTold(table) && texts.length > 0)
    for (const shape of told) await plantCanary(store(), shape, `"${canary}", said ${canary.toUpperCase()}`)
    const planted = new Set((await findText(store(), shapes, canary)).map((place) => place.split('.')[0]))
    expect(planted).toEqual(new Set(told.map(({ table }) => table)))
    const request = await ask({ kind: 'person', values: [canary] })
    expect(new Set(request.tables.map(({ table }) => table))).toEqual(planted)
    const done = await confirm(request.request)
    expect(done.proof?.rows_after).toBe(0)
    expect(await findText(store(), shapes, canary)).toEqual([])
    expect((await verify()).faults).toEqual([])
  })

  test('is refused where it would take more than the person', async () => {
    const refused = async (subject: object, reason = 'asked') =>
      (await admin.post<{ error: { code: string } }>('/api/subjects', { subject, reason })).body.error.code
    expect(await refused({ kind: 'person', values: ['Ann'] })).toBe('subject_too_short')
    expect(await refused({ kind: 'person', values: ['Hamburg'] })).toBe('subject_is_ours')
    expect(await refused({ kind: 'person', values: ['Max Muster'] }, 'max muster wrote')).toBe(
      'reason_names_subject',
    )
  })
})

test('somebody who signs in here is signed out and forgotten; what they did stays, by nobody', async () => {
  const worker = await signInAs(app, 'wilma', ['workers'])
  const [row] = await store().rows<{ number: string; version: number }>(
    "SELECT toString(number) AS number, version FROM exceptions WHERE order_no = 'SO-3000' AND state = 'open'",
  )
  const acted = await worker.post(`/api/exceptions/${row?.number}/acts`, {
    act: 'comment',
    text: 'seen by wilma by name',
    version: row?.version,
  })
  expect({ status: acted.status, body: acted.body }).toMatchObject({ status: 200 })
  const { body } = await admin.askJson<{ people: { id: string; login: string }[] }>('/api/access/people')
  const id = body.people.find(({ login }) => login === 'wilma')?.id
  const request = await ask({ kind: 'user', person: id })
  await confirm(request.request)
  expect((await worker.ask('/api/me')).status).toBe(401)
  expect(await findText(store(), shapes, 'wilma')).toEqual([])
  expect(await verify()).toMatchObject({ faults: [], redacted: expect.any(Number) })
  expect((await verify()).redacted).toBeGreaterThan(0)
  const trail = await (await admin.ask('/api/audit/export')).text()
  expect(trail).not.toContain('wilma')
})
