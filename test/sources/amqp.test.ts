import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type ChannelModel, type ConfirmChannel, connect, type Options } from 'amqplib'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectAmqp } from '../../collectors/sources/amqp/connect.ts'
import { parseEstate } from '../../server/core/estate.ts'
import type { AmqpSourceConfig } from '../../server/core/estate-amqp-schema.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import { pushEstate, pushEstateText, stockStates } from '../support/push-estate.ts'
import { startLife } from '../support/push-life.ts'
import { openPushWorld, type PushWorld } from '../support/push-world.ts'
import { type Rabbitmq, startRabbitmq } from '../support/rabbitmq.ts'
import { layWire, type Wire } from '../support/wire.ts'

let server: Rabbitmq
let wire: Wire
let world: PushWorld
let model: ChannelModel
let sender: ConfirmChannel
const sourceOf = (name: string, url: string, more: string) => `
  - source: ${name}
    kind: amqp
    system: wms
    url: ${url}
    poll: 1h
    in_flight: 20
${more}
${stockStates}
`
const openSender = async () => {
  model = await connect(server.url)
  model.on('error', () => undefined)
  sender = await model.createConfirmChannel()
}
beforeAll(async () => {
  server = await startRabbitmq()
  await openSender()
  await sender.assertExchange('stock', 'topic', { durable: true })
  await sender.assertQueue('plain', { durable: true })
  wire = await layWire(server.port)
  world = await openPushWorld(
    pushEstate(
      [
        sourceOf(
          'bound',
          `amqp://127.0.0.1:${wire.port}/`,
          `    queue: plumbline.stock
    bind: [{ exchange: stock, routing_key: 'stock.#' }]
    records: '$merge([$, { "location": $split($message.routing_key, ".")[1] }])'`,
        ),
        sourceOf(
          'plain',
          server.url,
          `    queue: plain
    records: '$merge([$, { "item": $message.event.subject }])'`,
        ),
      ].join(''),
    ),
  )
  await world.sources.pollNow()
})
afterAll(async () => {
  await world?.close()
  await model?.close().catch(() => undefined)
  await wire?.close()
  await server?.close()
})

const publish = async (key: string, body: unknown, options: Options.Publish = {}, exchange = 'stock') => {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  sender.publish(exchange, key, Buffer.from(text), { persistent: true, ...options })
  await sender.waitForConfirms()
}
const errorOf = (source: string) => world.sources.list().find((one) => one.source === source)?.error
const readyIn = async (queue: string) => (await sender.checkQueue(queue)).messageCount
/** How many records of a source were taken in */
const taken = async (source: string) =>
  Number(
    (
      await world.rows<{ count: string }>(
        `SELECT toString(sum(rows)) AS count FROM readings WHERE source = {source:String}`,
        { source },
      )
    )[0]?.count,
  )

test('a queue that is made and bound: taken in order, acknowledged, poison too', async () => {
  for (let quantity = 1; quantity <= 100; quantity++)
    sender.publish('stock', 'stock.A', Buffer.from(JSON.stringify({ item: 'nut', quantity })))
  await publish('stock.A', 'no json')
  await publish('other.A', { item: 'other', quantity: 1 })
  await publish('stock.B', { item: 'bolt', quantity: '2.5' })
  await world.until('all is there', async () => (await world.stock('bound')).join() === 'bolt 2.5,nut 100')
  expect(await world.rows('SELECT reasons[1] AS reason FROM quarantine FINAL')).toEqual([
    { reason: expect.stringContaining('no JSON') },
  ])
  expect(await world.rows(`SELECT location FROM inventory_positions_log WHERE item = 'bolt'`)).toEqual([
    { location: 'B' },
  ])
  await world.sources.act('bound', 'paused', { actor: 'Ada', reason: 'test' })
  // what was not acknowledged would be ready again now
  expect(await readyIn('plumbline.stock')).toBe(0)
  await world.sources.act('bound', 'resumed', { actor: 'Ada', reason: '' })
})

