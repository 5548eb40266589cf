import { afterAll, beforeAll, expect, test } from 'vitest'
import { wholeCompared, wholeDays, wholeHours, wholeSteps } from '../../server/api/whole-hours.ts'
import { handoffParams, handoffRows } from '../../server/core/handoffs.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import type { Params, Store } from '../../sql/store.ts'
import { explainQuery, granulesOf } from '../support/granules.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { openEmptyStore } from '../support/store.ts'

const hourMs = 3_600_000
const to = new Date(Date.UTC(2026, 10, 30, 10, 20))
const start = to.getTime() - 60 * 24 * hourMs
const plants = ['HAM', 'SHF']
const estate = scenarioEstate(`flows:
  - flow: otc
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: ordered, role: erp, event: erp.ordered }
      - { stage: accepted, name: accepted, role: erp, event: erp.accepted, handoff: { name: Order, objective: 10m } }
`)
const flow = { flow: 'otc', handoff: 'ordered-accepted' }

/** So many rows of each table, even over two months: a granule of single rows holds a day and more of a plant. */
const rows = 400_000
let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
  await writeHandoffs(store, handoffRows(estate, new Date()))
  const at = `(${start} + intDiv(number * ${60 * 24 * hourMs}, ${rows}))`
  await store.command(
    `INSERT INTO passages (plant, flow, handoff, is_waiting, arrived_ms, key, left_ms, partner, stages, sign)
     SELECT ['HAM', 'SHF'][1 + number % 2], 'otc', ['', 'ordered-accepted'][1 + intDiv(number, 2) % 2] AS handoff, handoff != '' AND number % 2000 > 1998 AS waits, if(waits, 0, ${at}), toString(number),
       if(handoff = '', 0, ${at} - 1000 - cityHash64(number) % 100000), concat('C', toString(number % 20)), if(handoff = '', ['accepted', 'ordered'], []), 1 FROM numbers(${rows})`,
  )
  await store.command(
    `INSERT INTO event_receipts (plant, flow, stage, system, source, partner, key, event_id, type, occurred_at, received_at, outcome, load_seq)
     SELECT ['HAM', 'SHF'][1 + number % 2], 'otc', ['ordered', 'accepted'][1 + intDiv(number, 2) % 2], 'erp', 'erp', concat('C', toString(number % 20)), toString(number), toString(number), 't',
       fromUnixTimestamp64Milli(toInt64(${at}), 'UTC') AS occurred, occurred + INTERVAL 2 SECOND, 'accepted', 1 FROM numbers(${rows})`,
  )
  await store.command(
    `INSERT INTO spans_in (ts, trace_id, span_id, parent_span_id, plant, flow, service, peer, name, kind, status, duration_ns, attributes, received_at)
     SELECT fromUnixTimestamp64Milli(toInt64(${at}), 'UTC'), reinterpretAsFixedString(sipHash128(intDiv(number, 4))), number + 1, number, ['HAM', 'SHF'][1 + intDiv(number, 4) % 2], 'otc', 'erp', if(number % 2 = 0, 'carrier', ''), 'call', if(number % 2 = 0, 'CLIENT', 'SERVER'), 'OK',
       1000000 + cityHash64(number) % 100000000, map('server.address', 'carrier'), toDateTime64('2026-11-30 10:00:00', 3, 'UTC') FROM numbers(${rows})`,
  )
  await store.command(
    `INSERT INTO business_events (plant, flow, stage, system, source, event_id, type, key, occurred_at, received_at, load_seq)
     SELECT ['HAM', 'SHF'][1 + number % 2], 'otc', 'ordered', 'erp', 'erp', toString(number), 't', toString(number), fromUnixTimestamp64Milli(toInt64(${at}), 'UTC') AS occurred, occurred, 1 FROM numbers(${rows})`,
  )
  for (const table of [
    'passages',
    'event_receipts',
    'span_latency_1m',
    'otel_spans',
    'span_samples',
    'business_events',
  ])
    await store.command(`OPTIMIZE TABLE ${table} FINAL`)
})
afterAll(() => store.close())

const read = async (name: string, params: Params) => {
  const readings = await explainQuery(store, name, params)
  return (of: string) => granulesOf(readings, of)
}
/** The granules of a table, all of them. */
const all = async (table: string) =>
  Number(
    (
      await store.rows<{ marks: string }>(
        `SELECT sum(marks) AS marks FROM system.parts WHERE active AND database = currentDatabase() AND table = {table:String}`,
        { table },
      )
    )[0]?.marks,
  )

const from = new Date(Math.floor((to.getTime() - 720 * hourMs) / hourMs) * hourMs)
const step_s = 15 * 3600
const previous = { previous_from: new Date(from.getTime() - 720 * hourMs), previous_to: from }
const scope = {
  plants,
  at: to,
  from,
  to,
  previousFrom: previous.previous_from,
  previousTo: from,
  hours: 720,
  stepSeconds: step_s,
}
const whole = wholeHours(from, to)

