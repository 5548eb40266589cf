import { createHmac } from 'node:crypto'
import { parseEstate } from '../../server/core/estate.ts'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { stockStates } from '../support/push-estate.ts'
import type { BodiesResult } from './bodies.ts'
import { type Chance, createChance, mutate } from './mutate.ts'
import { eventBatch } from './seeds.ts'

type Parameter = { name: string; in: string; required?: boolean; schema?: { type?: string; enum?: string[] } }
type Operation = { method: string; path: string; parameters: Parameter[] }
type Sent = { path: string; init: RequestInit }

const answerMs = 30_000
const steadyFrom = 20_000
const key = 'the key of the webhook'
const estateText = `
name: Torture
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: crm, name: CRM, role: crm }
  - { system: wms, name: WMS, role: wms }
teams: [{ team: ops, name: Operations }]
sources:
  - { source: wms, kind: events, system: wms }
  - { source: erp, kind: events, system: erp }
  - { source: crm, kind: events, system: crm }
  - source: hook
    kind: webhook
    system: wms
    verify: { hmac: { secrets_from: [TORTURE_HOOK], header: x-signature } }
${stockStates}
checks: [{ check: inventory_on_hand, team: ops }]
${flows}`

/** What stands in an address where somebody means well, and where somebody does not. */
const values = [
  '',
  '0',
  '007',
  '-1',
  '24',
  '720',
  '1e309',
  '9007199254740993',
  'true',
  'HAM',
  'order_to_cash',
  'inventory_on_hand',
  '2026-01-05T08:00:00Z',
  '2026-01-05T25:61:00Z',
  'order_lines',
  "x' OR 1=1 --",
  '{p:String}',
  '../../etc/passwd',
  '%00',
  '\u0000\uffff',
  '💶'.repeat(40),
  'a'.repeat(3000),
  '[1,2,3]',
  '{"a":{"b":[null]}}',
]

/**
 * Asks every route that answers with generated addresses, and sends mutated CloudEvents and signed webhooks, all through
 * the whole server: none may be answered 5xx, hang, or tell of the inside; memory may not rise.
 */
export async function tortureRequests(
  requests: number,
  seed = Date.now() % 1_000_000,
): Promise<BodiesResult> {
  process.env.TORTURE_HOOK = key
  const chance = createChance(seed)
  const app = await openApp(parseEstate(estateText), { isLive: true })
  const statuses: Record<string, number> = {}
  const broken: string[] = []
  const samples: number[] = []
  let slowestMs = 0
  try {
    const operations = await listOperations(app)
    for (let number = 0; number < requests; number++) {
      const { path, init } = make(number, chance, operations)
      const begun = performance.now()
      const answer = await app.ask(path, init)
      const text = await answer.text()
      const took = performance.now() - begun
      slowestMs = Math.max(slowestMs, took)
      statuses[answer.status] = (statuses[answer.status] ?? 0) + 1
      const isInside = /DB::Exception|node_modules|\.ts:\d|root:.*:0:0/.test(text)
      if (answer.status >= 500 || isInside || took > answerMs)
        broken.push(
          `${init.method ?? 'GET'} ${path.slice(0, 300)}: ${answer.status} after ${Math.round(took)} ms: ${text.slice(0, 200)}; the body, in base64: ${Buffer.from((init.body as Buffer | undefined) ?? '').toString('base64')}`,
        )
      if (broken.length >= 10) break
      if (number % Math.ceil(requests / 40) === 0) samples.push(process.memoryUsage.rss() / 2 ** 20)
    }
    await app.drain()
  } finally {
    await app.close()
  }
  const quarter = (which: number) => average(samples.slice(which * 10, which * 10 + 10))
  // an engine that has just started still fills its caches
  if (requests >= steadyFrom && quarter(3) > quarter(1) * 1.15)
    broken.push(`memory rose from ${Math.round(quarter(1))} to ${Math.round(quarter(3))} MiB`)
  return {
    figures: {
      requests,
      seed,
      ...Object.fromEntries(Object.entries(statuses).map(([status, count]) => [`answered ${status}`, count])),
      'slowest answer, ms': Math.round(slowestMs),
      'memory in the second quarter, MiB': Math.round(quarter(1)),
      'memory in the last quarter, MiB': Math.round(quarter(3)),
    },
    broken,
  }
}

