import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import type { SourceList } from '../../server/api/schemas/sources.ts'
import { openStore } from '../../sql/open.ts'
import { type Product, startProduct } from '../support/product.ts'
import { makeSmallDisk, type SmallDisk } from '../support/small-disk.ts'

// The whole product on a disk that a test fills up, with a clock that a test sets.
const own = mkdtempSync(join(tmpdir(), 'plumbline-troubled-'))
const clock = join(own, 'clock')
const estate = join(own, 'estate.yaml')
writeFileSync(
  estate,
  `
name: Trouble
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: wms, name: WMS, role: wms }
  - { system: mes, name: Lines, role: mes }
teams: [{ team: ops, name: Operations }]
sources:
  - { source: erp, kind: events, system: erp }
  - { source: wms, kind: events, system: wms }
  - { source: mes, kind: events, system: mes }
checks:
  - { check: inventory_on_hand, team: ops, grace: 0s, materiality: 0, schedule: '* * * * * *' }
disk: { warn_at: 12MiB, refuse_at: 4MiB }
`,
)
let disk: SmallDisk
let product: Product
beforeAll(async () => {
  disk = await makeSmallDisk(192)
  product = await startProduct({
    estate,
    folder: join(disk.folder, 'data'),
    within: disk.within,
    isFirst: true,
    env: {
      NODE_OPTIONS: `--import ${new URL('../support/shifted-clock.mjs', import.meta.url).href}`,
      PLUMBLINE_TEST_CLOCK: clock,
    },
  })
})
afterAll(async () => {
  await product?.end()
  disk?.close()
  rmSync(own, { recursive: true, force: true })
})