test('the headers of a CloudEvent are at hand, and name what it brings', async () => {
  const attributes = { specversion: '1.0', id: '7', source: 'wms', type: 'counted', subject: 'washer' }
  for (const prefix of ['cloudEvents:', 'cloudEvents_'])
    await publish(
      'plain',
      { location: 'A', quantity: prefix.length },
      {
        headers: Object.fromEntries(
          Object.entries(attributes).map(([name, value]) => [`${prefix}${name}`, value]),
        ),
      },
      '',
    )
  await world.until('it is there', async () => (await world.stock('plain')).join() === 'washer 12')
})

test('what is on disk and whose acknowledgement was lost comes again, and is one', async () => {
  await world.until('it is connected', async () => {
    await world.sources.pollNow()
    return errorOf('bound') === ''
  })
  const before = await taken('bound')
  wire.swallow()
  for (let quantity = 1; quantity <= 5; quantity++)
    await publish('stock.A', { item: 'pin', quantity }, { messageId: `pin-${quantity}` })
  await world.until('all is there', async () => (await world.stock('bound')).includes('pin 5'))
  expect(await taken('bound')).toBe(before + 5)
  wire.cut()
  await publish('stock.A', { item: 'last', quantity: 1 })
  await world.until('it goes on', async () => {
    await world.sources.pollNow()
    return (await world.stock('bound')).includes('last 1')
  })
  // the five came before it, once more
  expect(await taken('bound')).toBe(before + 6)
})

test('what waits there while it is paused is measured, and comes', async () => {
  await world.sources.act('bound', 'paused', { actor: 'Ada', reason: 'test' })
  await publish('stock.A', { item: 'late', quantity: 1 })
  await world.drain()
  expect(await world.stock('bound')).not.toContain('late 1')
  await world.sources.act('bound', 'resumed', { actor: 'Ada', reason: '' })
  await world.until('it came', async () => (await world.stock('bound')).includes('late 1'))
  await world.sources.pollNow()
  await world.until('it was measured', async () => {
    const found = await world.rows<{ queue: string }>(
      `SELECT DISTINCT attributes['messaging.destination.name'] AS queue, toString(plant) AS plant, toString(system) AS system
       FROM measurements WHERE name = 'messaging.queue.depth' ORDER BY queue`,
    )
    return (
      JSON.stringify(found) ===
      '[{"queue":"plain","plant":"HAM","system":"wms"},{"queue":"plumbline.stock","plant":"HAM","system":"wms"}]'
    )
  })
})

test('no more than in_flight is held; the rest waits there, and is counted', async () => {
  const source = pushEstate(sourceOf('held', server.url, '    queue: held')).sources[0] as AmqpSourceConfig
  await sender.assertQueue('held', { durable: true })
  for (let number = 0; number < 30; number++) await publish('held', { number }, {}, '')
  let held = 0
  const lost: unknown[] = []
  const full = new Promise<void>((resolve) => {
    void connectAmqp(source, {
      take: () => {
        held++
        if (held === source.in_flight) resolve()
        return new Promise(() => undefined)
      },
      lost: (error) => lost.push(error),
    }).then(async (connection) => {
      opened = connection
    })
  })
  let opened: Awaited<ReturnType<typeof connectAmqp>> | undefined
  await full
  await world.until('it is open', async () => opened !== undefined)
  expect(await readyIn('held')).toBe(10)
  expect(await opened?.backlog?.()).toEqual([{ destination: 'held', value: 30 }])
  expect(held).toBe(source.in_flight)
  await opened?.close()
  expect(lost).toEqual([])
  expect(await readyIn('held')).toBe(30)
})

