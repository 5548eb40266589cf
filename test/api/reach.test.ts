import { setTimeout as sleep } from 'node:timers/promises'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Problem } from '../../server/api/schemas/common.ts'
import { isPartOf, isWithin, meet, type Reach, reachKey, tidyReach } from '../../server/core/reach.ts'
import { conditionOf, limitStore, readPlaced } from '../../sql/reach.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { contractEstate, goodOrder } from '../support/contract-estate.ts'
import { type Browser, signInAs, signInEstate } from '../support/people.ts'

// What is of Sheffield carries a word that is said nowhere else. Whoever may see Hamburg only is told it by no route,
// whatever they ask for.
const canary = 'zulu'
const secrets = [canary, 'SHF', 'Sheffield']
const traces = { HAM: '0af7651916cd43dd8448eb211c80319c', SHF: '1af7651916cd43dd8448eb211c80319d' }

let app: TestApp
let admin: Browser
let hamburg: Browser
/** What fills the places in paths, of each plant. */
const places: Record<'HAM' | 'SHF', Record<string, string>> = { HAM: {}, SHF: {} }
let described: Record<string, Record<string, unknown>>

async function until<Value>(ask: () => Promise<Value>): Promise<Exclude<NonNullable<Value>, false>> {
  for (let tries = 0; tries < 300; tries++) {
    const value = await ask()
    if (value) return value as Exclude<NonNullable<Value>, false>
    await sleep(100)
  }
  throw new Error('it did not come')
}
const readJson = async <Body>(path: string) => (await admin.askJson<Body>(path)).body

beforeAll(async () => {
  app = await openApp(contractEstate(signInEstate), { isLive: true })
  admin = await signInAs(app, 'admin', ['admins'])
  hamburg = await signInAs(app, 'hanna', ['hamburg'])
  const key = await admin.post<{ token: string }>('/api/access/tokens', { kind: 'key', name: 'all' })
  const headers = (type: string) => ({ authorization: `Bearer ${key.body.token}`, 'content-type': type })
  const words = { HAM: 'alfa', SHF: canary } as const
  const now = Date.now()
  for (const plant of ['HAM', 'SHF'] as const) {
    const word = words[plant]
    const send = (id: string, data: object, more: object = {}) =>
      app.ask('/v1/events', {
        method: 'POST',
        headers: headers('application/cloudevents+json'),
        body: JSON.stringify({
          specversion: '1.0',
          id: `${id}-${word}`,
          source: 'crm',
          type: 'order.created',
          subject: `SO-${word}`,
          time: new Date().toISOString(),
          plant,
          partner: word,
          traceparent: `00-${traces[plant]}-b7ad6b7169203331-01`,
          data: { ...goodOrder(), promised: new Date().toISOString(), ...data },
          ...more,
        }),
      })
    await send('good', {})
    await send('bad', { order: word, customer: word })
    const attribute = (name: string, value: string) => ({ key: name, value: { stringValue: value } })
    await app.ask('/v1/traces', {
      method: 'POST',
      headers: headers('application/json'),
      body: JSON.stringify({
        resourceSpans: [
          {
            resource: {
              attributes: [attribute('service.name', `${word}-service`), attribute('plumbline.plant', plant)],
            },
            scopeSpans: [
              {
                spans: [
                  {
                    traceId: traces[plant],
                    spanId: 'b7ad6b7169203331',
                    name: `send ${word}`,
                    kind: 3,
                    startTimeUnixNano: `${now - 1000}000000`,
                    endTimeUnixNano: `${now}000000`,
                    attributes: [
                      attribute('plumbline.key', `SO-${word}`),
                      attribute('plumbline.flow', 'order_to_cash'),
                      attribute('peer.service', `${word}-peer`),
                    ],
                    status: { code: 2, message: `no answer of ${word}` },
                  },
                ],
              },
            ],
          },
        ],
      }),
    })
    await app.ask('/v1/metrics', {
      method: 'POST',
      headers: headers('application/json'),
      body: JSON.stringify({
        resourceMetrics: [
          {
            resource: { attributes: [attribute('service.name', 'mq'), attribute('plumbline.plant', plant)] },
            scopeMetrics: [
              {
                metrics: [
                  {
                    name: 'messaging.queue.depth',
                    gauge: {
                      dataPoints: [
                        {
                          timeUnixNano: `${now}000000`,
                          asInt: '7',
                          attributes: [attribute('messaging.destination.name', `${word}-queue`)],
                        },
                      ],
                    },
                  },
                ],
              },
            ],
          },
        ],
      }),
    })
    const row = {
      location: `${word}-loc`,
      item: `${word}-item`,
      unit: 'PCE',
      unit_cost: '10',
      currency: 'EUR',
    }
    app.world.say('erp', 0, 'inventory_positions', [{ ...row, quantity: '10' }], plant, { note: word })
    app.world.say('wms', 0, 'inventory_positions', [{ ...row, quantity: '-900' }], plant)
  }
  await app.drain()
  await app.world.complete(60)
  await app.world.run('inventory_on_hand', 60)
  for (const plant of ['HAM', 'SHF'] as const)
    await until(async () => (await admin.ask(`/api/traces/${traces[plant]}`)).status === 200)
  const messages = await until(async () => {
    const { rows } = await readJson<{ rows: { id: string; plant: string }[] }>(
      '/api/quarantine/messages?state=all',
    )
    return rows.length === 2 ? rows : undefined
  })
  const cases = await readJson<{ rows: { number: number; plant: string; version: number }[] }>(
    '/api/exceptions',
  )
  const runs = await app.world.store.rows<{ run: string; plant: string }>('SELECT run, plant FROM runs')
  for (const plant of ['HAM', 'SHF'] as const) {
    const found = cases.rows.find((each) => each.plant === plant)
    const said = await admin.post(`/api/exceptions/${found?.number}/acts`, {
      act: 'comment',
      version: found?.version,
      text: `${words[plant]} was here`,
    })
    expect(said.status).toBe(200)
    await admin.post('/api/silences', {
      matcher: { plant: [plant] },
      to: new Date(now + 3_600_000).toISOString(),
      reason: `${words[plant]} is being moved`,
    })
    places[plant] = {
      id: messages.find((each) => each.plant === plant)?.id ?? '',
      trace_id: traces[plant],
      number: String(found?.number),
      flow: 'order_to_cash',
      check: 'inventory_on_hand',
      run: runs.find((each) => each.plant === plant)?.run ?? '',
      plant,
      key: `SO-${words[plant]}`,
      source: 'crm',
    }
  }
  await app.alerting.evaluate()
  const { rows } = await readJson<{ rows: { fingerprint: string; plant: string }[] }>(
    '/api/alerts?status=all',
  )
  for (const plant of ['HAM', 'SHF'] as const)
    places[plant].fingerprint = rows.find((each) => each.plant === plant)?.fingerprint ?? 'none'
  described = (await readJson<{ paths: typeof described }>('/api/openapi.json')).paths
}, 90_000)
afterAll(() => app.close())