const acknowledged = new Set<string>()
const refused = new Set<string>()
let number = 0
type Said = { status: number; retryAfter: number; code: string; message: string; quarantined: number }
/** Sends so many events of so many bytes each; what is said of them is kept. */
async function send(count: number, bytes: number): Promise<Said> {
  const events = Array.from({ length: count }, () => ({
    ...eventOf('mes', 'test.fact', { note: 'x'.repeat(bytes) }),
    subject: `fact-${number}`,
  }))
  const answer = await post(events)
  for (const { id } of events) (answer.status === 202 ? acknowledged : refused).add(id)
  return answer
}
const eventOf = (source: string, type: string, data: object) => ({
  specversion: '1.0',
  id: `trouble-${++number}`,
  source,
  type,
  subject: 'A',
  plant: 'HAM',
  time: new Date().toISOString(),
  data,
})
async function post(events: object[]): Promise<Said> {
  const answer = await fetch(`${product.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(events),
    signal: AbortSignal.timeout(20_000),
  })
  const body = (await answer.json()) as { error?: { code: string; message: string }; quarantined?: number }
  return {
    status: answer.status,
    retryAfter: Number(answer.headers.get('retry-after')),
    code: body.error?.code ?? '',
    message: body.error?.message ?? '',
    quarantined: body.quarantined ?? 0,
  }
}
const until = async (what: string, isSo: () => Promise<boolean> | boolean) => {
  for (let tries = 0; tries < 300; tries++) {
    if (await isSo()) return
    await sleep(100)
  }
  throw new Error(`${what}: it did not come to that\n${product.log().slice(-3000)}`)
}
const spool = async () => (await product.get<SourceList>('/api/sources')).spool
const isLoaded = async () => (await spool()).waiting_bytes === 0

test('a disk that fills up in the middle of a write: nothing is acknowledged that is not there, and all that was is', {
  timeout: 120_000,
}, async () => {
  await send(20, 1000)
  let torn = 0
  // each look at the disk is a second apart: between two of them it is filled, and what is written then meets its end
  for (let tries = 0; tries < 20 && torn === 0; tries++) {
    disk.empty()
    await until('there is room again', async () => (await send(1, 10)).status === 202)
    // in the spool, and not yet with the engine
    await send(20, 1000)
    disk.fill(0)
    const answer = await send(200, 10_000)
    if (answer.message.includes('filled up while it was written')) torn++
  }
  expect(torn).toBe(1)
  for (let turn = 0; turn < 5; turn++)
    expect(await send(5, 1000)).toMatchObject({
      status: 503,
      retryAfter: 10,
      code: 'disk_full',
      message: expect.stringMatching(
        /the disk of the data folder has too little room: 0 MB of 201 MB are free/,
      ),
    })
  // who watches is told, as far as the engine answers with no byte to write
  expect((await fetch(`${product.url}/healthz`)).status).toBe(200)
  expect((await spool()).refusing).toContain('the disk of the data folder')
  const health = await product.get<OwnHealth>('/api/health')
  expect(health.parts.find(({ part }) => part === 'disk')?.status).toBe('breach')
  disk.empty()
  await until('it is taken again, by itself', async () => (await send(5, 1000)).status === 202)
  await until('all is with the engine', isLoaded)
  expect(refused.size).toBeGreaterThan(200)
})

/** Sets the clock of the product, so far ahead of ours. */
const setClock = async (aheadMs: number) => {
  const said = product.log().length
  writeFileSync(clock, String(aheadMs))
  process.kill(product.pid, 'SIGUSR2')
  await until('it sees that its clock was set', () => product.log().slice(said).includes('the clock was set'))
}
const hour = 3_600_000
const runs = async () =>
  (await product.get<{ rows: { run: string; outcome: string; reason: string }[] }>('/api/runs?limit=200'))
    .rows
const complete = () => post(['erp', 'wms'].map((source) => eventOf(source, 'com.plumbline.watermark.v1', {})))
const cases = async () =>
  (await product.get<ExceptionList>('/api/exceptions?state=all')).rows.map(
    ({ number: of, state, amount }) => ({
      of,
      state,
      amount,
    }),
  )

test('a clock that is set forward and back, by an hour and by days: nothing is lost or held up, no case opens or closes', {
  timeout: 120_000,
}, async () => {
  await post(
    ['erp', 'wms'].map((source, index) =>
      eventOf(source, 'stock.counted', {
        states: {
          inventory_positions: [
            { location: 'L1', item: 'A', quantity: String(100 - index), unit: 'PCE', unit_cost: '2' },
          ],
        },
      }),
    ),
  )
  await until('the case is open', async () => {
    await complete()
    return (await cases()).length === 1
  })
  const before = await cases()
  for (const ahead of [hour, -hour, 3 * 24 * hour, 0]) {
    await setClock(ahead)
    const known = new Set((await runs()).map(({ run }) => run))
    // who sends has the right time: to one whose clock is behind that is the future, and it says so
    const answer = await send(10, 100)
    expect([answer.status, answer.quarantined]).toEqual([202, ahead < 0 ? 10 : 0])
    await until('what was sent is with the engine', isLoaded)
    const newest = async () => (await runs()).filter(({ run }) => !known.has(run))
    await until('checks go on by themselves', async () => (await newest()).length > 0)
    // not one for each time that was passed over
    expect((await newest()).length).toBeLessThan(100)
    if (ahead > 0)
      await until('what was said before is too old for it', async () => {
        const [run] = await newest()
        return run?.outcome === 'incomplete' && run.reason.includes('is stale')
      })
    expect(await cases()).toEqual(before)
    const { parts } = await product.get<OwnHealth>('/api/health')
    expect(parts.find(({ part }) => part === 'spool_age')?.value).toBeLessThan(30)
    expect(parts.find(({ part }) => part === 'loader_lag')?.value ?? 0).toBeGreaterThanOrEqual(0)
    const lags = (await product.get<SourceList>('/api/sources')).sources.flatMap(({ lag_s }) => lag_s ?? [])
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(0)
  }
  await until('it judges again once its clock is right', async () => {
    await complete()
    return (await runs())[0]?.outcome === 'ok'
  })
  expect(await cases()).toEqual(before)
})

test('what the store has at the end: all that was acknowledged, once, and nothing that was refused', async () => {
  await until('all is with the engine', isLoaded)
  await product.end()
  const copy = join(own, 'copy')
  mkdirSync(copy)
  cpSync(join(disk.path, 'data', 'engine'), join(copy, 'engine'), { recursive: true })
  const store = await openStore({ dataFolder: copy })
  const rows = await store.rows<{ id: string; rows: number }>(
    `SELECT id, toUInt32(count()) AS rows FROM (
       SELECT event_id AS id FROM business_events WHERE type = 'test.fact'
       UNION ALL SELECT message_id FROM quarantine WHERE source = 'mes')
     GROUP BY id`,
  )
  const chain = await store.rows<{ trail: number }>(
    "SELECT toUInt32(count()) AS trail FROM quarantine WHERE source = 'spool'",
  )
  await store.close()
  const stored = new Set(rows.map(({ id }) => id))
  expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([])
  expect([...refused].filter((id) => stored.has(id))).toEqual([])
  expect(rows.filter((row) => row.rows > 1)).toEqual([])
  expect(chain).toEqual([{ trail: 0 }])
})
