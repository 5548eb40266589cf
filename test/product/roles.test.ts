import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import { readSettings } from '../../server/core/settings.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'
import { type ClickHouse, startClickHouse } from '../support/clickhouse.ts'
import { type Product, startProduct } from '../support/product.ts'

const folder = mkdtempSync(join(tmpdir(), 'plumbline-roles-'))
const estate = join(folder, 'estate.yaml')
writeFileSync(
  estate,
  `
name: Roles
currency: EUR
plants: [{ plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }]
systems:
  - { system: erp, name: ERP, role: erp }
  - { system: wms, name: WMS, role: wms }
teams: [{ team: ops, name: Operations }]
sources:
  - { source: erp, kind: events, system: erp }
  - { source: wms, kind: events, system: wms }
checks:
  - { check: inventory_on_hand, team: ops, grace: 0s, materiality: 0, schedule: '*/5 * * * * *' }
`,
)

let engine: ClickHouse
let store: Store
let collectors: Product
let api: Product
let first: Product
let second: Product

beforeAll(async () => {
  engine = await startClickHouse()
  store = await openStore({ clickhouseUrl: engine.url, dataFolder: '' })
  const start = (role: string) =>
    startProduct({ estate, env: { CLICKHOUSE_URL: engine.url, PLUMBLINE_ROLE: role } })
  // the first one brings the schema up
  collectors = await start('collectors')
  first = await start('reconcilers')
  await until('the lease is held', async () => (await holders()) > 0)
  ;[second, api] = await Promise.all([start('reconcilers'), start('api')])
}, 180_000)
afterAll(async () => {
  for (const each of [api, first, second, collectors]) await each?.stop()
  await store?.close()
  await engine?.stop()
  rmSync(folder, { recursive: true, force: true })
})

const holders = async () => {
  const rows = await store.rows<{ epochs: string }>(
    "SELECT uniqExact(epoch) AS epochs FROM leases WHERE lease = 'reconcilers'",
  )
  return Number(rows[0]?.epochs)
}
const until = async (what: string, holds: () => Promise<boolean>) => {
  for (let tries = 0; tries < 300; tries++) {
    if (await holds().catch(() => false)) return
    await sleep(200)
  }
  throw new Error(
    `${what}: it did not come to that\n${[collectors, api, first, second].map((each) => each?.log().slice(-2000)).join('\n--\n')}`,
  )
}
let sent = 0
const send = (source: string, quantity: string, item = 'A') =>
  post(source, 'stock.counted', {
    states: { inventory_positions: [{ location: 'L1', item, quantity, unit: 'PCE', unit_cost: '2' }] },
  })
