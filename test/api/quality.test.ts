import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { MeasureName, Quality, QualityMessages } from '../../server/api/schemas/quality.ts'
import { handoffRows } from '../../server/core/handoffs.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { type Line, loadSegment } from '../support/quality.ts'
import { everyCheck, scenarioEstate } from '../support/scenario.ts'

/**
 * One hour of one hand-off, counted by hand. The flow is crm.ordered → wms.shipped with an objective of four hours; its
 * hour began six hours ago.
 */
const minute = 60_000
const hour = Math.floor(Date.now() / 3_600_000 - 6) * 3_600_000
const at = (minutes: number) => new Date(hour + minutes * minute)
const ordered = (key: string, minutes: number, more: Partial<Line> = {}): Line => ({
  source: 'crm',
  plant: 'HAM',
  flow: 'order_to_cash',
  stage: 'ordered',
  event_id: `c-${key}`,
  key,
  occurred_at: at(minutes),
  ...more,
})
const shipped = (key: string, minutes: number, more: Partial<Line> = {}): Line => ({
  ...ordered(key, minutes),
  source: 'wms',
  stage: 'shipped',
  event_id: `w-${key}`,
  ...more,
})
const segment: Line[] = [
  // both sources are heard of before; one message is older than that
  ordered('K0', -120, { partner: 'ACME' }),
  shipped('K0', -100),
  ordered('OLD', -200, { received_at: at(-110) }),
  shipped('OLD', -190, { received_at: at(-95) }),
  // nine messages of the hour
  ordered('K1', 1, { partner: 'ACME' }),
  ordered('K2', 2),
  ordered('K3', 3, { partner: 'BOLT', received_at: at(63) }),
  ordered('K4', 4, { deviations: ['partner_unknown'] }),
  ordered('K1', 1, { partner: 'ACME', received_at: at(25) }),
  ordered('', 5, {
    kind: 'quarantine',
    event_id: 'q',
    reasons: ['plant: is missing'],
    codes: ['plant_missing'],
    data: '{"it":"came"}',
  }),
  ordered('K4', 50, { stage: 'ended', event_id: 'c-end' }),
  shipped('K1', 30),
  shipped('K2', 40),
  // of an order that no run has judged yet
  shipped('K6', 130, { partner: 'ACME' }),
]

let app: TestApp
const folder = mkdtempSync(join(tmpdir(), 'plumbline-quality-'))
beforeAll(async () => {
  app = await openApp(
    scenarioEstate(
      `${flows}
quality: { duplication: 20, reconciliation: 100 }`,
      everyCheck,
      [],
      { order_lines: { stages: ['shipped'] } },
    ),
  )
  await writeHandoffs(app.world.store, handoffRows(app.world.estate, new Date()))
  await loadSegment(app.world.store, folder, 'one', segment)
  const run = {
    plant: 'HAM',
    check: 'order_lines',
    outcome: 'ok',
    started_at: at(10),
    left_rows: 0,
    right_rows: 0,
    compared: 10,
    in_grace: 1,
  }
  await app.world.store.insert('runs', [
    { ...run, run: '1', clock: at(10), variances: 5 },
    { ...run, run: '2', clock: at(20), variances: 2 },
    { ...run, run: '3', clock: at(30), variances: 9, outcome: 'incomplete' },
  ])
  const variance = { run: '2', check: 'order_lines', plant: 'HAM', class: 'quantity', in_grace: false }
  await app.world.store.insert('variances', [
    { ...variance, key: 'K1/10', order_no: 'K1', left_value: '5', right_value: '4', amount_reporting: '20' },
    { ...variance, key: 'K2/10', order_no: 'K2', left_value: '1', right_value: '', amount_reporting: '90' },
    { ...variance, key: 'K3/10', order_no: 'K3', in_grace: true },
    { ...variance, key: 'K0/10', order_no: 'K0', run: '1' },
  ])
})
afterAll(async () => {
  await app.close()
  rmSync(folder, { recursive: true, force: true })
})

