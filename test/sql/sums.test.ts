import { afterAll, beforeAll, expect, test } from 'vitest'
import { wholeCompared, wholeDays, wholeHours, wholeSteps } from '../../server/api/whole-hours.ts'
import { handoffParams, handoffRows } from '../../server/core/handoffs.ts'
import { createPassages, writeHandoffs } from '../../sql/passages.ts'
import type { QueryName, QueryParams } from '../../sql/queries.gen.ts'
import type { Store } from '../../sql/store.ts'
import { scenarioEstate } from '../support/scenario.ts'
import { openEmptyStore } from '../support/store.ts'

const hourMs = 3_600_000
const to = new Date(Date.UTC(2026, 10, 20, 10, 20, 5, 7))
const from = new Date(Date.UTC(2026, 10, 15, 7))
const previous = { previous_from: new Date(Date.UTC(2026, 10, 10, 3)), previous_to: from }
const plants = ['HAM', 'SHF']
const [ordered, accepted, shipped] = ['ordered', 'accepted', 'shipped']
const handoffs = ['ordered-accepted', 'accepted-shipped']
const estate = scenarioEstate(`flows:
  - flow: otc
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: ordered, role: erp, event: erp.ordered }
      - { stage: accepted, name: accepted, role: erp, event: erp.accepted, handoff: { name: Order, objective: 10m } }
      - { stage: shipped, name: shipped, role: erp, event: erp.shipped, handoff: { name: Shipping, objective: 3h } }
`)

let store: Store
/** Orders of eleven days, some of which stay where they are or come late; then some of it again, as corrections of it. */
beforeAll(async () => {
  store = await openEmptyStore()
  await writeHandoffs(store, handoffRows(estate, new Date()))
  const passages = createPassages(store)
  const load = async (seq: number, every: number, shiftS: number) => {
    await store.command(
      `INSERT INTO events_in (kind, source, system, plant, flow, stage, event_id, type, key, occurred_at, received_at, partner, data, reasons, codes, deviations, load_seq)
       SELECT if(cityHash64(id, 'q') % 50 = 0, 'quarantine', 'event'), 'erp', 'erp', plant, 'otc', stage, id, 't', key, at, at + INTERVAL 2 + if(cityHash64(id) % 20 = 0, 600, 0) + {shift_s:UInt32} SECOND, concat('C', toString(cityHash64(key) % 7)), '{}', [], [],
         if(cityHash64(id, 'd') % 40 = 0, ['a rule'], []), {seq:UInt64}
       FROM (
         SELECT concat('K', toString(intDiv(number, 3))) AS key, concat(key, stage) AS id, ['HAM', 'SHF', 'XXX'][1 + (cityHash64(key) % 11 + 4) % 3] AS plant, ['ordered', 'accepted', 'shipped'][1 + number % 3] AS stage,
           toDateTime64('2026-11-10 00:00:00', 3, 'UTC') + toIntervalMillisecond(toUInt64(intDiv(number, 3) * 76000 + (number % 3) * 200000 + cityHash64(id) % 700000 + if(cityHash64(id, 'l') % 30 = 0, 40000000, 0))) AS at
         FROM numbers(36000)
       )
       WHERE cityHash64(id, 'w') % {every:UInt32} = 0 AND (stage != 'shipped' OR cityHash64(key) % 9 != 0)`,
      { seq, every, shift_s: shiftS },
    )
    await passages.settle(String(seq))
  }
  await passages.settle('0')
  await load(1, 1, 0)
  await load(2, 17, 60)
  await load(3, 29, 100_000)
})
afterAll(() => store.close())

/** The same question with sums and without: numbers within a percentile class of each other, all else the same. */
async function compare<Name extends QueryName>(
  name: Name,
  params: QueryParams[Name],
  without: Partial<QueryParams[Name]>,
): Promise<number> {
  const [summed, single] = [
    await store.query(name, params),
    await store.query(name, { ...params, ...without }),
  ]
  expect(single.length).toBeGreaterThan(0)
  expect(summed).toHaveLength(single.length)
  for (const [index, row] of single.entries())
    for (const [column, value] of Object.entries(row)) expectNear(summed[index]?.[column as never], value)
  return single.length
}
function expectNear(found: unknown, expected: unknown): void {
  if (Array.isArray(expected))
    for (const [index, value] of expected.entries()) expectNear((found as unknown[])[index], value)
  else if (typeof expected === 'number' && !Number.isInteger(expected))
    expect(Math.abs((found as number) - expected)).toBeLessThanOrEqual(expected * 0.0101)
  else if (typeof expected === 'number' && expected > 1000)
    // a latency in whole milliseconds
    expect(Math.abs((found as number) - expected)).toBeLessThanOrEqual(expected * 0.0101)
  else expect(found).toEqual(expected)
}

