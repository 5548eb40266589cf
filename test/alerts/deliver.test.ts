import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { retryDelays, scheduleMs } from '../../reconcilers/alerts/delivery-schedule.ts'
import type { Store } from '../../sql/store.ts'
import { openEmptyStore } from '../support/store.ts'
import { openDelivery, openEar, otherKey, say, signingKey, someAlert } from './deliver-world.ts'

// Deliveries against real HTTP servers that misbehave, on a clock on which a day passes in a moment.
const h = 3_600_000
let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

let count = 0
const hook = (url: string, changes: object = {}) => ({
  receiver: `hook_${++count}`,
  kind: 'webhook',
  url,
  secrets_from: ['SIGNING_KEY'],
  allow_private: true,
  timeout: '2s',
  ...changes,
})
const stepsOf = (receiver: string, sequence = '1') => store.query('deliver_steps', { receiver, sequence })
const groups = (numbers: number[]) => numbers.map((number) => ({ group_key: `group ${number}` }))

describe('a receiver that misbehaves', () => {
  test('down for a day: every word arrives, once and in order, by the schedule of the standard', async () => {
    const start = Date.UTC(2026, 0, 5, 8)
    const ear = await openEar(() => (world.clock.at < start + 24 * h ? 'break' : { status: 204 }))
    const config = hook(ear.url)
    const world = await openDelivery(store, [config])
    const told = await say(world, config.receiver, groups([1, 2, 3, 4, 5]))
    await world.delivery.idle()
    expect(ear.taken.map((each) => each.id)).toEqual(told.map((each) => each.id))
    const steps = await stepsOf(config.receiver)
    expect(steps.map((step) => step.outcome)).toEqual([...Array(7).fill('retry'), 'delivered'])
    // random stands in the middle, so that the delays are the standard's own
    const waits = steps.slice(0, -1).map((step) => Date.parse(step.next_at) - Date.parse(step.at))
    expect(waits).toEqual(retryDelays.slice(0, 7))
    expect(steps[0]?.reason).toMatch(/other side closed|socket hang up|ECONNRESET/)
    await world.delivery.stop()
    await ear.close()
  })

  test.each([
    [
      '429 with seconds',
      { status: 429, headers: { 'retry-after': '900' } },
      900_000,
      'it answered 429 and asked to wait 900 s',
    ],
    [
      '503 with a moment',
      { status: 503, headers: { 'retry-after': new Date(Date.UTC(2026, 0, 5, 9)).toUTCString() } },
      h,
      'it answered 503 and asked to wait 3600 s',
    ],
    [
      '429 that asks for years',
      { status: 429, headers: { 'retry-after': '999999999' } },
      24 * h,
      'it answered 429 and asked to wait 86400 s',
    ],
    [
      '429 that asks for less than the schedule',
      { status: 429, headers: { 'retry-after': '1' } },
      5_000,
      'it answered 429 and asked to wait 1 s',
    ],
    ['500', { status: 500, body: 'no' }, 5_000, 'it answered 500'],
    [
      'a redirect',
      { status: 302, headers: { location: 'http://127.0.0.1:1/elsewhere' } },
      5_000,
      'it answered 302: redirects are not followed',
    ],
    ['a hang', 'hang' as const, 5_000, 'it did not answer within 100 ms'],
  ])('%s: again, not before it wants', async (_name, answer, least, reason) => {
    const ear = await openEar(({ count }) => (count === 1 ? answer : { status: 200 }))
    const config = hook(ear.url, { timeout: '100ms' })
    const world = await openDelivery(store, [config])
    const told = await say(world, config.receiver, groups([1, 2]))
    await world.delivery.idle()
    expect(ear.taken.map((each) => each.id)).toEqual(told.map((each) => each.id))
    expect(ear.heard).toBe(3)
    const [first, second] = await stepsOf(config.receiver)
    expect(first).toMatchObject({ outcome: 'retry', reason, attempt: 1 })
    expect(second).toMatchObject({ outcome: 'delivered', status_code: 200, attempt: 2 })
    const wait = Date.parse(first?.next_at ?? '') - Date.parse(first?.at ?? '')
    expect(wait).toBeGreaterThanOrEqual(least)
    expect(wait).toBeLessThan(least * 1.1 + 1)
    await world.delivery.stop()
    await ear.close()
  })

  test('410: no more calls until a person enables it, then all that waited, in order', async () => {
    const ear = await openEar(() => ({ status: 410, body: 'gone' }))
    const config = hook(ear.url)
    const world = await openDelivery(store, [config])
    const told = await say(world, config.receiver, groups([1, 2, 3]))
    await world.delivery.idle()
    expect(ear.heard).toBe(1)
    expect(await stepsOf(config.receiver)).toMatchObject([
      {
        outcome: 'disabled',
        status_code: 410,
        answer: 'gone',
        reason: 'it answered 410: it wants no more calls',
      },
    ])
    // also after a restart
    await world.delivery.stop()
    const again = await openDelivery(store, [config], world.clock)
    await again.delivery.idle()
    expect(ear.heard).toBe(1)
    ear.play = () => ({ status: 200 })
    await again.delivery.enable(config.receiver, 'anna')
    await again.delivery.idle()
    expect(ear.taken.map((each) => each.id)).toEqual(told.map((each) => each.id))
    expect((await stepsOf(config.receiver)).map((step) => [step.outcome, step.actor])).toEqual([
      ['disabled', ''],
      ['enabled', 'anna'],
      ['delivered', ''],
    ])
    await expect(again.delivery.enable(config.receiver, 'anna')).rejects.toMatchObject({
      code: 'receiver_enabled',
    })
    await again.delivery.stop()
    await ear.close()
  })

  test('down for good: given up with the reason, and those in line behind it are tried once, not for days', async () => {
    const ear = await openEar(() => ({ status: 500 }))
    const config = hook(ear.url)
    const world = await openDelivery(store, [config])
    await say(world, config.receiver, groups([1, 2, 3]))
    await world.delivery.idle()
    expect(ear.heard).toBe(retryDelays.length + 1 + 2)
    expect(world.clock.at - Date.UTC(2026, 0, 5, 8)).toBeGreaterThanOrEqual(scheduleMs)
    const steps = await stepsOf(config.receiver)
    expect(steps).toHaveLength(10)
    expect(steps.at(-1)).toMatchObject({
      outcome: 'given_up',
      attempt: 10,
      reason: 'given up after 10 attempts and 3 d 3 h: it answered 500',
    })
    expect(await stepsOf(config.receiver, '3')).toMatchObject([{ outcome: 'given_up', attempt: 1 }])
    // what comes then has the whole schedule again
    ear.play = ({ count }) => ({ status: count < 15 ? 500 : 200 })
    await say(world, config.receiver, groups([4]))
    await world.delivery.idle()
    expect((await stepsOf(config.receiver, '4')).at(-1)).toMatchObject({ outcome: 'delivered' })
    await world.delivery.stop()
    await ear.close()
  })
})

