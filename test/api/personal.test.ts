import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EstateView } from '../../server/api/schemas/estate.ts'
import type { ExceptionDetail } from '../../server/api/schemas/exceptions.ts'
import type { WorkDetail, WorkList } from '../../server/api/schemas/quarantine-work.ts'
import { type Asker, openApp, type TestApp } from '../support/app.ts'
import { contractEstate, goodOrder } from '../support/contract-estate.ts'

// Whatever the API answers to who may only read holds nothing that is about people; every route is asked for it.
const tokens = { read: 'r-token', operate: 'o-token', ingest: 'i-token' }
const as = (token: string) => ({ authorization: `Bearer ${token}`, 'content-type': 'application/json' })
const secrets = [
  'canary.example',
  'Wilhelmina',
  '15112345678',
  '1511 234 5678',
  'DE89370400440532013000',
  'KV-424242',
]
const trace = '0af7651916cd43dd8448eb211c80319c'

let app: TestApp
let locked: Asker
let message: WorkList['rows'][number]
/** What fills the places in paths; what a filter needs to show a message. */
let paths: string[]

beforeAll(async () => {
  app = await openApp(
    contractEstate(`personal:
  patterns: [email, phone, iban, { name: insurance, pattern: 'KV-\\d{6}' }]`),
    { isLive: true },
  )
  locked = app.lock(tokens)
  const person = { name: 'Wilhelmina', phone: 4915112345678, iban: 'DE89370400440532013000' }
  const send = (id: string, data: object) =>
    locked.ask('/v1/events', {
      method: 'POST',
      headers: { ...as(tokens.ingest), 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({
        specversion: '1.0',
        id,
        source: 'crm',
        type: 'order.created',
        subject: 'SO-1',
        time: new Date().toISOString(),
        plant: 'HAM',
        partner: 'C1',
        data: { ...goodOrder(), promised: new Date().toISOString(), ...data },
      }),
    })
  await send('m1', {
    note: 'ask ada@canary.example, KV-424242',
    customer: person,
    lines: { contact: { name: 'Wilhelmina' } },
    ship_to: { contact: { name: 'Wilhelmina' } },
    contact: 'Wilhelmina',
    text: 'call +49 1511 234 5678',
  })
  await send('m2', { order: 'ada@canary.example' })
  const now = Date.now()
  const attribute = (key: string, value: string) => ({ key, value: { stringValue: value } })
  const attributes = [
    attribute('customer.email', 'ada@canary.example'),
    attribute('customer.name', 'Wilhelmina'),
    attribute('note', 'call +4915112345678'),
    attribute('raw', JSON.stringify({ contact: { name: 'Wilhelmina' }, text: 'KV-424242' })),
  ]
  await locked.ask('/v1/traces', {
    method: 'POST',
    headers: as(tokens.ingest),
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: {
            attributes: [attribute('service.name', 'crm'), attribute('host.owner', 'ada@canary.example')],
          },
          scopeSpans: [
            {
              spans: [
                {
                  traceId: trace,
                  spanId: 'b7ad6b7169203331',
                  name: 'send to ada@canary.example',
                  startTimeUnixNano: `${now - 1000}000000`,
                  endTimeUnixNano: `${now}000000`,
                  attributes,
                  events: [{ timeUnixNano: `${now}000000`, name: 'sent', attributes }],
                  links: [{ traceId: trace, spanId: 'b7ad6b7169203331', attributes }],
                  status: { code: 2, message: 'no answer from ada@canary.example' },
                },
              ],
            },
          ],
        },
      ],
    }),
  })
  const row = { location: 'FG1', item: 'ada@canary.example', unit: 'PCE', unit_cost: '10', currency: 'EUR' }
  app.world.say('erp', 0, 'inventory_positions', [{ ...row, quantity: '10' }], 'HAM', {
    customer: person,
    counted: 10,
    note: `KV-424242, ${'counted again, '.repeat(400)}`,
  })
  app.world.say('wms', 0, 'inventory_positions', [{ ...row, quantity: '9' }])
  await app.world.complete(60)
  await app.world.run('inventory_on_hand', 60)
  await until(
    async () => (await locked.ask(`/api/traces/${trace}`, { headers: as(tokens.read) })).status === 200,
  )
  const list = await until(async () => {
    const { rows } = await readJson<WorkList>('/api/quarantine/messages?state=all', tokens.operate)
    return rows.length === 2 ? rows : undefined
  })
  message = list.find((each) => each.message_id === 'm1') as WorkList['rows'][number]
  await correct()

  const { paths: described } = await readJson<{ paths: Record<string, object> }>(
    '/api/openapi.json',
    tokens.read,
  )
  const cases = await readJson<{ rows: { number: number }[] }>('/api/exceptions', tokens.read)
  const places: Record<string, string> = {
    id: message.id,
    trace_id: trace,
    number: String(cases.rows[0]?.number),
    flow: 'order_to_cash',
    check: 'inventory_on_hand',
    run: '1',
  }
  paths = Object.entries(described)
    .filter(([, operations]) => 'get' in operations)
    .map(([path]) => path.replace(/\{(\w+)\}/g, (_, name: string) => places[name] ?? 'x'))
  paths.push(
    ...['conformity', 'received'].map((measure) => `/api/quality/messages?measure=${measure}&hours=24`),
    '/api/quarantine/messages?state=all',
    '/api/search?q=canary',
    '/api/traces?errors=true',
    `/api/quarantine/ada%40canary.example`,
  )
}, 60_000)
afterAll(() => app.close())

