import type { MqttClient } from 'mqtt/index'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { writePayload } from '../../collectors/sources/mqtt/sparkplug-payload.ts'
import {
  hasMosquitto,
  type MqttBroker,
  openSender,
  startAedes,
  startMosquitto,
} from '../support/mqtt-broker.ts'
import { pushEstate, stockStates } from '../support/push-estate.ts'
import { openPushWorld, type PushWorld } from '../support/push-world.ts'

if (!hasMosquitto)
  console.warn('No mosquitto is on the PATH (apt-get install mosquitto): MQTT 5 is not tested here, 3.1.1 is')

let broker: MqttBroker
let world: PushWorld
let sender: MqttClient

const sources = (url: string) => `
  - source: floor
    kind: mqtt
    system: wms
    url: ${url}
    version: 4
    poll: 1h
    topics: ['plant/+/stock/#']
    records: '$merge([$, { "location": $split($message.topic, "/")[3] }])'
${stockStates}
    events: [{ type: counted, key: item, occurred_at: at }]
  - source: gateways
    kind: mqtt
    system: wms
    url: ${url}
    version: 4
    poll: 1h
    topics: ['spBv1.0/Plant1/#']
    sparkplug: true
    records: '[metrics[metric ~> /Level$/].{ "location": node, "item": device, "quantity": value, "at": at }]'
${stockStates}
`
beforeAll(async () => {
  broker = await startAedes()
  world = await openPushWorld(pushEstate(sources(broker.url)))
  await world.sources.pollNow()
  sender = await openSender(broker.url)
})
afterAll(async () => {
  await sender?.endAsync(true)
  await world?.close()
  await broker?.close()
})

const count = (item: string, quantity: number | string, at = '2026-11-05T08:00:00Z') =>
  JSON.stringify({ item, quantity, at })
const send = (text: string | Buffer, topic = 'plant/HAM/stock/A', qos: 0 | 1 | 2 = 1) =>
  sender.publishAsync(topic, text as string, { qos })
const stateOf = (source: string) => world.sources.list().find((one) => one.source === source)
const eventsOf = async (key: string) =>
  (await world.rows('SELECT event_id FROM business_events WHERE key = {key:String}', { key })).length

describe('topics', () => {
  test.each([0, 1, 2] as const)(
    'QoS %d: what is sent is mapped, by what stands in it and in its topic',
    async (qos) => {
      await send(count(`bolt${qos}`, '12.5'), 'plant/HAM/stock/B7', qos)
      await world.until('the bolt is there', async () =>
        (await world.stock('floor')).includes(`bolt${qos} 12.5`),
      )
      expect(await eventsOf(`bolt${qos}`)).toBe(1)
      expect(
        await world.rows('SELECT location FROM inventory_positions_log WHERE item = {item:String}', {
          item: `bolt${qos}`,
        }),
      ).toEqual([{ location: 'B7' }])
    },
  )

  test('what follows is newer: the last one counts', async () => {
    for (let quantity = 1; quantity <= 50; quantity++)
      await send(count('nut', quantity, new Date(Date.UTC(2026, 10, 5, 9, 0, quantity)).toISOString()))
    await world.until('the nut has its last count', async () =>
      (await world.stock('floor')).includes('nut 50'),
    )
    await world.until('all were told', async () => (await eventsOf('nut')) === 50)
  })

  test('what can not be read is acknowledged, and in quarantine with its reason', async () => {
    await send('{"item": ')
    await send(Buffer.from([0xff, 0x00]))
    await send(count('bad', 'many'))
    await world.until('all three are there', async () => {
      const found = await world.rows<{ reasons: string[]; message_id: string }>(
        `SELECT reasons, message_id FROM quarantine FINAL WHERE source = 'floor'`,
      )
      const said = found.map(({ reasons }) => reasons.join()).join('\n')
      return (
        found.length === 3 && /no JSON/.test(said) && /UTF-8/.test(said) && /expected a decimal/.test(said)
      )
    })
    await send(count('after', 1))
    await world.until('what follows gets in', async () => (await world.stock('floor')).includes('after 1'))
  })

  test('what is sent while it is paused waits at the broker', async () => {
    await world.sources.act('floor', 'paused', { actor: 'Ada', reason: 'test' })
    await send(count('later', 3))
    await world.drain()
    expect(await world.stock('floor')).not.toContain('later 3')
    await world.sources.act('floor', 'resumed', { actor: 'Ada', reason: '' })
    await world.until('it came', async () => (await world.stock('floor')).includes('later 3'))
  })

  test('a broker that is away is the state of its source; once it is back it goes on', async () => {
    await sender.endAsync(true)
    await broker.stop()
    await world.until('it is said', async () => {
      await world.sources.pollNow()
      return /could not be reached/.test(stateOf('floor')?.error ?? '')
    })
    await broker.start()
    sender = await openSender(broker.url)
    await send(count('back', 4))
    await world.sources.pollNow()
    await world.until('it came', async () => (await world.stock('floor')).includes('back 4'))
    expect(stateOf('floor')?.error).toBe('')
  })

  test('while it is connected and nothing waits it is complete up to now', async () => {
    const before = Date.now()
    await world.sources.pollNow()
    await world.until('its watermark says so', async () => {
      const [row] = await world.rows<{ at: string }>(
        `SELECT toString(toUnixTimestamp64Milli(max(complete_to))) AS at FROM watermarks WHERE source = 'floor'`,
      )
      return Number(row?.at) >= before
    })
  })
})