test('a month of passages is read from the sums of its hours, and from single rows only at its ends', async () => {
  expect(await all('passages')).toBeGreaterThanOrEqual(48)
  const month = { plants, from, to }
  const ends = 2 * 4
  const asked: [string, Params, string][] = [
    [
      'handoff_health',
      {
        ...handoffParams(estate),
        plants,
        flows: ['otc'],
        by_plant: true,
        at: to,
        window_s: 3600,
        from,
        ...wholeHours(from, new Date(to.getTime() - hourMs)),
      },
      'by_hour',
    ],
    [
      'handoff_series',
      { ...month, flow: 'otc', handoffs: [flow.handoff], step_s, ...wholeSteps(from, to, step_s) },
      'by_hour',
    ],
    ['latency_quantiles', { ...month, ...flow, ...previous, ...wholeCompared(scope, hourMs) }, 'by_hour'],
    ['flow_stage_counts', { ...month, flow: 'otc', stages: ['ordered'], ...whole }, 'by_way'],
  ]
  for (const [name, params, sums] of asked) {
    const granules = await read(name, params)
    expect([name, granules('passages')]).toEqual([name, expect.toSatisfy((count: number) => count <= ends)])
    expect([name, granules(sums)]).toEqual([
      name,
      expect.toSatisfy((count: number) => count > 0 && count <= 40),
    ])
  }
  // which sums count orders is the engine's choice
  for (const [name, params] of [
    ['orders_by_plant', { ...month, flow: 'otc', ...previous, ...wholeCompared(scope) }],
    ['orders_series', { ...month, flow: 'otc', step_s, ...wholeSteps(from, to, step_s) }],
  ] as const) {
    const granules = await read(name, params)
    expect([name, granules('passages') <= ends]).toEqual([name, true])
    expect([name, granules('by_hour') + granules('by_way') > 0]).toEqual([name, true])
  }
})

test('a day of passages is read as single rows, and no more of them than lie in it', async () => {
  const day = new Date(to.getTime() - 24 * hourMs)
  const granules = await read('handoff_series', {
    plants,
    flow: 'otc',
    handoffs: [flow.handoff],
    from: day,
    to,
    step_s: 1800,
    ...wholeSteps(day, to, 1800),
  })
  expect(granules('by_hour')).toBe(0)
  expect(granules('passages')).toBeLessThanOrEqual(4)
})

test('data quality of a month is read from the sums of hours and days', async () => {
  const range = { plants, from, to, ...previous, flow: '', stage: '', partner: '' }
  const before = wholeDays(previous.previous_from, from)
  const days = { previous_day_from: before.day_from, previous_day_to: before.day_to }
  const due = new Date(to.getTime() - 600_000)
  const completeness = await read('quality_completeness', {
    ...range,
    at: to,
    ...days,
    ...wholeHours(previous.previous_from, due, 1),
    ...wholeDays(from, due),
  })
  // the days at the ends of both ranges, by partner
  expect(completeness('passages')).toBeLessThanOrEqual(16)
  expect(completeness('by_leaving')).toBeGreaterThan(0)
  expect(completeness('by_partner')).toBeGreaterThan(0)
  const receipts = await read('quality_receipts', {
    ...range,
    known: plants,
    sources: ['erp'],
    limits_ms: [120_000],
    is_by_row: false,
    ...days,
    ...wholeDays(from, to),
  })
  expect(receipts('event_receipts')).toBeLessThanOrEqual(16)
  expect(receipts('by_hour')).toBeGreaterThan(0)
  expect(receipts('by_partner')).toBeGreaterThan(0)
  expect((await read('first_hours', { plants }))('event_receipts')).toBe(0)
})

test('calls of a month are read from the sums of hours, and their map from the samples', async () => {
  const range = { plants, flow: '', from, to }
  const asked: [string, Params][] = [
    [
      'dependency_calls',
      {
        ...range,
        ...previous,
        spellings: ['carrier'],
        meant: ['carrier'],
        limits: [900],
        ...wholeCompared(scope),
      },
    ],
    ['dependency_cuts', { ...range, spellings: ['carrier'], limit: 900, ...whole }],
    ['dependency_series', { ...range, spellings: ['carrier'], step_s, ...wholeSteps(from, to, step_s) }],
    ['service_calls', { ...range, ...whole }],
  ]
  for (const [name, params] of asked) {
    const granules = await read(name, params)
    expect([name, granules('by_hour') > 0, granules('span_latency_1m') <= 8]).toEqual([name, true, true])
  }
  const edges = await read('service_edges', { ...range, level: 3, one_in: 8 })
  expect(edges('otel_spans')).toBe(0)
  expect(edges('span_samples')).toBeGreaterThan(0)
  expect((await read('services', { from }))('otel_spans')).toBe(0)
})

test('a trace, the last minutes of traces and the events of a key are found without reading the others', async () => {
  const spans = await all('otel_spans')
  expect(spans).toBeGreaterThanOrEqual(48)
  const [one] = await store.rows<{ id: string }>('SELECT lower(hex(trace_id)) AS id FROM otel_spans LIMIT 1')
  expect((await read('trace_spans', { trace_id: one?.id ?? '' }))('otel_spans')).toBeLessThanOrEqual(3)
  const list = { plant: '', flow: '', service: '', key: '', errors: false, min_ms: 0, ids: [], limit: 50 }
  const last = await read('traces', { ...list, from: new Date(to.getTime() - 600_000), to })
  expect(last('otel_spans')).toBeLessThanOrEqual(4)
  const events = await read('events_of_key', {
    plant: 'HAM',
    key: '1000',
    event_ids: ['2000'],
    hours: [`${new Date(start + 7 * hourMs).toISOString().slice(0, 13).replace('T', ' ')}:00:00`],
    limit: 200,
  })
  expect(events('business_events')).toBeLessThanOrEqual(5)
})