const none = wholeHours(from, from)
const scope = {
  plants,
  at: to,
  from,
  to,
  previousFrom: previous.previous_from,
  previousTo: from,
  hours: 123,
  stepSeconds: 3 * 3600,
}

test('what long ranges say of passages is the same read from sums of hours and from single rows', async () => {
  const range = { plants, from, to }
  const [handoff] = handoffs as [string]
  const compared = { ...range, flow: 'otc', ...previous }
  for (const by_plant of [true, false])
    await compare(
      'handoff_health',
      {
        ...handoffParams(estate),
        plants,
        flows: ['otc'],
        by_plant,
        at: to,
        window_s: 3600,
        from,
        ...wholeHours(from, new Date(to.getTime() - hourMs)),
      },
      none,
    )
  await compare('latency_quantiles', { ...compared, handoff, ...wholeCompared(scope, hourMs) }, none)
  const step_s = scope.stepSeconds
  await compare(
    'handoff_series',
    { ...range, flow: 'otc', handoffs, step_s, ...wholeSteps(from, to, step_s) },
    none,
  )
  await compare('orders_by_plant', { ...compared, ...wholeCompared(scope) }, none)
  await compare('orders_series', { ...range, flow: 'otc', step_s, ...wholeSteps(from, to, step_s) }, none)
  const whole = wholeHours(from, to)
  expect(whole.hour_to - whole.hour_from).toBe(123)
  await compare(
    'flow_stage_counts',
    { ...range, flow: 'otc', stages: [ordered, accepted, shipped] as string[], ...whole },
    none,
  )
  await compare('flow_cohort', { ...range, flow: 'otc', now: to, last_stage: 'shipped', ...whole }, none)
})

test('completeness and what was received are the same read from sums and from single rows, of the range and of the one before', async () => {
  const before = wholeDays(previous.previous_from, from)
  const days = { previous_day_from: before.day_from, previous_day_to: before.day_to }
  expect(before.day_to - before.day_from).toBeGreaterThan(2)
  const due = new Date(to.getTime() - 3 * hourMs)
  for (const stage of ['', 'accepted']) {
    const asked = { plants, from, to, ...previous, flow: '', stage, partner: '' }
    await compare(
      'quality_completeness',
      { ...asked, at: to, ...days, ...wholeHours(previous.previous_from, due, 1), ...wholeDays(from, due) },
      { ...none, day_from: 0, day_to: 0, previous_day_from: 0, previous_day_to: 0 },
    )
    const found = await compare(
      'quality_receipts',
      {
        ...asked,
        plants: [...plants, ''],
        known: plants,
        sources: ['erp'],
        limits_ms: [300_000],
        is_by_row: false,
        ...days,
        ...wholeDays(from, to),
      },
      { is_by_row: true },
    )
    expect(found).toBeGreaterThan(200)
  }
})

test('keys that left before the range count in the range before, in every cut', async () => {
  const rows = await store.query('quality_completeness', {
    plants,
    from,
    to,
    ...previous,
    flow: '',
    stage: '',
    partner: '',
    at: to,
    ...none,
    day_from: 0,
    day_to: 0,
    previous_day_from: 0,
    previous_day_to: 0,
  })
  for (const isBefore of [0, 1]) {
    const own = rows.filter((row) => row.is_before === isBefore)
    const sumOf = (cut: string) =>
      own.filter((row) => row.cut === cut).reduce((sum, row) => sum + row.expected, 0)
    expect(sumOf('all')).toBeGreaterThan(100)
    for (const cut of ['at', 'place', 'partner']) expect([cut, sumOf(cut)]).toEqual([cut, sumOf('all')])
  }
  for (const row of rows.filter(({ cut }) => cut === 'at'))
    expect(Boolean(row.is_before)).toBe(Date.parse(row.at) < from.getTime())
})

test('what was received again is told as often as it came for what happened within a day, in whatever loads', async () => {
  const [found] = await store.rows<{ again: number }>(
    "SELECT toUInt32(count()) AS again FROM receipts_again FINAL WHERE abs(dateDiff('hour', hour_before, hour)) <= 24",
  )
  const [expected] = await store.rows<{ again: number }>(
    `SELECT toUInt32(sum(arrayCount((now, before) -> abs(dateDiff('hour', before, now)) <= 24, arrayPopFront(hours), arrayPopBack(hours)))) AS again
     FROM (SELECT arrayMap(one -> one.3, arraySort(groupArray((received_at, load_seq, hour)))) AS hours FROM event_receipts GROUP BY source, event_id)`,
  )
  expect(expected?.again).toBeGreaterThan(1000)
  expect(found).toEqual(expected)
})