/** Every address that is read, with the ids of a plant. */
const addressesOf = (plant: 'HAM' | 'SHF') => [
  ...Object.entries(described)
    .filter(([path, operations]) => 'get' in operations && path.startsWith('/api/') && !/\/audit/.test(path))
    .map(([path]) =>
      path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(places[plant][name] ?? 'x')),
    ),
  ...['conformity', 'received', 'completeness'].map(
    (measure) => `/api/quality/messages?measure=${measure}&hours=24`,
  ),
  `/api/quality/messages?measure=conformity&hours=24&plant=${plant}`,
  '/api/quarantine/messages?state=all',
  `/api/quarantine/messages?state=all&q=${plant === 'HAM' ? 'alfa' : canary}`,
  `/api/search?q=${plant === 'HAM' ? 'alfa' : canary}`,
  '/api/traces?errors=true',
  `/api/traces?service=${plant === 'HAM' ? 'alfa' : canary}-service`,
  `/api/overview?plant=${plant}`,
  `/api/exceptions?plant=${plant}`,
  '/api/exceptions?state=all',
  '/api/exceptions.csv',
  `/api/runs?check=inventory_on_hand&plant=${plant}`,
]

describe('who may see Hamburg only', () => {
  test('is told of nothing else by any route, and of all there is in Hamburg', async () => {
    const told: string[] = []
    const seen: string[] = []
    const lost: string[] = []
    for (const plant of ['HAM', 'SHF'] as const)
      for (const address of addressesOf(plant)) {
        const whole = await (await admin.ask(address)).text()
        const part = await (await hamburg.ask(address)).text()
        if (secrets.some((secret) => whole.includes(secret))) told.push(address)
        // what they asked for themselves is said back to them
        const asked = decodeURIComponent(address)
        const rest = asked.includes(canary) || asked.includes('SHF') ? stripAsked(part, asked) : part
        if (secrets.some((secret) => rest.includes(secret))) seen.push(`${address}: ${excerpt(rest)}`)
        if (plant === 'HAM' && whole.includes('alfa') && !part.includes('alfa')) lost.push(address)
      }
    expect(seen).toEqual([])
    expect(lost).toEqual([])
    // the walk proves nothing where there was nothing to be seen
    for (const path of [
      '/api/exceptions',
      '/api/search',
      '/api/traces',
      '/api/quarantine',
      '/api/service-map',
      '/api/alerts',
      '/api/silences',
      '/api/estate',
      '/api/overview',
      '/api/wall',
    ])
      expect(
        told.some((each) => each.startsWith(path)),
        path,
      ).toBe(true)
    expect(told.length).toBeGreaterThan(30)
  }, 120_000)

  test('can do nothing to what is not theirs, and finds it not there', async () => {
    const { SHF, HAM } = places
    const inSheffield: [string, object?][] = [
      [`/api/exceptions/${SHF.number}/acts`, { act: 'comment', version: 2, text: 'mine' }],
      [`/api/exceptions/${SHF.number}/causes/verdict`, { cause: 'genuine', verdict: 'confirmed' }],
      [`/api/quarantine/${SHF.id}/correct`, { body: '{}', reason: 'x' }],
      [`/api/quarantine/acts`, { act: 'discarded', ids: [SHF.id], reason: 'x', dry_run: false }],
    ]
    for (const [path, body] of inSheffield) {
      const answer = await hamburg.post<{ results?: unknown[] }>(path, body)
      const text = JSON.stringify(answer.body)
      expect(
        answer.status === 404 || answer.status === 400 || answer.body.results?.length === 0,
        `${path} ${answer.status} ${text}`,
      ).toBe(true)
      expect(text).not.toContain(canary)
    }
    const lines = await hamburg.ask('/api/exceptions/acts', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ act: 'comment', text: 'x', filter: {}, dry_run: true }),
    })
    const last = (await lines.text()).trim().split('\n').at(-1) ?? ''
    const { results } = JSON.parse(last) as { results: { number: number }[] }
    expect(results.map(({ number }) => String(number))).toContain(HAM.number)
    expect(results.map(({ number }) => String(number))).not.toContain(SHF.number)
    const { exception } = await readJson<{ exception: { version: number } }>(`/api/exceptions/${HAM.number}`)
    const commented = await hamburg.post(`/api/exceptions/${HAM.number}/acts`, {
      act: 'comment',
      version: exception.version,
      text: 'ours',
    })
    expect(commented.status, 'their own they may').toBe(200)
    const standing = await admin.ask(`/api/quarantine/${SHF.id}`)
    expect(await standing.json()).toMatchObject({ state: 'open' })
  })

  test('asks to have a case accepted; an approver of the plant says the second word, and nobody else', async () => {
    const { number } = places.HAM
    const act = async (who: Browser, name: string, more: object = {}) => {
      const { exception } = await readJson<{ exception: { version: number } }>(`/api/exceptions/${number}`)
      const answer = await who.post<Problem & { exception?: { status: string } }>(
        `/api/exceptions/${number}/acts`,
        { act: name, version: exception.version, ...more },
      )
      return [answer.status, answer.body.exception?.status ?? answer.body.error.code]
    }
    const other = await signInAs(app, 'hugo', ['hamburg'])
    const approver = await signInAs(app, 'hera', ['hamburg-approvers'])
    const reason = { reason: 'counted, and not worth a booking' }
    expect(await act(hamburg, 'ask_accept', reason)).toEqual([200, expect.any(String)])
    expect(await act(other, 'accept')).toEqual([403, 'forbidden'])
    expect(await act(hamburg, 'decline'), 'taken back by who asked').toEqual([200, expect.any(String)])
    expect(await act(hamburg, 'ask_accept', reason)).toEqual([200, expect.any(String)])
    expect(await act(approver, 'accept')).toEqual([200, 'accepted'])
    const beyond = await approver.post<Problem>(`/api/exceptions/${places.SHF.number}/acts`, {
      act: 'accept',
      version: 2,
    })
    expect([beyond.status, beyond.body.error.code]).toEqual([404, 'case_unknown'])
  })

  test('is not let in where nothing can be told plant by plant', async () => {
    expect((await hamburg.ask('/metrics')).status).toBe(403)
    expect((await hamburg.ask('/api/deliveries')).status).toBe(403)
  })
})

