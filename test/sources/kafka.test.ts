import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import kafkajs, { type Admin } from 'kafkajs'
import { compress } from 'snappyjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSnappy } from '../../collectors/sources/kafka/codecs.ts'
import { connectKafka } from '../../collectors/sources/kafka/connect.ts'
import type { Connection } from '../../collectors/sources/push/broker.ts'
import { parseEstate } from '../../server/core/estate.ts'
import type { KafkaSourceConfig } from '../../server/core/estate-kafka-schema.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import { type KafkaBroker, startKafka } from '../support/kafka-broker.ts'
import { pushEstate, pushEstateText, stockStates } from '../support/push-estate.ts'
import { startLife } from '../support/push-life.ts'
import { openPushWorld, type PushWorld } from '../support/push-world.ts'

let broker: KafkaBroker
let admin: Admin
let world: PushWorld
const sourceOf = (name: string, more = '') => `
  - source: ${name}
    kind: kafka
    system: wms
    brokers: ['${broker.address}']
    topics: [${name}]
    poll: 1h
    in_flight: 20
    session: 4s
${more}
${stockStates}
`
beforeAll(async () => {
  broker = await startKafka()
  admin = new kafkajs.Kafka({
    brokers: [broker.address],
    logLevel: kafkajs.logLevel.NOTHING,
  }).admin()
  await admin.connect()
  // what is asked for is made
  for (const topic of ['stock', 'killed', 'held'])
    await broker.produce(topic, [JSON.stringify({ location: 'A', item: 'first', quantity: 1 })])
  const records = `    records: '$message.is_tombstone ? { "location": "A", "item": $message.key, "quantity": 0 } : $merge([$, $message.event.{ "item": subject }])'`
  world = await openPushWorld(pushEstate(sourceOf('stock', records)))
  await world.sources.pollNow()
})
afterAll(async () => {
  await world?.close()
  await admin?.disconnect()
  await broker?.close()
})

const counts = (item: string, from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) =>
    JSON.stringify({
      location: 'A',
      item,
      quantity: from + index,
      at: new Date(Date.UTC(2026, 10, 5) + from + index).toISOString(),
    }),
  )