const read = async (query = '') => (await app.askJson<Quality>(`/api/quality?plant=HAM${query}`)).body
const messages = async (query: string) =>
  (await app.askJson<QualityMessages>(`/api/quality/messages?plant=HAM&${query}`)).body
const hourOf = (quality: Quality, measure: MeasureName) => {
  const point = quality.measures
    .find((one) => one.measure === measure)
    ?.series.find((one) => Date.parse(one.at) === hour)
  return [point?.count, point?.of]
}

test('the limits are those of the estate, and the usual ones where it names none', async () => {
  const { measures } = await read()
  expect(measures.map((one) => [one.measure, one.limit])).toEqual([
    ['completeness', 99.5],
    ['timeliness', 99],
    ['conformity', 99.5],
    ['duplication', 20],
    ['reconciliation', 100],
  ])
  expect(measures.find((one) => one.measure === 'duplication')).toMatchObject({ wrong: 1, status: 'ok' })
  expect(measures.find((one) => one.measure === 'reconciliation')?.status).toBe('breach')
  const none = await read('&stage=shipped&flow=-')
  expect(none.measures.find((one) => one.measure === 'reconciliation')?.status).toBe('unknown')
})

describe('the rates of an hour', () => {
  test.each([
    // K4 was called off; K3 did not arrive
    ['completeness', [2, 3]],
    // without the refused one; K3 and the second K1 came late
    ['timeliness', [6, 8]],
    ['conformity', [7, 9]],
    ['duplication', [1, 9]],
    // the last complete run; the key in grace is in flight
    ['reconciliation', [7, 9]],
  ] as const)('%s', async (measure, expected) => {
    expect(hourOf(await read(), measure)).toEqual(expected)
  })

  test('what happened before its source was heard of is history: received, and neither late nor on time', async () => {
    const { measures } = await read()
    const of = Object.fromEntries(measures.map((one) => [one.measure, one.of]))
    expect(of).toMatchObject({ conformity: 14, duplication: 14, timeliness: 11 })
    expect(measures.find((one) => one.measure === 'timeliness')?.detail).toBe('2 of 11 late, 2 history')
  })

  test('by place, by partner, and narrowed to either', async () => {
    const quality = await read()
    const row = quality.rows.find((one) => one.stage === 'shipped')
    expect(row?.cells.find((cell) => cell.measure === 'completeness')).toMatchObject({
      plant: 'HAM',
      count: 4,
      of: 5,
      wrong: 1,
      status: 'breach',
    })
    const bolt = quality.partners.find((one) => one.partner === 'BOLT')
    expect(bolt?.cells.find((cell) => cell.measure === 'completeness')).toMatchObject({ count: 0, of: 1 })
    expect(hourOf(await read('&partner=ACME'), 'duplication')).toEqual([1, 2])
    expect(hourOf(await read('&flow=order_to_cash&stage=ended'), 'conformity')).toEqual([1, 1])
  })

  test('a stage has the checks that compare its hand-off; another has none', async () => {
    const agreed = { measure: 'reconciliation', plant: 'HAM', count: 7, of: 9, wrong: 2, status: 'breach' }
    const { rows } = await read()
    const cellsOf = (kind: string) =>
      rows
        .filter((row) => row.kind === kind)
        .flatMap((row) =>
          row.cells
            .filter((cell) => cell.measure === 'reconciliation')
            .map((cell) => [row.stage || row.check, cell]),
        )
    expect(cellsOf('stage')).toEqual([['shipped', expect.objectContaining(agreed)]])
    expect(cellsOf('check')).toEqual([['order_lines', expect.objectContaining(agreed)]])
    const rateOf = async (query: string) =>
      (await read(query)).measures.find((one) => one.measure === 'reconciliation')
    expect(await rateOf('&stage=shipped')).toMatchObject({ count: 7, of: 9 })
    expect((await messages('measure=reconciliation&stage=shipped')).total).toBe(2)
    expect(await rateOf('&stage=ordered')).toMatchObject({
      rate: null,
      status: 'unknown',
      detail: 'no check of it',
    })
    expect((await messages('measure=reconciliation&stage=ordered')).total).toBe(0)
  })
})