/** That a source has said all it knows up to now. */
const complete = (source: string) => post(source, 'com.plumbline.watermark.v1', {})
async function post(source: string, type: string, data: object): Promise<number> {
  const answer = await fetch(`${collectors.url}/v1/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/cloudevents+json' },
    body: JSON.stringify({
      specversion: '1.0',
      id: `e${++sent}`,
      source,
      type,
      subject: 'A',
      plant: 'HAM',
      time: new Date().toISOString(),
      data,
    }),
  })
  return answer.status
}
const countRuns = async () =>
  Number((await store.rows<{ runs: string }>('SELECT count() AS runs FROM runs'))[0]?.runs)

test('an event in at the collectors is a case at the API; what is asked of the API the reconcilers do', async () => {
  expect([await send('erp', '100'), await send('wms', '90')]).toEqual([202, 202])
  let list: ExceptionList | undefined
  await until('a case', async () => {
    // both go on to speak, so that what they said is complete
    await complete('erp')
    await complete('wms')
    list = await api.get<ExceptionList>('/api/exceptions')
    // counted and shown by two statements: a case may be counted before it can be shown
    return list.rows.length > 0
  })
  expect(list?.rows.map(({ plant, amount }) => [plant, amount])).toEqual([['HAM', '20']])
  const answer = await fetch(`${api.url}/api/checks/inventory_on_hand/runs`, { method: 'POST' })
  expect(answer.status).toBe(200)
  const { runs } = (await answer.json()) as { runs: RunRow[] }
  expect(runs.map((run) => run.check)).toEqual(['inventory_on_hand'])
  const unknown = await fetch(`${api.url}/api/checks/none/runs`, { method: 'POST' })
  expect(unknown.status).toBe(404)
  // what only the others know is told of here
  expect((await api.get<{ spool: object }>('/api/sources')).spool).toHaveProperty('waiting_bytes')
  expect(await api.get('/api/alerts')).toHaveProperty('evaluated_at')
  // and each role has its own routes, no others
  expect((await fetch(`${api.url}/v1/events`, { method: 'POST' })).status).toBe(404)
  expect((await fetch(`${collectors.url}/api/exceptions`)).status).toBe(404)
}, 90_000)

test('a second process that takes facts in is refused', async () => {
  const refused = startProduct({
    estate,
    env: { CLICKHOUSE_URL: engine.url, PLUMBLINE_ROLE: 'collectors' },
  })
  await expect(refused).rejects.toThrow('Another process takes facts into this database already')
}, 120_000)

test('a reconciler that is paused writes nothing once another has taken over, and ends', async () => {
  const before = await holders()
  process.kill(first.pid, 'SIGSTOP')
  await until('the other one takes over', async () => (await holders()) > before)
  const runs = await countRuns()
  await until('the other one judges', async () => (await countRuns()) > runs)
  const epochs = await holders()
  process.kill(first.pid, 'SIGCONT')
  await until('it sees that it lost the lease', async () => first.log().includes('the lease was taken over'))
  await until('it ends', async () => !(await fetch(`${first.url}/healthz`).catch(() => undefined))?.ok)
  expect(await holders()).toBe(epochs)
  // no run has a number twice: what it was about to write came to nothing
  const doubled = await store.rows('SELECT run FROM runs GROUP BY run HAVING count() > 1')
  expect(doubled).toEqual([])
}, 120_000)

test('one that is killed is followed by the next', async () => {
  await first.restart()
  const before = await holders()
  await second.kill()
  await until('the lease is taken over', async () => (await holders()) > before)
  const runs = await countRuns()
  await until('it judges', async () => (await countRuns()) > runs)
}, 120_000)

test('collectors that are killed lose nothing that was acknowledged', async () => {
  const acknowledged: string[] = []
  for (let round = 0; round < 40; round++)
    if ((await send('erp', '5', `K${round}`)) === 202) acknowledged.push(`e${sent}`)
  await collectors.kill()
  await collectors.restart()
  let rows: { id: string }[] = []
  await until('all is stored', async () => {
    rows = await store.rows<{ id: string }>('SELECT event_id AS id FROM business_events FINAL')
    return acknowledged.every((id) => rows.some((row) => row.id === id))
  })
  expect(acknowledged).toHaveLength(40)
  expect(new Set(rows.map(({ id }) => id)).size).toBe(rows.length)
}, 120_000)

test('a stop drains, and gives the lease back', async () => {
  await send('erp', '7', 'LAST')
  await collectors.stop()
  const rows = await store.rows(`SELECT event_id FROM business_events WHERE event_id = 'e${sent}'`)
  expect(rows).toHaveLength(1)
  const [lease] = await store.query('lease_now', { lease: 'collectors' })
  expect(lease?.is_held).toBe(0)
}, 60_000)

test('a role that needs a server is refused without one, and so is one that there is not', () => {
  const refusal = (env: Record<string, string>) => {
    try {
      return readSettings(env)
    } catch (error) {
      return error
    }
  }
  expect(refusal({ PLUMBLINE_ROLE: 'api' })).toMatchObject({
    code: 'setting_invalid',
    where: '--role (PLUMBLINE_ROLE)',
    mend: expect.stringContaining('CLICKHOUSE_URL'),
  })
  expect(refusal({ PLUMBLINE_ROLE: 'judge', CLICKHOUSE_URL: 'http://x' })).toMatchObject({
    code: 'setting_invalid',
    mend: expect.stringContaining('collectors'),
  })
})
