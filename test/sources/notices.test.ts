import { afterAll, beforeAll, expect, test } from 'vitest'
import { openApp, type TestApp } from '../support/app.ts'
import { type Peer, startPeer } from '../support/peer.ts'
import { pushEstate } from '../support/push-estate.ts'

process.env.NOTICE_TOKEN = 'a-token'

let app: TestApp
let peer: Peer
/** What the system says of each order now */
const orders = new Map<string, number>()
let isAway = false

const order = (no: string) => ({ no, quantity: orders.get(no), changed_at: '2026-11-05T08:00:00Z' })
beforeAll(async () => {
  peer = await startPeer(({ pathname }) => {
    const no = /\/orders\/(.+)$/.exec(pathname)?.[1]
    if (no === undefined) return { body: [...orders.keys()].map(order) }
    if (isAway) return { status: 503 }
    if (no === 'broken') return { status: 400, body: { error: 'no such form' } }
    return orders.has(no) ? { body: order(decodeURIComponent(no)) } : { status: 404 }
  })
  app = await openApp(
    pushEstate(`
  - source: s4_orders
    kind: rest
    system: erp
    url: ${peer.url}/orders
    one: ${peer.url}/orders/{key}
    mode: snapshot
    poll: 1h
    limits: { retries: 0 }
    states:
      order_lines: { order_type: { const: sales }, order_no: no, line_no: { const: 10 }, quantity: quantity }
  - source: s4_events
    kind: webhook
    system: erp
    verify: { token: { secrets_from: [NOTICE_TOKEN] } }
    id: { field: id }
    notify: { source: s4_orders, key: data.SalesOrder }
  - source: salesforce
    kind: webhook
    system: erp
    preset: salesforce.cdc
    verify: { token: { secrets_from: [NOTICE_TOKEN] } }
    notify: { source: s4_orders }
    events: [{ type: order.changed, key: Id, occurred_at: changed_at }]
`),
    { isLive: true },
  )
})
afterAll(async () => {
  await app?.close()
  await peer?.close()
})

const post = (source: string, body: unknown) =>
  app.ask(`/v1/webhooks/${source}`, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { authorization: 'Bearer a-token' },
  })
/** A business event of S/4HANA: a CloudEvent that holds the key and nothing else. */
const tell = (id: string, SalesOrder: string) =>
  post('s4_events', {
    specversion: '1.0',
    type: 'sap.s4.beh.salesorder.v1.SalesOrder.Changed.v1',
    source: '/default/sap.s4.beh/S4',
    id,
    data: { SalesOrder },
  })
const lines = async () => {
  await app.drain()
  return (
    await app.world.store.rows<{ line: string }>(
      `SELECT order_no || ' ' || toString(argMax(quantity, version)) AS line FROM order_lines_log
       WHERE load_seq IN (SELECT load_seq FROM loads) GROUP BY order_no ORDER BY line`,
    )
  ).map(({ line }) => line)
}
const until = async (isSo: () => Promise<boolean>) => {
  for (let look = 0; look < 200; look++) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('it never came to be')
}
const askedFor = (no: string) => peer.asked.filter(({ path }) => path === `/orders/${no}`).length

test('a message that holds only a key has that key fetched, once however often it is named', async () => {
  await until(async () => peer.asked.length > 0)
  orders.set('77', 5)
  const answers = await Promise.all(Array.from({ length: 20 }, (_, index) => tell(`a${index}`, '77')))
  expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
  await until(async () => (await lines()).includes('77 5'))
  expect(askedFor('77')).toBeLessThan(5)
  orders.set('77', 6)
  await tell('a-later', '77')
  await until(async () => (await lines()).includes('77 6'))
})

test('a system that is away is asked again; a key it refuses keeps no other waiting', async () => {
  isAway = true
  orders.set('78', 1)
  await tell('b1', '78')
  await tell('b2', 'broken')
  await until(async () => {
    await app.drain()
    const { body } = await app.askJson<{ sources: { source: string; error: string }[] }>(
      '/api/pulled-sources',
    )
    return body.sources.some(({ source, error }) => source === 's4_orders' && error !== '')
  })
  expect(await lines()).not.toContain('78 1')
  isAway = false
  // the next poll is an hour away for this source: a pause and its end ask at once
  const act = (what: string) =>
    app.ask(`/api/sources/s4_orders/${what}`, {
      method: 'POST',
      body: '{"reason":"test"}',
      headers: { 'content-type': 'application/json' },
    })
  await act('pause')
  await act('resume')
  await until(async () => (await lines()).includes('78 1'))
  await until(async () => {
    const kept = await app.world.store.rows<{ message_id: string; reasons: string[] }>(
      'SELECT message_id, reasons FROM quarantine FINAL',
    )
    return (
      kept.length === 1 && kept[0]?.message_id === 'broken' && /no such form/.test(kept[0].reasons.join())
    )
  })
})

test('a change of Salesforce that holds only some fields has its record fetched, and is an event all the same', async () => {
  orders.set('0019', 3)
  const change = {
    payload: {
      ChangeEventHeader: {
        entityName: 'Order',
        recordIds: ['0019'],
        changeType: 'UPDATE',
        commitTimestamp: Date.UTC(2026, 10, 5, 8),
      },
      Status: 'Open',
    },
    event: { replayId: 7 },
  }
  expect((await post('salesforce', change)).status).toBe(200)
  // the leading zeros of a key do not count
  await until(async () => (await lines()).includes('19 3'))
  expect(
    await app.world.store.rows('SELECT body FROM quarantine FINAL WHERE source = {source:String}', {
      source: 'salesforce',
    }),
  ).toEqual([])
})