test('what keeps it from its queue is said: its name, its login, that it was deleted', async () => {
  const reach = async (text: string, url = server.url) => {
    const source = pushEstate(sourceOf('one', url, text)).sources[0] as AmqpSourceConfig
    const lost: unknown[] = []
    const connection = await connectAmqp(source, {
      take: async () => undefined,
      lost: (error) => lost.push(error),
    })
    return { connection, lost }
  }
  await expect(reach('    queue: nowhere')).rejects.toThrow('The broker has no queue nowhere')
  await expect(reach(`    queue: new\n    bind: [{ exchange: nowhere, routing_key: '#' }]`)).rejects.toThrow(
    /NOT_FOUND.*nowhere/,
  )
  await expect(reach('    queue: plain', `${server.url}/elsewhere`)).rejects.toThrow(
    'lets nobody of our name into its virtual host elsewhere',
  )
  process.env.AMQP_TEST_PASSWORD = 'wrong'
  try {
    await expect(
      reach('    queue: plain\n    login: { user: guest, password_from: AMQP_TEST_PASSWORD }'),
    ).rejects.toThrow(/ACCESS.REFUSED/)
    process.env.AMQP_TEST_PASSWORD = 'guest'
    const { connection } = await reach(
      '    queue: plain\n    login: { user: guest, password_from: AMQP_TEST_PASSWORD }',
    )
    await connection.close()
  } finally {
    delete process.env.AMQP_TEST_PASSWORD
  }
  await sender.assertQueue('short', { durable: true })
  const { lost } = await reach('    queue: short')
  await sender.deleteQueue('short')
  await world.until('it is said', async () => lost.length > 0)
  expect(String(lost[0])).toContain('The queue short was deleted')
})

test('with tls the broker must prove who it is', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-tls-'))
  const [cert, key] = [join(folder, 'cert.pem'), join(folder, 'key.pem')]
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
  const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost']
  const request = ['req', '-new', '-x509', '-days', '30', '-nodes', ...curve, ...name]
  execFileSync('openssl', [...request, '-out', cert, '-keyout', key], { stdio: 'pipe' })
  const secure = await layWire(server.port, { cert: readFileSync(cert), key: readFileSync(key) })
  const reach = async (tls: string) => {
    const url = `amqps://localhost:${secure.port}`
    const source = pushEstate(sourceOf('one', url, `    queue: plain${tls}`)).sources[0] as AmqpSourceConfig
    const sink = { take: async () => undefined, lost: () => undefined }
    return (await connectAmqp(source, sink)).close()
  }
  process.env.AMQP_TEST_CA_FILE = cert
  try {
    await expect(reach('')).rejects.toThrow(/self-signed/)
    await reach('\n    tls: { ca_from: AMQP_TEST_CA }')
  } finally {
    delete process.env.AMQP_TEST_CA_FILE
    await secure.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a broker that goes and comes back: said, and gone on with', async () => {
  await model.close()
  await server.stop()
  await world.until('it is said', async () => {
    await world.sources.pollNow()
    return /127\.0\.0\.1/.test(errorOf('plain') ?? '')
  })
  await server.start()
  await openSender()
  await publish('stock.A', { item: 'back', quantity: 3 })
  await world.until('it came', async () => {
    await world.sources.pollNow()
    return (await world.stock('bound')).includes('back 3')
  })
  expect(errorOf('plain')).toBe('')
})

test('kill -9 under load: all that was sent is in the store, each once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-amqp-kill-'))
  const estate = pushEstateText(
    sourceOf(
      'killed',
      server.url,
      '    queue: killed\n    events: [{ type: counted, key: item, occurred_at: at }]',
    ),
  )
  await sender.assertQueue('killed', { durable: true })
  // one engine in a process
  await world.close()
  try {
    const store = await openStore({ dataFolder: folder })
    await migrate(store)
    await store.close()
    const life = await startLife(folder, estate)
    const gone = new Promise((resolve) => life.once('exit', resolve))
    const count = 100
    const killAfter = 20 + Math.floor(Math.random() * 60)
    for (let quantity = 1; quantity <= count; quantity++) {
      const at = new Date(Date.UTC(2026, 10, 5) + quantity).toISOString()
      await publish('killed', { location: 'A', item: 'nut', quantity, at }, {}, '')
      if (quantity === killAfter) life.kill('SIGKILL')
    }
    await gone
    world = await openPushWorld(parseEstate(estate), { folder })
    try {
      await world.sources.pollNow()
      const told = async () => (await world.rows('SELECT event_id FROM business_events')).length
      await world.until('all that was sent is there', async () => (await told()) >= count)
      expect(await told()).toBe(count)
      expect(await world.stock('killed')).toEqual([`nut ${count}`])
      expect(await readyIn('killed')).toBe(0)
    } finally {
      await world.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
