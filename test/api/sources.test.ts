import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Audits, Ingest, Queues } from '../../server/api/schemas/ingest.ts'
import type { QuarantineList, QuarantineReasons, SourceList } from '../../server/api/schemas/sources.ts'
import type { TraceDetail } from '../../server/api/schemas/traces.ts'
import { openApp, type TestApp } from '../support/app.ts'
import { type Product, startProduct } from '../support/product.ts'

const estate = `
name: Sources
currency: EUR
plants:
  - { plant: HAM, name: Hamburg, time_zone: Europe/Berlin, currency: EUR }
  - { plant: SHF, name: Sheffield, time_zone: Europe/London, currency: GBP }
systems: [{ system: erp, name: ERP, role: erp }, { system: mq, name: Broker, role: hub }]
teams: [{ team: ops, name: Operations }]
sources: [{ source: erp, kind: events, system: erp }]
rates: { date: '2026-01-01', values: { GBP: '1.25' } }
`

describe('what came in by the front door', () => {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-sources-'))
  const now = Date.now()
  let product: Product
  const post = async (path: string, body: object, type = 'application/json') => {
    const answer = await fetch(product.url + path, {
      method: 'POST',
      headers: { 'content-type': type },
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  }
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
  const point = (value: number, attributes: Record<string, string>, minutesAgo = 0) => ({
    timeUnixNano: `${now - minutesAgo * 60_000}000000`,
    asInt: String(value),
    attributes: Object.entries(attributes).map(([key, said]) => text(key, said)),
  })
  const sendMetrics = (instance: string, metrics: object[], service = 'mq') =>
    post('/v1/metrics', {
      resourceMetrics: [
        {
          resource: {
            attributes: [
              text('service.name', service),
              text('service.instance.id', instance),
              text('plumbline.plant', 'HAM'),
            ],
          },
          scopeMetrics: [{ metrics }],
        },
      ],
    })
  const gauge = (name: string, dataPoints: object[]) => ({ name, unit: '{message}', gauge: { dataPoints } })
  const sum = (name: string, isMonotonic: boolean, aggregationTemporality: number, dataPoints: object[]) => ({
    name,
    sum: { isMonotonic, aggregationTemporality, dataPoints },
  })

  beforeAll(async () => {
    const path = join(folder, 'estate.yaml')
    writeFileSync(path, estate)
    product = await startProduct({ estate: path })
    const issue = { 'messaging.destination.name': 'goods_issue' }
    await sendMetrics('one', [
      gauge('messaging.queue.depth', [point(4, issue, 30), point(7, issue, 2)]),
      gauge('jms.queue.depth', [point(3, { queue: 'invoices', consumer: 'a' })]),
      gauge('activemq.message.current', [point(12, { destination: 'old' }, 20)]),
      // two partitions of one topic, one that is gone
      sum('kafka.consumer_group.lag', false, 2, [
        point(5, { topic: 'orders', partition: '0' }),
        point(6, { topic: 'orders', partition: '1' }),
        point(90, { topic: 'orders', partition: '2' }, 20),
      ]),
      // what only grows, and what says only the change, is no depth
      sum('messaging.queue.messages', true, 2, [point(1000, { queue: 'all ever' })]),
      sum('rabbitmq.message.current', false, 1, [point(-3, { queue: 'changes' })]),
      gauge('process.memory.usage', [point(1, { queue: 'no queue' })]),
    ])
    // the same broker, started again
    // what claims to be of tomorrow is not taken: it would be the newest for a day
    await sendMetrics('two', [
      gauge('messaging.queue.depth', [point(9, issue), point(5000, issue, -24 * 60)]),
    ])
    const event = {
      specversion: '1.0',
      source: 'erp',
      type: 'test.fact',
      subject: 'K',
      plant: 'HAM',
      time: new Date(now).toISOString(),
      data: { quantity: 12 },
    }
    const ahead = new Date(now + 3_600_000).toISOString()
    await post(
      '/v1/events',
      [
        { ...event, id: 'good' },
        { ...event, id: 'ahead', time: ahead },
        { ...event, id: 'ahead too', time: ahead },
        { ...event, id: 'nowhere', plant: 'XXX' },
        { ...event, id: 'both', plant: 'XXX', time: ahead },
      ],
      'application/cloudevents-batch+json',
    )
    await post('/v1/traces', {
      resourceSpans: [
        {
          resource: { attributes: [text('service.name', 'erp'), { key: 'cpus', value: { intValue: '8' } }] },
          scopeSpans: [
            {
              scope: { name: 'library', version: '1.2.3' },
              spans: [
                {
                  traceId: 'a'.repeat(32),
                  spanId: '00000000000000a1',
                  traceState: 'vendor=1',
                  name: 'post',
                  kind: 2,
                  startTimeUnixNano: `${now - 1000}000000`,
                  endTimeUnixNano: `${now}000000`,
                  attributes: [
                    text('word', 'x'),
                    { key: '7', value: { intValue: '9007199254740993' } },
                    { key: 'flag', value: { boolValue: true } },
                    { key: 'list', value: { arrayValue: { values: [{ intValue: '1' }] } } },
                    { key: 'raw', value: { bytesValue: 'AAEC' } },
                  ],
                  links: [
                    {
                      traceId: 'b'.repeat(32),
                      spanId: '00000000000000b1',
                      attributes: [text('why', 'caused by')],
                    },
                  ],
                },
              ],
            },
          ],
        },
      ],
    })
    const isIn = async () =>
      (await product.get<QuarantineReasons>('/api/quarantine/reasons')).total === 4 &&
      (await product.get<Queues>('/api/queues?hours=1')).rows.length > 3 &&
      (await fetch(`${product.url}/api/traces/${'a'.repeat(32)}`)).ok
    for (let tries = 0; tries < 100 && !(await isIn()); tries++) await sleep(200)
  }, 60_000)
  afterAll(async () => {
    await product?.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('queues: the newest of each series together, by plant, system and destination', async () => {
    const { rows } = await product.get<Queues>('/api/queues?hours=1')
    expect(
      rows.map((row) => [
        row.plant,
        row.system_name,
        row.destination,
        row.value,
        row.series_count,
        row.status,
      ]),
    ).toEqual([
      ['HAM', 'Broker', 'old', 12, 1, 'unknown'],
      ['HAM', 'Broker', 'orders', 11, 2, 'ok'],
      ['HAM', 'Broker', 'goods_issue', 9, 1, 'ok'],
      ['HAM', 'Broker', 'invoices', 3, 1, 'ok'],
    ])
    const issue = rows.find((row) => row.destination === 'goods_issue')
    expect(issue).toMatchObject({ change: 5, highest: 9, unit: '{message}' })
    const course = issue?.series.flatMap((one) => (one.value === null ? [] : [one.value]))
    // two of the measurements may lie in one step
    expect([
      [4, 7, 9],
      [4, 9],
    ]).toContainEqual(course)
  })

  test('quarantine by reason: a message counts for every rule it broke', async () => {
    const { total, rows } = await product.get<QuarantineReasons>('/api/quarantine/reasons')
    expect(total).toBe(4)
    expect(rows.map((row) => [row.code, row.kind, row.source, row.messages])).toEqual([
      ['time.future', 'event', 'erp', 3],
      ['plant.unknown', 'event', 'erp', 2],
    ])
    const narrow = await product.get<QuarantineReasons>('/api/quarantine/reasons?plant=HAM')
    expect(narrow.rows.map((row) => [row.code, row.messages])).toEqual([['time.future', 2]])
  })

  test('each reason leads to as many messages as it counts, whole and page by page', async () => {
    const list = (query: string) => product.get<QuarantineList>(`/api/quarantine?${query}`)
    const ahead = await list('code=time.future&source=erp&kind=event')
    expect(ahead.rows.map((row) => row.message_id).sort()).toEqual(['ahead', 'ahead too', 'both'])
    expect(ahead.total).toBe(3)
    expect(JSON.parse(ahead.rows[0]?.body ?? '')).toMatchObject({ data: { quantity: 12 } })
    expect((await list('plant=HAM')).total).toBe(2)
    expect((await list('source=-')).total).toBe(0)
    expect((await list(`to=${new Date(now - 60_000).toISOString()}`)).total).toBe(0)
    expect((await list(`from=${new Date(now - 60_000).toISOString()}`)).total).toBe(4)
    const pages = await Promise.all([0, 2, 4].map((offset) => list(`limit=2&offset=${offset}`)))
    expect(pages.map((page) => page.rows.length)).toEqual([2, 2, 0])
    expect(new Set(pages.flatMap((page) => page.rows.map((row) => row.message_id))).size).toBe(4)
  })

  test('the table of sources counts what was refused in a plant, and leaves to no plant what named none', async () => {
    const { sources, spool } = await product.get<SourceList>('/api/sources')
    expect(sources.map((row) => [row.plant, row.rejected_24h])).toEqual([
      ['HAM', 2],
      ['SHF', 0],
    ])
    expect(spool.refusing).toBe('')
  })

  test('ingest: what was loaded, and how far the loader lagged', async () => {
    const { kinds } = await product.get<Ingest>('/api/ingest?hours=1')
    expect(kinds.map((one) => one.kind)).toEqual(['events', 'traces', 'metrics'])
    for (const one of kinds) {
      expect(one).toMatchObject({ status: 'ok', loads: expect.any(Number) })
      expect(one.loads).toBeGreaterThan(0)
      expect(one.bytes).toBeGreaterThan(100)
      expect(one.lag_p50_ms).toBeGreaterThan(0)
      expect(one.lag_max_ms).toBeGreaterThanOrEqual(one.lag_p95_ms ?? Number.POSITIVE_INFINITY)
      expect(one.series.reduce((all, step) => all + step.loads, 0)).toBe(one.loads)
    }
  })

  test('a span comes back with the types of its attributes, its scope’s version and its links’ attributes', async () => {
    const { spans } = await product.get<TraceDetail>(`/api/traces/${'a'.repeat(32)}`)
    expect(spans[0]).toMatchObject({
      scope: 'library',
      scope_version: '1.2.3',
      trace_state: 'vendor=1',
      links: [{ trace_id: 'b'.repeat(32), span_id: '00000000000000b1', attributes: { why: 'caused by' } }],
    })
    expect(spans[0]?.attribute_types).toEqual({ 7: 'integer', flag: 'boolean', list: 'list', raw: 'bytes' })
    expect(spans[0]?.resource_types).toEqual({ cpus: 'integer' })
  })

  test.each([
    '/api/ingest?hours=0',
    '/api/queues?hours=x',
    '/api/quarantine?from=yesterday',
    '/api/quarantine?offset=-1',
  ])('%s is refused with the reason', async (path) => {
    const answer = await fetch(product.url + path)
    expect(answer.status).toBe(400)
    expect(((await answer.json()) as { error: { code: string } }).error.code).toBe('request_invalid')
  })
})

describe('figures counted by hand', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await openApp()
  })
  afterAll(() => app.close())
  const read = async <Answer>(path: string) => (await app.askJson<Answer>(path)).body

  test('the lag’s percentiles are exact, over all loads of the range and no others', async () => {
    const at = Date.now() - 60_000
    const load = (load_seq: number, lag: number, loadedAt = at, kind = 'traces') => ({
      load_seq,
      kind,
      name: String(load_seq),
      bytes: 10,
      received_at: new Date(loadedAt - lag).toISOString(),
      loaded_at: new Date(loadedAt).toISOString(),
    })
    await app.world.store.insert('loads', [
      ...Array.from({ length: 100 }, (_, index) => load(index + 1, (index + 1) * 10)),
      load(200, 99_999, at - 2 * 3_600_000),
      load(201, 5_000, at, 'file'),
    ])
    const { kinds } = await read<Ingest>('/api/ingest?hours=1')
    expect(kinds.find((one) => one.kind === 'traces')).toMatchObject({
      loads: 100,
      bytes: 1000,
      lag_p50_ms: 510,
      lag_p95_ms: 960,
      lag_max_ms: 1000,
    })
    expect(kinds.find((one) => one.kind === 'metrics')).toMatchObject({ loads: 0, lag_p95_ms: null })
  })

  test('what is acknowledged and not loaded waits, by kind', async () => {
    await app.ask('/v1/events', {
      method: 'POST',
      headers: { 'content-type': 'application/cloudevents+json' },
      body: JSON.stringify({
        specversion: '1.0',
        id: '1',
        source: 'erp',
        type: 'test.fact',
        plant: 'HAM',
        time: new Date().toISOString(),
      }),
    })
    const { kinds } = await read<Ingest>('/api/ingest?hours=1')
    expect(kinds[0]?.waiting_bytes).toBeGreaterThan(50)
    expect(kinds.slice(1).map((one) => one.waiting_bytes)).toEqual([0, 0])
  })

  test('sums are exact, or differ by so much in an hour; before the first audit neither', async () => {
    expect((await read<Audits>('/api/audits')).sums[0]).toMatchObject({
      status: 'unknown',
      hours: 0,
      drifted: [],
    })
    const hour = (ago: number) => Math.floor(Date.now() / 3_600_000 - ago) * 3600
    const row = (ago: number, audited: number, exact: number, rolled_up: number) => ({
      rollup: 'span_latency_1m',
      hour: hour(ago),
      audited_at: new Date(Date.now() - audited).toISOString(),
      exact,
      rolled_up,
      drift: rolled_up - exact,
    })
    await app.world.store.insert('rollup_audits', [row(1, 9000, 50, 50), row(2, 9000, 70, 69)])
    expect((await read<Audits>('/api/audits')).sums[0]).toMatchObject({
      status: 'watch',
      hours: 2,
      exact: '120',
      rolled_up: '119',
      drifted: [{ drift: '-1', exact: '70', rolled_up: '69' }],
    })
    // the next audit of the hour finds it mended
    await app.world.store.insert('rollup_audits', [row(2, 1000, 70, 70)])
    expect((await read<Audits>('/api/audits')).sums[0]).toMatchObject({ status: 'ok', hours: 2, drifted: [] })
    // an hour of long ago that spans came for, and errors, which are summed beside the calls
    const errors = { ...row(500, 500, 8, 9), rollup: 'span_latency_1m.errors' }
    await app.world.store.insert('rollup_audits', [row(500, 500, 30, 30), errors])
    expect((await read<Audits>('/api/audits')).sums).toMatchObject([
      { status: 'ok', hours: 3 },
      { status: 'watch', hours: 1, drifted: [{ drift: '1' }] },
    ])
  })

  test('a measurement that was stored with a time nobody can know yet is not the depth of now', async () => {
    const depth = (value: number, ahead: number) => ({
      ts: new Date(Date.now() + ahead).toISOString(),
      plant: 'HAM',
      name: 'messaging.queue.depth',
      value,
      attributes: { queue: 'stamped ahead' },
      resource: '{}',
      received_at: new Date().toISOString(),
    })
    await app.world.store.insert('measurements', [depth(7, -1000), depth(5000, 86_400_000)])
    const { rows } = await read<Queues>('/api/queues?hours=1')
    expect(rows.find((row) => row.destination === 'stamped ahead')?.value).toBe(7)
  })
})
