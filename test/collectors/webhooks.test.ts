import { createHmac } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApp, type TestApp } from '../support/app.ts'
import { pushEstate, stockStates } from '../support/push-estate.ts'

// secrets are made for this run
process.env.HOOK_OLD = 'old-secret'
process.env.HOOK_NEW = 'new-secret'
process.env.HOOK_STANDARD = `whsec_${Buffer.from('a'.repeat(32)).toString('base64')}`

const sources = `
  - source: hub
    kind: webhook
    system: wms
    verify: { hmac: { secrets_from: [HOOK_OLD, HOOK_NEW], header: X-Hub-Signature-256, prefix: 'sha256=' } }
    id: { header: X-Hub-Delivery }
    records: 'positions[$not(kind = "note")]'
    limits: { body_mib: 0.01 }
${stockStates}
  - source: stamped
    kind: webhook
    system: wms
    verify:
      hmac:
        secrets_from: [HOOK_OLD]
        header: x-signature
        encoding: base64
        timestamp: { header: x-timestamp, tolerance: 2m, signed: 'v0:{timestamp}:{body}' }
${stockStates}
  - source: standard
    kind: webhook
    system: wms
    verify: { standard: { secrets_from: [HOOK_STANDARD] } }
    events: [{ type: moved, key: no, occurred_at: at }]
  - source: token
    kind: webhook
    system: wms
    format: xml
    verify: { token: { secrets_from: [HOOK_OLD, HOOK_NEW], header: x-gate } }
    records: Stock.Position
    watermark: listening
    limits: { per_second: 5 }
${stockStates}
  - source: form
    kind: webhook
    system: wms
    format: form
    verify: { token: { secrets_from: [HOOK_NEW] } }
${stockStates}
  - source: unset
    kind: webhook
    system: wms
    verify: { token: { secrets_from: [HOOK_NOBODY_SET] } }
${stockStates}
  - source: open
    kind: webhook
    system: wms
    records: '$merge([$, { "item": $message.headers."x-item" }])'
${stockStates}
  - source: salesforce
    kind: webhook
    system: erp
    preset: salesforce.cdc
    verify: { token: { secrets_from: [HOOK_OLD] } }
    states:
      order_lines:
        { order_type: { const: sales }, order_no: Id, line_no: { const: 10 }, quantity: Amount__c, deleted: deleted, occurred_at: changed_at }
    events: [{ type: order.changed, key: Id, occurred_at: changed_at }]
`

let app: TestApp
beforeAll(async () => {
  app = await openApp(pushEstate(sources), { isLive: true })
})
afterAll(() => app?.close())

const post = (source: string, body: string | Uint8Array, headers: Record<string, string> = {}) =>
  app.ask(`/v1/webhooks/${source}`, { method: 'POST', body: body as string, headers })