test('every table is thought of: what has no plant and is not named shows nothing', async () => {
  const placed = await readPlaced(app.world.store)
  expect(placed.length).toBeGreaterThan(60)
  const reach = [{ plants: ['HAM'], flows: ['order_to_cash'] }]
  const of = (table: string) => {
    const found = placed.find((each) => each.table === table)
    if (!found) throw new Error(`there is no table ${table}`)
    return conditionOf(
      found,
      reach,
      new Map([
        ['order_lines', 'order_to_cash'],
        ['inventory_on_hand', ''],
      ]),
    )
  }
  expect(of('otel_spans')).toBe("(plant IN ('HAM') AND flow IN ('order_to_cash'))")
  expect(of('exception_cases')).toBe("(plant IN ('HAM') AND check IN ('order_lines'))")
  expect(of('exception_rows')).toContain('number IN (SELECT number FROM exception_cases)')
  expect(of('inventory_positions')).toBe("(plant IN ('HAM'))")
  for (const hidden of ['access_steps', 'audit_trail', 'file_rows', 'notifications', 'deliveries'])
    expect(of(hidden), hidden).toBe('0')
})

test('what a check has found is of the flow of the check: who sees another flow only sees none of it', async () => {
  const { store } = app.world
  const placed = await readPlaced(store)
  const flowOf = new Map([['inventory_on_hand', 'order_to_cash']])
  const count = async (flow: string, table: string) => {
    const seen = limitStore(store, [{ flows: [flow] }], placed, flowOf)
    const [row] = await seen.rows<{ rows: string }>(`SELECT count() AS rows FROM ${table}`)
    return Number(row?.rows)
  }
  for (const table of [
    'exceptions',
    'exception_rows',
    'exception_acts',
    'exception_steps',
    'runs',
    'variances',
  ])
    expect([(await count('order_to_cash', table)) > 0, await count('procure_to_pay', table)], table).toEqual([
      true,
      0,
    ])
})