describe('a dead-man’s switch', () => {
  const beat = { group_key: 'heartbeat', alerts: [someAlert({ condition: 'heartbeat', path: '/alerts' })] }
  const every = 60_000

  test('down for six minutes: it hears of us within a minute after, whatever else it is owed', async () => {
    const up = Date.UTC(2026, 0, 5, 8, 6)
    const ear = await openEar(() => (world.clock.at < up ? { status: 503 } : { status: 200 }))
    const config = hook(ear.url)
    const world = await openDelivery(store, [config], undefined, { receiver: config.receiver, every })
    const told = await say(world, config.receiver, [{ group_key: 'a' }, beat])
    await world.delivery.idle()
    expect(ear.taken.map((each) => each.id)).toEqual(told.map((each) => each.id))
    expect(world.clock.at).toBeLessThanOrEqual(up + every)
    const steps = await stepsOf(config.receiver)
    const waits = steps.slice(0, -1).map((step) => Date.parse(step.next_at) - Date.parse(step.at))
    expect(waits).toEqual([5_000, ...Array(6).fill(every)])
    await world.delivery.stop()
    await ear.close()
  })

  test('down for good: what it is owed is given up by its age, as elsewhere', async () => {
    const ear = await openEar(() => ({ status: 500 }))
    const config = hook(ear.url)
    // seldom enough that three days are few attempts
    const rare = { receiver: config.receiver, every: 8 * h }
    const world = await openDelivery(store, [config], undefined, rare)
    await say(world, config.receiver, [{ group_key: 'a' }])
    await world.delivery.idle()
    const steps = await stepsOf(config.receiver)
    expect(steps.at(-1)).toMatchObject({ outcome: 'given_up' })
    expect(steps.length).toBeGreaterThan(retryDelays.length + 1)
    expect(Date.parse(steps.at(-1)?.at ?? '') - Date.UTC(2026, 0, 5, 8)).toBeGreaterThanOrEqual(scheduleMs)
    await world.delivery.stop()
    await ear.close()
  })

  test('of many signs of life only the newest is given; all else is told', async () => {
    const ear = await openEar()
    const config = hook(ear.url)
    const world = await openDelivery(store, [config], undefined, { receiver: config.receiver, every })
    const told = await say(world, config.receiver, [beat, beat, { group_key: 'a' }, beat, { group_key: 'b' }])
    await world.delivery.idle()
    expect(ear.taken.map((each) => each.id)).toEqual([2, 3, 4].map((at) => told[at]?.id))
    expect(await stepsOf(config.receiver)).toMatchObject([
      { outcome: 'skipped', attempt: 0, reason: 'a newer sign of life takes its place' },
    ])
    await world.delivery.stop()
    await ear.close()
  })
})