async function until<Value>(ask: () => Promise<Value>): Promise<Exclude<NonNullable<Value>, false>> {
  for (let tries = 0; tries < 150; tries++) {
    const value = await ask()
    if (value) return value as Exclude<NonNullable<Value>, false>
    await sleep(100)
  }
  throw new Error('it did not come')
}
const readJson = async <Body>(path: string, token: string) =>
  (await locked.askJson<Body>(path, { headers: as(token) })).body
const readText = async (path: string, token: string) =>
  (await locked.ask(path, { headers: as(token) })).text()

/** Sends the message again with another note, so that a difference is kept. */
async function correct() {
  const { body } = await readJson<WorkDetail>(`/api/quarantine/${message.id}`, tokens.operate)
  const {
    customer: _,
    contact: __,
    ship_to: ___,
    text: ____,
    ...data
  } = (JSON.parse(body) as { data: object }).data as {
    [name: string]: unknown
  }
  const answer = await locked.ask(`/api/quarantine/${message.id}/correct`, {
    method: 'POST',
    headers: as(tokens.operate),
    body: JSON.stringify({
      body: JSON.stringify({
        ...(JSON.parse(body) as object),
        data: { ...data, lines: 2, note: 'KV-424242' },
      }),
      reason: 'ask Ada, ada@canary.example',
    }),
  })
  expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining('Wilhelmina')])
}

test('no route answers who may only read with what is about people', async () => {
  const holds: Record<string, string[]> = {}
  for (const path of paths) {
    const seen = await readText(path, tokens.operate)
    holds[path] = secrets.filter((secret) => seen.includes(secret))
    const masked = await readText(path, tokens.read)
    for (const secret of secrets) expect(masked.includes(secret), `${path} tells ${secret}`).toBe(false)
    // what only admins may read is refused whole
    const isRefused = masked.includes('"code":"forbidden"')
    if ((holds[path] as string[]).length > 0 && !isRefused) expect(masked, path).toContain('[personal: ')
  }
  // the walk proves nothing where there was nothing to be seen
  expect(new Set(Object.values(holds).flat()).size).toBe(secrets.length)
  const told = Object.keys(holds).filter((path) => (holds[path] as string[]).length > 0)
  for (const path of [
    '/api/quarantine',
    '/api/exceptions',
    '/api/exceptions.csv',
    `/api/quarantine/${message.id}`,
    `/api/traces/${trace}`,
    '/api/quality/messages?measure=conformity&hours=24',
  ])
    expect(told).toContain(path)
})

test('a case shows what its events said: without what is about people, and told to be cut where it is', async () => {
  const path = paths.find((each) => /^\/api\/exceptions\/\d+$/.test(each)) ?? ''
  const seen = (await readJson<ExceptionDetail>(path, tokens.operate)).timeline.find(
    (entry) => entry.data_left_out > 0,
  )
  expect(seen?.data).toHaveLength(4000)
  expect(seen?.data_left_out).toBeGreaterThan(2000)
  expect(seen?.data).toContain('Wilhelmina')
  const masked = (await readJson<ExceptionDetail>(path, tokens.read)).timeline.find(
    (entry) => entry.event_id === seen?.event_id,
  )
  expect(masked?.data).toContain('"customer":{"name":"[personal: ')
  expect(masked?.data).toContain('"counted":10')
  expect(masked?.data_left_out).toBe(seen?.data_left_out)
})

test('what is masked has the same shape: every answer is JSON with the same properties, numbers and times', async () => {
  const shapeOf = (value: unknown): unknown =>
    Array.isArray(value)
      ? value.map(shapeOf)
      : typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, shapeOf(each)]))
        : typeof value
  for (const path of [
    `/api/traces/${trace}`,
    '/api/exceptions?facets=no',
    '/api/quarantine',
    `/api/quarantine/${message.id}`,
  ]) {
    const [seen, masked] = await Promise.all([readJson(path, tokens.operate), readJson(path, tokens.read)])
    expect(shapeOf(masked), path).toEqual(shapeOf(seen))
  }
  const { rows } = await readJson<{ rows: { body: string }[] }>('/api/quarantine', tokens.read)
  for (const { body } of rows) expect(JSON.parse(body)).toMatchObject({ specversion: '1.0', subject: 'SO-1' })
})

test('who may not see it does not find out by searching for it either', async () => {
  const count = async (token: string, q: string) =>
    (await readJson<WorkList>(`/api/quarantine/messages?state=all&q=${q}`, token)).total
  expect(await count(tokens.operate, 'Wilhelmina')).toBe(1)
  expect(await count(tokens.read, 'Wilhelmina')).toBe(0)
  expect(await count(tokens.read, 'm1')).toBe(1)
})

test('whoever asks is told which of both they are; an open door on this machine sees all', async () => {
  expect((await readJson<EstateView>('/api/estate', tokens.read)).sees_personal).toBe(false)
  expect((await readJson<EstateView>('/api/estate', tokens.operate)).sees_personal).toBe(true)
  expect((await app.askJson<EstateView>('/api/estate')).body.sees_personal).toBe(true)
  expect(await (await app.ask(`/api/quarantine/${message.id}`)).text()).toContain('Wilhelmina')
})