describe('reconciliation by partner counts orders', () => {
  const agreement = (quality: Quality) => quality.measures.find((one) => one.measure === 'reconciliation')

  test('those that the last runs judged, and that differ in none of them', async () => {
    const { partners } = await read()
    const found = partners.flatMap(({ partner, cells }) =>
      cells
        .filter((cell) => cell.measure === 'reconciliation')
        .map(({ count, of, wrong }) => [partner, count, of, wrong]),
    )
    // K0 agrees by now and K1 differs; K3 of BOLT is in flight; K6 came after the run; K2 differs, OLD and K4 do not
    expect(found).toEqual([
      ['ACME', 1, 2, 1],
      ['', 2, 3, 1],
    ])
  })

  test('narrowed to a partner the rate is of its orders, each in the hour of its first message', async () => {
    const acme = await read('&partner=ACME')
    expect(agreement(acme)).toMatchObject({ count: 1, of: 2, detail: '1 of 2 orders differ', change: null })
    expect(hourOf(acme, 'reconciliation')).toEqual([0, 1])
    expect(acme.rows.filter((row) => row.kind === 'check')).toEqual([])
    expect(agreement(await read('&partner=BOLT'))).toMatchObject({
      rate: null,
      detail: 'no order of it was judged',
    })
    // of a stage that no check compares nothing is said
    expect(agreement(await read('&partner=ACME&stage=ordered'))).toMatchObject({ of: 0 })
  })

  test('the orders behind it stand by their dearest difference', async () => {
    const page = await messages('measure=reconciliation&partner=ACME')
    expect(page.rows.map((row) => [row.key, row.partner, row.detail])).toEqual([
      ['K1/10', 'ACME', expect.stringContaining('crm 5, erp 4')],
    ])
    const list = async (query: string) =>
      (await messages(`measure=reconciliation&${query}`)).rows.map((row) => row.key)
    expect(await list('partner=-')).toEqual(['K2/10'])
    expect(await list(`partner=ACME&hour=${new Date(hour).toISOString()}`)).toEqual(['K1/10'])
    expect(await list(`partner=ACME&hour=${at(-120).toISOString()}`)).toEqual([])
  })
})

describe('the messages behind a number', () => {
  test.each([
    ['completeness', ['K3'], 'has not reached Shipped'],
    ['timeliness', ['K3', 'K1'], 'came 1 h 00 after it happened'],
    ['conformity', ['', 'K4'], 'refused'],
    ['duplication', ['K1'], 'had come 24 min before'],
    ['reconciliation', ['K2/10', 'K1/10'], 'erp'],
  ] as const)('%s', async (measure, keys, detail) => {
    const page = await messages(`measure=${measure}&hour=${new Date(hour + 7 * minute).toISOString()}`)
    expect(page.rows.map((row) => row.key)).toEqual(keys)
    expect(page.total).toBe(keys.length)
    expect(page.rows[0]?.detail).toContain(detail)
  })

  test('there are as many as the number says, page by page', async () => {
    const { measures } = await read()
    for (const { measure, wrong } of measures) {
      const all = await messages(`measure=${measure}`)
      expect([measure, all.total]).toEqual([measure, wrong])
      const second = await messages(`measure=${measure}&limit=1&offset=1`)
      expect(second.rows).toEqual(all.rows.slice(1, 2))
    }
  })

  test('all that was received, for a finding of volume', async () => {
    const page = await messages(`measure=received&stage=shipped&hour=${new Date(hour).toISOString()}`)
    expect(page.rows.map((row) => [row.key, row.detail])).toEqual([
      ['K2', 'let in'],
      ['K1', 'let in'],
    ])
  })

  test('a refused one with its rule, its reasons and its body', async () => {
    const { rows } = await messages('measure=conformity')
    expect(rows.find((row) => row.id === 'q')).toMatchObject({
      codes: ['plant_missing'],
      reasons: ['plant: is missing'],
      body: '{"it":"came"}',
    })
    expect(rows.find((row) => row.key === 'K4')).toMatchObject({ codes: ['partner_unknown'], body: '' })
  })

  test('a measure that is none is refused', async () => {
    const { status } = await app.askJson('/api/quality/messages?measure=beauty')
    expect(status).toBe(400)
  })
})