const average = (numbers: number[]) => numbers.reduce((sum, each) => sum + each, 0) / (numbers.length || 1)

async function listOperations(app: TestApp): Promise<Operation[]> {
  const { body } = await app.askJson<{ paths: Record<string, Record<string, { parameters?: Parameter[] }>> }>(
    '/api/openapi.json',
  )
  return Object.entries(body.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      // a stream never ends, and what a person does to the store is tried with bodies elsewhere
      .filter(([method]) => method === 'get' && path !== '/api/stream')
      .map(([method, { parameters = [] }]) => ({ method: method.toUpperCase(), path, parameters })),
  )
}

function make(number: number, chance: Chance, operations: Operation[]): Sent {
  const way = chance(4)
  if (way === 0) return makeQuery(operations[chance(operations.length)] as Operation, chance)
  if (way === 1) return makeHook(number, chance)
  return makeEvents(number, chance)
}

function makeValue(chance: Chance, { schema }: Parameter): string {
  const known = schema?.enum
  if (known && chance(2) === 0) return known[chance(known.length)] as string
  const value = values[chance(values.length)] as string
  return chance(4) === 0 ? mutate(Buffer.from(value), chance).toString('utf8') : value
}

/** An address of a route: each of its parameters there or not, once or twice, sound or not. */
function makeQuery({ path, parameters }: Operation, chance: Chance): Sent {
  const inPath = path.replace(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(makeValue(chance, { name, in: 'path' }) || 'x'),
  )
  const query = new URLSearchParams()
  for (const each of parameters.filter((one) => one.in === 'query'))
    for (let times = chance(8) === 0 ? 2 : each.required ? 1 : chance(2); times > 0; times--)
      query.append(each.name, makeValue(chance, each))
  return { path: `${inPath}?${query}`, init: { method: 'GET' } }
}

/** A mutated delivery, signed as it is: what is behind the signature is reached. */
function makeHook(number: number, chance: Chance): Sent {
  const row = {
    location: 'A',
    item: `I-${number}`,
    quantity: String(chance(1000)),
    extra: { deep: [1, null] },
  }
  const body = mutate(Buffer.from(JSON.stringify([row, row])), chance)
  const signature = createHmac('sha256', key).update(body).digest('hex')
  return {
    path: '/v1/webhooks/hook',
    init: {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-signature': signature },
      body: body as never,
    },
  }
}

/** One event as JSON, in headers, or a batch of them; mutated. */
function makeEvents(number: number, chance: Chance): Sent {
  const [event = {}, ...others] = eventBatch(number) as Record<string, unknown>[]
  const post = (type: string, body: Buffer, headers: Record<string, string> = {}): Sent => ({
    path: '/v1/events',
    init: { method: 'POST', headers: { 'content-type': type, ...headers }, body: body as never },
  })
  const way = chance(3)
  if (way === 0)
    return post('application/cloudevents+json', mutate(Buffer.from(JSON.stringify(event)), chance))
  if (way === 1)
    return post(
      'application/cloudevents-batch+json',
      mutate(Buffer.from(JSON.stringify([event, ...others])), chance),
    )
  const { data, ...attributes } = event
  const headers = Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      `ce-${name}`,
      // what a header cannot carry never gets as far as us
      mutate(Buffer.from(String(value)), chance)
        .toString('latin1')
        .replace(/[^\x21-\x7e]/g, '?') || '?',
    ]),
  )
  return post('application/json', mutate(Buffer.from(JSON.stringify(data)), chance), headers)
}