describe('a reach', () => {
  const names = (all: string[]) => fc.option(fc.subarray(all, { minLength: 1 }), { nil: undefined })
  const reaches = fc.array(
    fc
      .record({ plants: names(['A', 'B', 'C']), flows: names(['x', 'y']) })
      .map(({ plants, flows }) => ({ ...(plants && { plants }), ...(flows && { flows }) })),
    { maxLength: 4 },
  ) as fc.Arbitrary<Reach>
  const points = ['A', 'B', 'C', 'D'].flatMap((plant) =>
    ['x', 'y', 'z'].map((flow) => [plant, flow] as const),
  )
  const isSame = (one: Reach, other: (plant: string, flow: string) => boolean) =>
    points.every(([plant, flow]) => isWithin(one, plant, flow) === other(plant, flow))

  test('means the same, tidied; and two of one writing mean the same', () => {
    fc.assert(
      fc.property(reaches, reaches, (one, other) => {
        expect(isSame(tidyReach(one), (plant, flow) => isWithin(one, plant, flow))).toBe(true)
        if (reachKey(one) === reachKey(other))
          expect(isSame(one, (plant, flow) => isWithin(other, plant, flow))).toBe(true)
      }),
    )
  })
  test('what two have in common is in both, and a part is what the other holds', () => {
    fc.assert(
      fc.property(reaches, reaches, (one, other) => {
        expect(
          isSame(
            meet(one, other),
            (plant, flow) => isWithin(one, plant, flow) && isWithin(other, plant, flow),
          ),
        ).toBe(true)
        expect(isPartOf(meet(one, other), one)).toBe(true)
        if (isPartOf(one, other))
          expect(
            points.every(([plant, flow]) => !isWithin(one, plant, flow) || isWithin(other, plant, flow)),
          ).toBe(true)
      }),
    )
  })
})

/** What of an answer is not the question said back. */
function stripAsked(text: string, asked: string): string {
  const words = asked.match(/[\w-]*(?:zulu|SHF)[\w-]*/g) ?? []
  return words.reduce((rest, word) => rest.replaceAll(`"${word}\\"`, '').replaceAll(`"${word}"`, ''), text)
}
const excerpt = (text: string) => {
  const at = Math.min(...secrets.map((secret) => text.indexOf(secret)).filter((each) => each >= 0))
  return text.slice(Math.max(0, at - 100), at + 60)
}