describe('restarts', () => {
  test('killed at any moment, it goes on where it was', async () => {
    const ear = await openEar(({ count }) => (count % 3 === 0 ? { status: 200 } : { status: 503 }))
    const config = hook(ear.url)
    let world = await openDelivery(store, [config])
    const told = await say(world, config.receiver, groups([1, 2, 3, 4, 5, 6]))
    for (let starts = 0; starts < 8; starts++) {
      const before = ear.heard
      await vi.waitUntil(() => ear.heard > before || ear.taken.length === told.length, {
        timeout: 5_000,
        interval: 1,
      })
      await world.delivery.stop()
      world = await openDelivery(store, [config], world.clock)
    }
    await world.delivery.idle()
    expect(ear.taken.map((each) => each.id)).toEqual(told.map((each) => each.id))
    await world.delivery.stop()
    await ear.close()
  })

  test('what was taken and could not be written down is told again by the same id: at least once', async () => {
    const ear = await openEar()
    const config = hook(ear.url)
    let failures = 2
    const shaky: Store = {
      ...store,
      insert: (table, rows, options) =>
        table === 'deliveries' && failures-- > 0
          ? Promise.reject(new Error('the disk is full'))
          : store.insert(table, rows, options),
    }
    const world = await openDelivery(shaky, [config])
    const [one, two] = await say(world, config.receiver, groups([1, 2]))
    await world.delivery.idle()
    expect(ear.taken.map((each) => each.id)).toEqual([one?.id, one?.id, one?.id, two?.id])
    expect(new Set(ear.taken.slice(0, 3).map((each) => each.body)).size).toBe(1)
    await world.delivery.stop()
    await ear.close()
  })
})

