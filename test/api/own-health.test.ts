import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import { applyRetention } from '../../sql/retention.ts'
import { openApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await openApp(undefined, { isLive: true })
})
afterAll(() => app.close())

const read = async () => (await app.askJson<OwnHealth>('/api/health')).body
const part = (health: OwnHealth, name: string) => health.parts.find((one) => one.part === name)

/** Measurements of a process of ours, as it sends them by OTLP. */
const measure = async (values: Record<string, number>, service = 'plumbline') => {
  const answer = await app.ask('/v1/metrics', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceMetrics: [
        {
          resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
          scopeMetrics: [
            {
              metrics: Object.entries(values).map(([name, asDouble]) => ({
                name,
                gauge: { dataPoints: [{ timeUnixNano: `${Date.now() - 1000}000000`, asDouble }] },
              })),
            },
          ],
        },
      ],
    }),
  })
  expect(answer.status).toBe(200)
}

test('each part is told with its limit; what is not measured is unknown, not well', async () => {
  const health = await read()
  expect(health.engine).toBe(process.env.PLUMBLINE_TEST_ENGINE === 'server' ? 'clickhouse' : 'chdb')
  expect(part(health, 'spool')).toMatchObject({ status: 'ok', value: 0, limit: 2 ** 30 })
  // of the disk that the app is told of half is used; nothing more is taken with 5 % left
  expect(part(health, 'disk')).toMatchObject({ status: 'ok', value: 1e9, limit: 1.9e9 })
  expect(part(health, 'event_loop')).toMatchObject({ status: 'unknown', value: null })
  expect(part(health, 'deliveries')).toMatchObject({ value: 0, detail: 'the estate names no receivers' })
})

test('a disk that fills up is told, and then that nothing is taken; there is room again when it is', async () => {
  const told = async (free: number) => {
    await app.disk.have(free)
    const health = await read()
    return [part(health, 'disk')?.status, part(health, 'spool')?.status, health.sentence.rest]
  }
  expect(await told(0.2e9)).toEqual(['watch', 'ok', expect.stringContaining('Close to a limit: disk')])
  expect(await told(0.05e9)).toEqual([
    'breach',
    'breach',
    expect.stringContaining('Spool, disk beyond their limits'),
  ])
  expect(part(await read(), 'disk')?.detail).toMatch(
    /^nothing more is taken, fetched or replayed until there is room: 50 MB/,
  )
  expect(await told(1e9)).toEqual(['ok', 'ok', expect.any(String)])
})

test('the tables of the store are told with the rows and parts that they have', async () => {
  app.world.say('crm', 1, 'order_lines', [
    { order_type: 'sales', order_no: '1', line_no: '1', item: 'A', quantity: '5', unit: 'PCE' },
    { order_type: 'sales', order_no: '2', line_no: '1', item: 'A', quantity: '5', unit: 'PCE' },
  ])
  await app.world.load()
  const { store } = await read()
  expect(store.tables.find(({ table }) => table === 'order_lines_log')).toMatchObject({
    rows: 2,
    parts: 1,
    most_parts: 1,
    status: 'ok',
  })
  expect(store.rows).toBe(store.tables.reduce((sum, row) => sum + row.rows, 0))
})

test('an event loop held up beyond the limit is a breach, and the sentence says so; of others nothing is taken', async () => {
  await measure({ 'nodejs.eventloop.delay.p99': 9 }, 'somebody else')
  await measure({ 'nodejs.eventloop.delay.p99': 0.4, 'process.memory.usage': 5e8 })
  await expect
    .poll(async () => part(await read(), 'event_loop')?.value, { timeout: 20_000, interval: 250 })
    .toBeCloseTo(400)
  const health = await read()
  expect(part(health, 'event_loop')?.status).toBe('breach')
  expect(part(health, 'memory')?.series.map(({ value }) => value)).toContain(5e8)
  expect(health.sentence).toMatchObject({ status: 'breach', lead: 'Plumbline needs somebody.' })
  expect(health.sentence.rest).toMatch(/event-loop delay \(p99\)/i)
})

test('how the runs of a check went: one that failed and was mended by the next is counted, and not a breach', async () => {
  const at = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
  const run = (number: string, plant: string, outcome: string, minutes: number, duration_ms: number) => ({
    run: number,
    check: 'order_lines',
    plant,
    kind: 'full',
    outcome,
    started_at: at(minutes),
    clock: at(minutes),
    duration_ms,
  })
  await app.world.store.insert('runs', [
    run('1', 'HAM', 'failed', 9, 100),
    run('2', 'HAM', 'ok', 8, 300),
    run('3', 'SHF', 'ok', 7, 200),
  ])
  const told = async () => (await read()).runs.find(({ check }) => check === 'order_lines')
  expect(await told()).toMatchObject({ status: 'ok', runs: 3, failed: 1, p50_ms: 200, max_ms: 300 })
  await app.world.store.insert('runs', [run('4', 'SHF', 'failed', 6, 100)])
  expect(await told()).toMatchObject({ status: 'breach', failed: 2 })
  expect((await read()).sentence.rest).toMatch(/the last run of .+ failed/)
})

test('how long each group is kept is read from the engine, and held against the estate', async () => {
  await applyRetention(app.world.store, { ...app.world.estate.retention, spans: 9 })
  const { kept } = await read()
  const of = (name: string) => kept.find(({ group }) => group === name)
  expect(of('spans')).toMatchObject({ days: 9, status: 'breach' })
  expect(of('runs')).toMatchObject({ days: 400, status: 'ok', rows: 4, tables: ['runs'] })
  await applyRetention(app.world.store, app.world.estate.retention)
  expect((await read()).kept.every(({ status }) => status === 'ok')).toBe(true)
})
