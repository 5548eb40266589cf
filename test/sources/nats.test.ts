import { jetstream, jetstreamManager } from '@nats-io/jetstream'
import { connect, headers, type NatsConnection } from '@nats-io/transport-node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectNats } from '../../collectors/sources/nats/connect.ts'
import type { NatsSourceConfig } from '../../server/core/estate-nats-schema.ts'
import { hasNats, type NatsServer, startNats } from '../support/nats-server.ts'
import { pushEstate, stockStates } from '../support/push-estate.ts'
import { openPushWorld, type PushWorld } from '../support/push-world.ts'

if (!hasNats)
  console.warn('No nats-server is on the PATH (apt-get install nats-server): NATS is not tested here')

let server: NatsServer
let world: PushWorld
let sender: NatsConnection
const sources = (url: string) => `
  - source: stream
    kind: nats
    system: wms
    url: ${url}
    poll: 1h
    stream: STOCK
    subjects: [stock.>]
    in_flight: 20
    records: '$merge([$, { "location": $split($message.subject, ".")[1] }, $message.event.{ "item": subject }])'
${stockStates}
`
beforeAll(async () => {
  if (!hasNats) return
  server = await startNats()
  sender = await connect({ servers: server.url })
  await (await jetstreamManager(sender)).streams.add({ name: 'STOCK', subjects: ['stock.>', 'other.>'] })
  world = await openPushWorld(pushEstate(sources(server.url)))
  await world.sources.pollNow()
})
afterAll(async () => {
  await world?.close()
  await sender?.close()
  await server?.close()
})

const send = (item: string, quantity: number | string, subject = 'stock.A') =>
  jetstream(sender).publish(subject, JSON.stringify({ item, quantity }))
const state = () => world.sources.list()[0]?.error
const info = async () => (await jetstreamManager(sender)).consumers.info('STOCK', 'plumbline-stream')

test.runIf(hasNats)('against a nats-server: taken in order, acknowledged, poison too', async () => {
  for (let quantity = 1; quantity <= 100; quantity++) await send('nut', quantity)
  await jetstream(sender).publish('stock.A', 'no json')
  await send('other', 1, 'other.A')
  const event = headers()
  const attributes = { specversion: '1.0', id: '7', source: 'wms', type: 'counted', subject: 'washer' }
  for (const [name, value] of Object.entries(attributes)) event.set(`ce-${name}`, value)
  await jetstream(sender).publish('stock.A', '{"quantity": 7}', { headers: event })
  await send('bolt', '2.5')
  await world.until(
    'all is there',
    async () => (await world.stock('stream')).join() === 'bolt 2.5,nut 100,washer 7',
  )
  expect(await world.rows('SELECT reasons[1] AS reason FROM quarantine FINAL')).toEqual([
    { reason: expect.stringContaining('no JSON') },
  ])
  await world.until('the broker knows', async () => (await info()).num_ack_pending === 0)
  expect((await info()).num_pending).toBe(0)
})

test.runIf(hasNats)(
  'what waits there while it is paused is measured once it is looked at, and comes',
  async () => {
    await world.sources.act('stream', 'paused', { actor: 'Ada', reason: 'test' })
    await send('late', 1)
    await world.drain()
    expect(await world.stock('stream')).not.toContain('late 1')
    await world.sources.act('stream', 'resumed', { actor: 'Ada', reason: '' })
    await world.until('it came', async () => (await world.stock('stream')).includes('late 1'))
    await world.sources.pollNow()
    await world.until('it was measured', async () => {
      const found = await world.rows<{ plant: string; system: string; queue: string }>(
        `SELECT DISTINCT toString(plant) AS plant, toString(system) AS system, attributes['messaging.destination.name'] AS queue
       FROM measurements WHERE name = 'messaging.queue.depth'`,
      )
      return JSON.stringify(found) === '[{"plant":"HAM","system":"wms","queue":"STOCK"}]'
    })
  },
)

test.runIf(hasNats)('a server that goes and comes back: said, and gone on with', async () => {
  await sender.close()
  await server.stop()
  await world.until('it is said', async () => {
    await world.sources.pollNow()
    return /127\.0\.0\.1/.test(state() ?? '')
  })
  await server.start()
  sender = await connect({ servers: server.url })
  await send('back', 3)
  await world.until('it came', async () => {
    await world.sources.pollNow()
    return (await world.stock('stream')).includes('back 3')
  })
  expect(state()).toBe('')
})

test.runIf(hasNats)('who may not come in, or may not read, is told so', async () => {
  const strict = await startNats(`authorization { users = [
    { user: reader, password: right, permissions: { publish: { deny: "$JS.API.STREAM.INFO.>" } } }
  ] }`)
  const reach = async (login: string) => {
    const [source] = pushEstate(sources(strict.url).replace('poll: 1h', `poll: 1h\n    ${login}`)).sources
    const sink = { take: async () => undefined, lost: () => undefined }
    await (await connectNats(source as NatsSourceConfig, sink)).close()
  }
  try {
    await expect(reach('')).rejects.toThrow(/Authorization Violation/i)
    process.env.NATS_TEST_PASSWORD = 'wrong'
    const login = 'login: { user: reader, password_from: NATS_TEST_PASSWORD }'
    await expect(reach(login)).rejects.toThrow(/Authorization Violation/i)
    process.env.NATS_TEST_PASSWORD = 'right'
    await expect(reach(login)).rejects.toThrow(/Permissions Violation.*STREAM\.INFO/i)
  } finally {
    delete process.env.NATS_TEST_PASSWORD
    await strict.close()
  }
})