describe('Sparkplug B', () => {
  const at = Date.UTC(2026, 10, 5, 8)
  const publish = (type: string, payload: Record<string, unknown>, device = '') =>
    send(writePayload({ timestamp: at, ...payload }), `spBv1.0/Plant1/${type}/Gate7${device && `/${device}`}`)
  const birth = (bdSeq = 0) =>
    publish('NBIRTH', {
      seq: 0,
      metrics: [
        { name: 'bdSeq', datatype: 8, long_value: bdSeq },
        { name: 'Node Control/Rebirth', datatype: 11, boolean_value: false },
      ],
    })
  const watermark = async () =>
    (
      await world.rows<{ at: string }>(
        `SELECT toString(max(complete_to)) AS at FROM watermarks WHERE source = 'gateways'`,
      )
    )[0]?.at

  test('births name what data calls by alias; each metric that is asked for is a record', async () => {
    await birth()
    await publish(
      'DBIRTH',
      {
        seq: 1,
        metrics: [
          { name: 'Silo/Level', alias: 5, datatype: 9, float_value: 23.1 },
          { name: 'Silo/Heat', alias: 6, datatype: 3, int_value: 4294967295 },
        ],
      },
      'silo1',
    )
    await world.until('the birth was read', async () =>
      (await world.stock('gateways')).includes('silo1 23.1'),
    )
    await publish('DDATA', { seq: 2, metrics: [{ alias: 5, float_value: 19.75 }] }, 'silo1')
    await publish('DDATA', { seq: 3, metrics: [{ alias: 6, int_value: 7 }] }, 'silo1')
    await world.until('data was read', async () => (await world.stock('gateways')).includes('silo1 19.75'))
    expect(await world.rows(`SELECT body FROM quarantine WHERE source = 'gateways'`)).toEqual([])
    await world.sources.pollNow()
    expect(stateOf('gateways')?.error).toBe('')
  })

  test('a number that is left out is said, holds the watermark, and asks for a birth', async () => {
    await world.drain()
    const before = await watermark()
    const asked = new Promise<string>((resolve) => sender.once('message', (topic) => resolve(topic)))
    await sender.subscribeAsync('spBv1.0/Plant1/NCMD/#')
    await publish('DDATA', { seq: 9, metrics: [{ alias: 5, float_value: 18 }] }, 'silo1')
    await world.until('what came was taken', async () => (await world.stock('gateways')).includes('silo1 18'))
    expect(await asked).toBe('spBv1.0/Plant1/NCMD/Gate7')
    await world.sources.pollNow()
    expect(stateOf('gateways')?.error).toContain('Plant1/Gate7 lacks messages: number 9 came after 3')
    await world.drain()
    expect(await watermark()).toBe(before)
  })

  test('an alias that no birth has named goes to quarantine, whole', async () => {
    await publish('DDATA', { seq: 10, metrics: [{ alias: 99, float_value: 1 }] }, 'silo1')
    await world.until('it is there', async () => {
      const found = await world.rows<{ reasons: string[] }>(
        `SELECT reasons FROM quarantine FINAL WHERE source = 'gateways'`,
      )
      return found.length === 1 && /calls a metric 99/.test(found[0]?.reasons[0] ?? '')
    })
  })

  test('a death holds the watermark until it is born again; the will of an older life says nothing', async () => {
    const death = (bdSeq: number) =>
      publish('NDEATH', { metrics: [{ name: 'bdSeq', datatype: 8, long_value: bdSeq }] })
    await birth(1)
    await world.sources.pollNow()
    const error = () => stateOf('gateways')?.error ?? ''
    const saying = (isSo: () => boolean) =>
      world.until('its state', async () => {
        await world.sources.pollNow()
        return isSo()
      })
    await saying(() => error() === '')
    await death(0)
    await saying(() => error() === '')
    await death(1)
    await saying(() => /Plant1\/Gate7 is dead/.test(error()))
    await birth(2)
    await saying(() => error() === '')
  })
})

// Debian's mosquitto speaks MQTT 5; where it is not on the PATH the rest of this file, on MQTT 3.1.1, is all there is
if (hasMosquitto)
  test('MQTT 5 against a mosquitto: a session that outlives our connection', async () => {
    const real = await startMosquitto()
    const five = sources(real.url)
      .replaceAll('version: 4', 'version: 5')
      .replace('source: floor', 'source: five')
    await world.close()
    world = await openPushWorld(pushEstate(five))
    const other = await openSender(real.url, 5)
    try {
      await world.sources.pollNow()
      await other.publishAsync('plant/HAM/stock/A', count('m5', 1), { qos: 2 })
      await world.until('it came', async () => (await world.stock('five')).includes('m5 1'))
      await world.sources.act('five', 'paused', { actor: 'Ada', reason: 'test' })
      await other.publishAsync('plant/HAM/stock/A', count('m5', 2), { qos: 1 })
      await world.sources.act('five', 'resumed', { actor: 'Ada', reason: '' })
      await world.until('it was kept for us', async () => (await world.stock('five')).includes('m5 2'))
    } finally {
      await other.endAsync(true)
      await real.close()
    }
  })