const sign = (body: string, secret = 'old-secret') =>
  `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
const hub = (body: string, id = '', secret?: string) =>
  post('hub', body, { 'x-hub-signature-256': sign(body, secret), ...(id && { 'x-hub-delivery': id }) })
const stock = async (source: string) => {
  await app.drain()
  return (
    await app.world.store.rows<{ item: string; quantity: string }>(
      `SELECT item, toString(argMax(quantity, version)) AS quantity FROM inventory_positions_log
       WHERE source = {source:String} AND load_seq IN (SELECT load_seq FROM loads) GROUP BY item ORDER BY item`,
      { source },
    )
  ).map(({ item, quantity }) => `${item} ${quantity}`)
}
const versions = async (source: string) =>
  (
    await app.world.store.rows(
      'SELECT item, quantity FROM inventory_positions_log WHERE source = {source:String}',
      { source },
    )
  ).length
const quarantined = async (source: string) => {
  await app.drain()
  return app.world.store.rows<{ kind: string; reasons: string[]; body: string }>(
    'SELECT kind, reasons, body FROM quarantine FINAL WHERE source = {source:String} ORDER BY received_at',
    { source },
  )
}
const polled = async (source: string) => {
  const { body } = await app.askJson<{ sources: { source: string; error: string }[] }>('/api/pulled-sources')
  return body.sources.find((one) => one.source === source)
}
const position = (item: string, quantity: string | number, location = 'A') => ({ location, item, quantity })

describe('HMAC', () => {
  test('a delivery signed with either of two secrets is taken and mapped, its numbers exact', async () => {
    const body = `{"positions":[{"location":"A","item":"bolt","quantity":123456789012345678.123456},{"kind":"note"}]}`
    expect((await hub(body)).status).toBe(200)
    expect((await hub(JSON.stringify({ positions: [position('nut', 7)] }), '', 'new-secret')).status).toBe(
      200,
    )
    expect(await stock('hub')).toEqual(['bolt 123456789012345678.123456', 'nut 7'])
  })

  test.each([
    ['another secret', { 'x-hub-signature-256': sign('{}', 'guess') }],
    ['no signature', {}],
    ['a signature of another body', { 'x-hub-signature-256': sign('{"a":1}') }],
    ['no prefix', { 'x-hub-signature-256': sign('{}').slice(7) }],
  ])('%s is answered 401, and nothing is kept', async (_name, headers) => {
    const before = await versions('hub')
    const answer = await post('hub', '{}', headers)
    expect(answer.status).toBe(401)
    expect((await answer.json()).error.code).toBe('unverified')
    await app.drain()
    expect(await versions('hub')).toBe(before)
  })

  test('the same id within the window is one, whatever it says then; another id is another', async () => {
    const body = (quantity: number) => JSON.stringify({ positions: [position('screw', quantity)] })
    expect((await hub(body(1), 'd-1')).status).toBe(200)
    await app.drain()
    expect((await hub(body(2), 'd-2')).status).toBe(200)
    await app.drain()
    // its sender did not hear the first answer
    expect((await hub(body(1), 'd-1')).status).toBe(200)
    expect(await stock('hub')).toContain('screw 2')
  })

  test('a time that is signed along must be near our clock, and is what was signed', async () => {
    const body = JSON.stringify(position('pin', 3))
    const send = (at: number, signedAt = at) =>
      post('stamped', body, {
        'x-timestamp': String(at),
        'x-signature': createHmac('sha256', 'old-secret').update(`v0:${signedAt}:${body}`).digest('base64'),
      })
    const now = Math.floor(Date.now() / 1000)
    expect((await send(now)).status).toBe(200)
    expect((await send(now - 121)).status).toBe(401)
    expect((await send(now + 180)).status).toBe(401)
    expect((await send(now, now - 300)).status).toBe(401)
    expect(await stock('stamped')).toEqual(['pin 3'])
  })
})

test('Standard Webhooks: what its own library signs is taken; an old or changed one is not; one id is one', async () => {
  const signer = new Webhook(process.env.HOOK_STANDARD as string)
  const send = (id: string, at: Date, body: string, signed = body) =>
    post('standard', body, {
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
      'webhook-signature': `v1,AAAA ${signer.sign(id, at, signed)}`,
    })
  const body = JSON.stringify({ no: 'M-1', at: '2026-11-05T08:00:00Z' })
  expect((await send('msg_1', new Date(), body)).status).toBe(200)
  expect((await send('msg_1', new Date(), body)).status).toBe(200)
  expect((await send('msg_2', new Date(Date.now() - 600_000), body)).status).toBe(401)
  expect((await send('msg_3', new Date(), '{"no":"M-9"}', body)).status).toBe(401)
  await app.drain()
  expect(
    await app.world.store.rows("SELECT key, type FROM business_events FINAL WHERE source = 'standard'"),
  ).toEqual([{ key: 'M-1', type: 'moved' }])
})

describe('a token', () => {
  test('in a header, or as a bearer; XML and forms are mapped', async () => {
    const xml =
      '<Stock><Position><location>A</location><item>rod</item><quantity>4.5</quantity></Position></Stock>'
    expect((await post('token', xml, { 'x-gate': 'new-secret' })).status).toBe(200)
    expect((await post('token', xml, { 'x-gate': 'guess' })).status).toBe(401)
    expect(await stock('token')).toEqual(['rod 4.5'])
    const form = 'location=A&item=cap&quantity=2'
    expect((await post('form', form, { authorization: 'Bearer new-secret' })).status).toBe(200)
    expect((await post('form', form, { authorization: 'Bearer old-secret' })).status).toBe(401)
    expect(await stock('form')).toEqual(['cap 2'])
  })

  test('too fast is asked to come back; the delivery may then be sent again', async () => {
    const xml =
      '<Stock><Position><location>A</location><item>rod</item><quantity>5</quantity></Position></Stock>'
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => post('token', xml, { 'x-gate': 'old-secret' })),
    )
    const slow = answers.filter(({ status }) => status === 429)
    expect(slow.length).toBeGreaterThan(0)
    expect(Number(slow[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(answers.filter(({ status }) => status === 200).length).toBeGreaterThan(0)
  })
})

test('too large is answered 413, whether it says so or not', async () => {
  const body = JSON.stringify({ positions: [position('x'.repeat(11_000), 1)] })
  expect((await hub(body)).status).toBe(413)
  expect((await post('hub', body, { 'content-length': String(body.length) })).status).toBe(413)
})

test('without its secret it takes nothing and asks to come back, and says why on its page', async () => {
  const answer = await post('unset', '{}', { authorization: 'Bearer guess' })
  expect(answer.status).toBe(503)
  expect(await answer.text()).not.toContain('HOOK_NOBODY_SET')
  let error = ''
  for (let look = 0; look < 100 && error === ''; look++) {
    error = (await polled('unset'))?.error ?? ''
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  expect(error).toContain('HOOK_NOBODY_SET is not set')
})

describe('without verification', () => {
  test('it is behind the permission to ingest; headers stand beside the body', async () => {
    expect((await post('open', JSON.stringify(position('', 9)), { 'x-item': 'ring' })).status).toBe(200)
    expect(await stock('open')).toEqual(['ring 9'])
    const locked = app.lock({ read: 'r', operate: 'o', ingest: 'i' })
    const ask = (source: string, token: string) =>
      locked.ask(`/v1/webhooks/${source}`, {
        method: 'POST',
        body: '{}',
        headers: { authorization: `Bearer ${token}` },
      })
    expect((await ask('open', 'guess')).status).toBe(401)
    expect((await ask('open', 'r')).status).toBe(403)
    expect((await ask('open', 'i')).status).toBe(200)
    expect((await ask('nothing', 'guess')).status).toBe(401)
    expect((await ask('nothing', 'i')).status).toBe(404)
    // one with its own verification needs no token of ours, nor is ours enough
    expect((await ask('form', 'i')).status).toBe(401)
    expect((await ask('form', 'new-secret')).status).toBe(200)
  })

  test('an address that others can reach refuses it when the estate is checked', () => {
    process.env.HOST = '0.0.0.0'
    try {
      expect(() => pushEstate(sources)).toThrow(/sources\[6\]\.verify: is missing/)
    } finally {
      delete process.env.HOST
    }
  })
})

test('what can not be read or mapped is acknowledged, and kept whole with its reason', async () => {
  const bodies = ['{"positions": [', '{"other": 1}', '[1, 2]', '{"positions":["a"]}']
  for (const body of bodies) expect((await hub(body)).status).toBe(200)
  const notText = Buffer.from([0xff, 0xfe, 0x00])
  const signature = `sha256=${createHmac('sha256', 'old-secret').update(notText).digest('hex')}`
  expect((await post('hub', notText, { 'x-hub-signature-256': signature })).status).toBe(200)
  expect((await hub(JSON.stringify({ positions: [position('bad', 'many')] }))).status).toBe(200)
  const found = await quarantined('hub')
  const reasonOf = (body: string) => found.find((one) => one.body === body)?.reasons[0]
  expect(reasonOf(bodies[0] as string)).toContain('no JSON')
  expect(reasonOf(bodies[1] as string)).toContain('`records` gives nothing')
  expect(reasonOf(bodies[3] as string)).toContain('A record is no object')
  expect(reasonOf(notText.toString('base64'))).toContain('not UTF-8')
  expect(found.find((one) => one.kind === 'row')?.reasons[0]).toContain('expected a decimal')
})

test('CloudEvents asks whether it may send, and is told', async () => {
  const answer = await app.ask('/v1/webhooks/hub', {
    method: 'OPTIONS',
    headers: { 'webhook-request-origin': 'mesh.example.com' },
  })
  expect(answer.status).toBe(200)
  expect(answer.headers.get('webhook-allowed-origin')).toBe('mesh.example.com')
  expect((await app.ask('/v1/webhooks/nothing', { method: 'OPTIONS' })).status).toBe(404)
})

describe('Salesforce change data capture', () => {
  const change = (
    replayId: number,
    type: string,
    ids: string[],
    fields: Record<string, unknown>,
    at: number,
  ) =>
    post(
      'salesforce',
      JSON.stringify({
        schema: 'x',
        payload: {
          ChangeEventHeader: {
            entityName: 'Order__c',
            recordIds: ids,
            changeType: type,
            commitTimestamp: Date.UTC(2026, 10, 5, 8, at),
            commitNumber: 10_585_193_272_713,
            changedFields: Object.keys(fields),
          },
          ...fields,
        },
        event: { replayId },
      }),
      { authorization: 'Bearer old-secret' },
    )
  const lines = async () => {
    await app.drain()
    return (
      await app.world.store.rows<{ line: string }>(
        `SELECT order_no || ' ' || toString(argMax(quantity, version)) AS line FROM order_lines_log
         WHERE source = 'salesforce' AND load_seq IN (SELECT load_seq FROM loads)
         GROUP BY order_no HAVING NOT argMax(deleted, version) ORDER BY line`,
      )
    ).map(({ line }) => line)
  }

  test('one change of several records, a deletion, and a replay that is said again', async () => {
    expect((await change(1, 'CREATE', ['a1', 'a2'], { Amount__c: 12.5 }, 0)).status).toBe(200)
    expect(await lines()).toEqual(['a1 12.5', 'a2 12.5'])
    expect((await change(2, 'DELETE', ['a1'], {}, 1)).status).toBe(200)
    expect(await lines()).toEqual(['a2 12.5'])
    expect((await change(1, 'CREATE', ['a1', 'a2'], { Amount__c: 12.5 }, 0)).status).toBe(200)
    expect(await lines()).toEqual(['a2 12.5'])
    expect(await quarantined('salesforce')).toEqual([])
  })

  test('a change that holds only what changed is not taken for the record', async () => {
    expect((await change(3, 'UPDATE', ['a2'], { Status__c: 'open' }, 2)).status).toBe(200)
    expect(await lines()).toEqual(['a2 12.5'])
    expect((await quarantined('salesforce'))[0]?.reasons[0]).toContain('name `notify`')
  })
})