/** What the group has said it has, of all partitions */
const committed = async (source: string) => {
  const [topic] = await admin.fetchOffsets({ groupId: `plumbline-${source}`, topics: [source] })
  return (topic?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
}
const shows = (...expected: string[]) =>
  world.until(`${expected}`, async () => {
    const found = await world.stock('stock')
    return expected.every((one) => found.includes(one))
  })

describe('a topic', () => {
  test('taken in the order of its partitions, committed once on disk, poison too', async () => {
    await broker.produce('stock', counts('nut', 1, 100), '-k', 'nut')
    await broker.produce('stock', ['no json'])
    await broker.produce('stock', counts('bolt', 7, 7))
    await shows('first 1', 'nut 100', 'bolt 7')
    expect(await world.rows('SELECT reasons[1] AS reason FROM quarantine FINAL')).toEqual([
      { reason: expect.stringContaining('no JSON') },
    ])
    await world.until('the group knows', async () => (await committed('stock')) === 103)
  })

  test('the headers of a CloudEvent are at hand, and a key whose value is gone', async () => {
    const attributes = { specversion: '1.0', id: '7', source: 'wms', type: 'counted', subject: 'washer' }
    const headers = Object.entries(attributes).flatMap(([name, value]) => ['-H', `ce_${name}=${value}`])
    await broker.produce('stock', ['{"location": "A", "quantity": 12}'], ...headers)
    await shows('washer 12')
    await broker.produce('stock', ['bolt:'], '-K', ':', '-Z')
    await shows('bolt 0')
  })

  test.each(['gzip', 'snappy', 'lz4', 'zstd'])('batches that are packed with %s', async (codec) => {
    const lines = counts(codec, 1, 50)
    await broker.produce(
      'stock',
      lines,
      '-k',
      codec,
      '-X',
      `compression.codec=${codec}`,
      '-X',
      'linger.ms=50',
    )
    await shows(`${codec} 50`)
  })

  test('how far the group is behind is measured, by partition', async () => {
    await world.sources.act('stock', 'paused', { actor: 'Ada', reason: 'test' })
    await broker.produce('stock', counts('late', 1, 5), '-k', 'late')
    await world.drain()
    expect(await world.stock('stock')).not.toContain('late 5')
    await world.sources.act('stock', 'resumed', { actor: 'Ada', reason: '' })
    await shows('late 5')
    await world.sources.pollNow()
    await world.until('it was measured', async () => {
      const found = await world.rows(
        `SELECT attributes['messaging.destination.name'] AS topic, attributes['messaging.destination.partition.id'] AS partition,
           toString(argMax(value, ts)) AS lag
         FROM measurements WHERE name = 'kafka.consumer_group.lag' AND plant = 'HAM' AND system = 'wms'
         GROUP BY topic, partition ORDER BY partition`,
      )
      return (
        JSON.stringify(found) ===
        JSON.stringify([0, 1, 2, 3].map((number) => ({ topic: 'stock', partition: `${number}`, lag: '0' })))
      )
    })
    expect(world.sources.list()[0]?.error).toBe('')
  })
})

test('no more than in_flight is on its way to the disk; nothing is committed before, and what was not comes again', async () => {
  const source = pushEstate(sourceOf('held')).sources[0] as KafkaSourceConfig
  await broker.produce('held', counts('held', 1, 50), '-k', 'one', '-X', 'linger.ms=50')
  const open = async (take: (identity: string) => Promise<void>) => {
    const lost: unknown[] = []
    const connection = await connectKafka(source, {
      take: ({ identity = '' }) => take(identity),
      lost: (error) => lost.push(error),
    })
    return { connection, lost }
  }
  const first: string[] = []
  let give: ((error: Error) => void) | undefined
  const held = new Promise<void>((_, reject) => {
    give = reject
  })
  const one = await open((identity) => {
    first.push(identity)
    return first.length === 1 ? Promise.resolve() : held
  })
  await world.until('it is full', async () => first.length >= source.in_flight)
  // the one message of another partition came first, or waits behind
  expect(first.length).toBeLessThanOrEqual(source.in_flight + 1)
  const behind = await lagOf(one.connection)
  expect(behind).toBeGreaterThanOrEqual(50)
  give?.(new Error('the connection is given up'))
  await world.until('it is over', async () => one.lost.length > 0)
  await one.connection.close()
  const again = new Set<string>()
  const two = await open(async (identity) => {
    again.add(identity)
  })
  await world.until('all came', async () => (await lagOf(two.connection)) === 0)
  // by the same names, so that what was on disk is one
  for (const identity of first.slice(1)) expect(again).toContain(identity)
  await two.connection.close()
  expect(two.lost).toEqual([])
})
const lagOf = async (connection: Connection) =>
  ((await connection.backlog?.()) ?? []).reduce((sum, { value }) => sum + value, 0)

test('a broker that is not there is said', async () => {
  const source = {
    ...(pushEstate(sourceOf('one')).sources[0] as KafkaSourceConfig),
    brokers: ['127.0.0.1:9'],
  }
  const sink = { take: async () => undefined, lost: () => undefined }
  await expect(connectKafka(source, sink)).rejects.toThrow(/127\.0\.0\.1:9.*(ECONNREFUSED|Connection error)/)
})

test("snappy in the frames of Java's clients", () => {
  const blocks = ['one ', 'two'].map((text) => compress(Buffer.from(text)))
  const framed = blocks.flatMap((block) => {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(block.length)
    return [length, block]
  })
  const header = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
  expect(String(readSnappy(Buffer.concat([header, ...framed])))).toBe('one two')
})

test('kill -9 under load, and a group dealt anew: all that was sent is in the store, each once', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-kafka-kill-'))
  const estate = pushEstateText(
    sourceOf('killed', '    events: [{ type: counted, key: item, occurred_at: at }]'),
  )
  // one engine in a process
  await world.close()
  try {
    const store = await openStore({ dataFolder: folder })
    await migrate(store)
    await store.close()
    const life = await startLife(folder, estate)
    const gone = new Promise((resolve) => life.once('exit', resolve))
    for (let from = 1; from <= 200; from += 50) {
      await broker.produce('killed', counts('nut', from, from + 49), '-k', 'nut')
      if (from === 101) life.kill('SIGKILL')
    }
    await gone
    world = await openPushWorld(parseEstate(estate), { folder })
    try {
      await world.sources.pollNow()
      const told = async () => (await world.rows('SELECT event_id FROM business_events')).length
      await world.until('all that was sent is there', async () => (await told()) >= 200)
      expect(await told()).toBe(200)
      expect(await world.stock('killed')).toContain('nut 200')
      await world.until('the group knows', async () => (await committed('killed')) === 201)
    } finally {
      await world.close()
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