describe('what people ask for', () => {
  test('a test arrives as firing and as over, through the same line', async () => {
    const ear = await openEar()
    const config = hook(ear.url)
    const world = await openDelivery(store, [config])
    const sequence = await world.delivery.sendTest(config.receiver)
    await world.delivery.idle()
    expect(sequence).toBe('1')
    const bodies = ear.taken.map((each) => JSON.parse(each.body))
    expect(bodies.map((body) => [body.type, body.data.is_test])).toEqual([
      ['alert.firing', true],
      ['alert.resolved', true],
    ])
    await expect(world.delivery.sendTest('nobody')).rejects.toMatchObject({ code: 'receiver_unknown' })
    await world.delivery.stop()
    await ear.close()
  })

  test('resent is what failed, at once, and the last word of a group; never a word that is overtaken', async () => {
    let isUp = false
    const ear = await openEar(() => (isUp ? { status: 200 } : { status: 500 }))
    const config = hook(ear.url)
    const world = await openDelivery(store, [config])
    await say(world, config.receiver, [{ group_key: 'a' }, { group_key: 'b' }])
    await world.delivery.idle()
    await say(world, config.receiver, [{ group_key: 'b', status: 'resolved' }])
    isUp = true
    await world.delivery.idle()
    expect(ear.taken.map((each) => JSON.parse(each.body).data.group_key)).toEqual(['b'])
    await world.delivery.resend(config.receiver, '1', 'anna')
    await world.delivery.idle()
    expect(ear.taken.map((each) => JSON.parse(each.body).data.group_key)).toEqual(['b', 'a'])
    expect((await stepsOf(config.receiver)).slice(-2)).toMatchObject([
      { outcome: 'asked', actor: 'anna' },
      { outcome: 'delivered', attempt: 1 },
    ])
    await expect(world.delivery.resend(config.receiver, '2', 'anna')).rejects.toMatchObject({
      code: 'delivery_overtaken',
    })
    await expect(world.delivery.resend(config.receiver, '99', 'anna')).rejects.toMatchObject({
      code: 'delivery_unknown',
    })
    await world.delivery.resend(config.receiver, '3', 'anna')
    await world.delivery.idle()
    expect(ear.taken).toHaveLength(3)
    expect(new Set(ear.taken.map((each) => each.id)).size).toBe(2)
    await world.delivery.stop()
    await ear.close()
  })

  test('one that does not want to hear that it is over hears only what fires', async () => {
    const ear = await openEar()
    const config = hook(ear.url, { send_resolved: false })
    const world = await openDelivery(store, [config])
    const over = someAlert({ fingerprint: 'f-2', status: 'resolved', ends_at: '2026-01-05T09:00:00.000Z' })
    await say(world, config.receiver, [
      { alerts: [someAlert(), over] },
      { status: 'resolved', alerts: [over] },
      { alerts: [someAlert()] },
    ])
    await world.delivery.idle()
    const told = ear.taken.map((each) =>
      JSON.parse(each.body).data.alerts.map((alert: { fingerprint: string }) => alert.fingerprint),
    )
    expect(told).toEqual([['f-1'], ['f-1']])
    expect(await stepsOf(config.receiver, '2')).toMatchObject([{ outcome: 'skipped', attempt: 0 }])
    await world.delivery.stop()
    await ear.close()
  })

  test('a receiver that hangs or fails holds up no other', async () => {
    const slow = await openEar(() => 'hang')
    const quick = await openEar()
    const [one, two] = [hook(slow.url, { timeout: '30s' }), hook(quick.url)]
    const world = await openDelivery(store, [one, two])
    await say(world, one.receiver, groups([1]))
    const told = await say(world, two.receiver, groups([1, 2, 3]))
    await vi.waitUntil(() => quick.taken.length === told.length, { timeout: 5_000, interval: 5 })
    await slow.close()
    await world.delivery.stop()
    await quick.close()
  })
})

describe('Standard Webhooks', () => {
  test('its own package verifies each message with either key, and refuses what was tampered with', async () => {
    const ear = await openEar()
    const config = hook(ear.url, { secrets_from: ['SIGNING_KEY', 'OTHER_KEY'] })
    const world = await openDelivery(store, [config])
    world.clock.at = Date.now()
    await say(world, config.receiver, [{ alerts: [someAlert({ title: 'Grüße <&> 🚚\u0000 "quoted"' })] }])
    await world.delivery.idle()
    const [{ body, headers }] = ear.taken as [(typeof ear.taken)[number]]
    const signed = headers as Record<string, string>
    expect(signed['webhook-signature']?.split(' ')).toHaveLength(2)
    for (const key of [signingKey, otherKey])
      expect(new Webhook(key).verify(body, signed)).toMatchObject({ type: 'alert.firing' })
    const one = new Webhook(signingKey)
    expect(() => one.verify(body.replace('212', '213'), signed)).toThrow('No matching signature')
    expect(() => one.verify(body, { ...signed, 'webhook-id': 'another' })).toThrow('No matching signature')
    expect(() =>
      one.verify(body, { ...signed, 'webhook-timestamp': String(Math.floor(Date.now() / 1000) + 1) }),
    ).toThrow('No matching signature')
    expect(() => new Webhook(`whsec_${Buffer.alloc(32, 1).toString('base64')}`).verify(body, signed)).toThrow(
      'No matching signature',
    )
    await world.delivery.stop()
    await ear.close()
  })
})