test('a message of no known plant counts where all plants do', async () => {
  await loadSegment(app.world.store, folder, 'nowhere', [
    ordered('', 6, { kind: 'quarantine', plant: 'XXX', event_id: 'x', reasons: ['plant: is none'] }),
  ])
  expect(hourOf(await read(), 'conformity')).toEqual([7, 9])
  const { body: all } = await app.askJson<Quality>('/api/quality')
  expect(hourOf(all, 'conformity')).toEqual([7, 10])
  const cells = all.rows.find((row) => row.stage === 'ordered')?.cells ?? []
  expect(cells.find((cell) => cell.plant === '' && cell.measure === 'conformity')).toMatchObject({
    count: 0,
    of: 1,
  })
  const { body: behind } = await app.askJson<QualityMessages>(
    '/api/quality/messages?plant=-&measure=conformity',
  )
  expect(behind.rows.map((row) => row.id)).toEqual(['x'])
})

test('a segment read again changes nothing', async () => {
  const before = await read()
  await loadSegment(app.world.store, folder, 'one', segment)
  const after = await read()
  expect(after.measures).toEqual(before.measures)
  expect(after.rows).toEqual(before.rows)
})

test('what comes late corrects the hour it belongs to', async () => {
  await loadSegment(app.world.store, folder, 'two', [shipped('K3', 45, { received_at: new Date() })])
  const quality = await read()
  expect(hourOf(quality, 'completeness')).toEqual([3, 3])
  expect(hourOf(quality, 'timeliness')).toEqual([6, 9])
  expect(hourOf(quality, 'conformity')).toEqual([8, 10])
  expect((await messages('measure=completeness')).rows).toEqual([])
})

test('a finding says what came, what was expected and with what it was compared; it ends once', async () => {
  const finding = {
    plant: 'HAM',
    flow: 'order_to_cash',
    stage: 'shipped',
    found_at: new Date(),
    value: 0,
    expected: 62,
    spread: 11,
    score: -7.1,
    count: 0,
    compared: 3,
    basis: 'weeks',
  }
  const seconds = hour / 1000
  await app.world.store.insert('findings', [
    { ...finding, measure: 'volume', hour: seconds, state: 'opened' },
    { ...finding, measure: 'volume', hour: seconds + 7200, state: 'ended', value: 60, score: 0 },
    { ...finding, measure: 'volume', hour: seconds + 10_800, state: 'opened' },
    {
      ...finding,
      measure: 'quarantined',
      hour: seconds,
      state: 'opened',
      value: 0.4,
      expected: 0.01,
      count: 50,
      compared: 5,
      basis: 'days',
    },
    // over before the range began
    { ...finding, measure: 'latency', hour: seconds - 60 * 3600, state: 'opened' },
    { ...finding, measure: 'latency', hour: seconds - 59 * 3600, state: 'ended' },
  ])
  const { findings, findings_total, sentence } = await read()
  expect(
    findings.map((one) => [
      one.measure,
      Date.parse(one.hour) - hour,
      one.ended_at && Date.parse(one.ended_at) - hour,
    ]),
  ).toEqual([
    ['volume', 10_800_000, null],
    ['quarantined', 0, null],
    ['volume', 0, 7_200_000],
  ])
  expect(findings_total).toBe(3)
  expect(findings[0]).toMatchObject({
    title: 'No message, 62 expected',
    basis: 'the same hour of 3 past weeks',
    stage_name: 'Shipped',
  })
  expect(findings[1]).toMatchObject({
    kind: 'percent',
    value: 40,
    title: '40.0 % of 50 messages refused, 1.0 % expected',
  })
  expect(sentence.rest).toContain('2 places are far from usual now.')
})
