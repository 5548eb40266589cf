import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadChecks } from '../../reconcilers/check.ts'
import type { ExceptionDetail, ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { FlowDetail } from '../../server/api/schemas/flows.ts'
import type { Overview } from '../../server/api/schemas/overview.ts'
import type { Quality } from '../../server/api/schemas/quality.ts'
import { sumDecimals } from '../../server/core/decimal.ts'
import { type Estate, loadEstate } from '../../server/core/estate.ts'
import { openStore } from '../../sql/open.ts'
import { type Product, startProduct } from '../support/product.ts'

/**
 * What is on screen against the same worked out here from the messages and from what runs did, line by line and without
 * any of the product's own SQL: nothing of rollups, views or kept cases is read.
 */
const demo = fileURLToPath(new URL('../../server/demo/estate.yaml', import.meta.url))
const hours = 24

type Fact = {
  plant: string
  flow: string
  stage: string
  key: string
  type: string
  at: number
  received: number
  deviations: string[]
}
type Receipt = { source: string; event_id: string; outcome: string; received: number; hour: number }
type Step = {
  number: string
  act: string
  check: string
  cls: string
  plant: string
  order_no: string
  at: number
  amount: string
}

let product: Product
let estate: Estate
let overview: Overview
let flow: FlowDetail
let quality: Quality
let late: ExceptionList
let open: ExceptionDetail[]
let facts: Fact[]
let steps: Step[]
let receipts: Receipt[]

beforeAll(async () => {
  // a world that stands still
  const end = new Date(Date.now() - 10 * 60_000).toISOString()
  product = await startProduct({
    demoHours: 6,
    env: { PLUMBLINE_DEMO_END: end, PLUMBLINE_DEMO_FAULTS: '2' },
  })
  await product.waitForDemo()
  estate = loadEstate(demo)
  const scope = `hours=${hours}`
  overview = await product.get(`/api/overview?${scope}`)
  flow = await product.get(`/api/flows/order_to_cash?${scope}`)
  quality = await product.get(`/api/quality?${scope}`)
  late = await product.get('/api/exceptions?due=late&limit=1')
  const { rows } = await product.get<ExceptionList>('/api/exceptions?limit=1000')
  open = []
  for (const { number } of rows) open.push(await product.get(`/api/exceptions/${number}`))
  await product.kill()
  const store = await openStore({ dataFolder: product.folder })
  try {
    facts = await store.rows(
      `SELECT DISTINCT plant, flow, stage, key, type, toUnixTimestamp64Milli(occurred_at) AS at, toUnixTimestamp64Milli(received_at) AS received, deviations
       FROM business_events FINAL`,
    )
    steps = await store.rows(
      `SELECT toString(number) AS number, toString(act) AS act, toString(check) AS check, toString(class) AS cls, plant, order_no, toUnixTimestamp64Milli(at) AS at, toString(amount_reporting) AS amount
       FROM exception_steps FINAL ORDER BY exception_steps.number, step`,
    )
    receipts = await store.rows(
      `SELECT source, event_id, toString(outcome) AS outcome, toUnixTimestamp64Milli(received_at) AS received, toUnixTimestamp(hour) AS hour
       FROM event_receipts ORDER BY received_at, load_seq`,
    )
  } finally {
    await store.close()
  }
  for (const fact of facts) {
    fact.at = Number(fact.at)
    fact.received = Number(fact.received)
  }
  for (const step of steps) step.at = Number(step.at)
}, 240_000)
afterAll(() => product?.stop())

/** When each key of a flow first reached each stage. */
function progressOf(name: string): Map<string, Map<string, number>> {
  const keys = new Map<string, Map<string, number>>()
  const ends = new Set(estate.flowOf.get(name)?.ends_early)
  for (const fact of facts.filter((each) => each.flow === name)) {
    const id = `${fact.plant} ${fact.key}`
    const stages = keys.get(id) ?? new Map<string, number>()
    const stage = ends.has(fact.type) ? 'ended' : fact.stage
    stages.set(stage, Math.min(stages.get(stage) ?? Number.POSITIVE_INFINITY, fact.at))
    keys.set(id, stages)
  }
  return keys
}

/** A key that has reached any of these, or was called off, waits for none of them. */
const isOn = (reached: Map<string, number>, later: { stage: string }[]) =>
  reached.has('ended') || later.some(({ stage }) => reached.has(stage))

const at = () => Date.parse(overview.as_of)
const tile = (name: Overview['tiles'][number]['tile']) =>
  overview.tiles.find((each) => each.tile === name) as Overview['tiles'][number]
/** The least value that so great a share of the values does not exceed: the nearest rank. */
const quantile = (values: number[], share: number) =>
  [...values].sort((a, b) => a - b)[Math.ceil(share * values.length) - 1]
/** Cases by number, each as its last step left it. */
const casesNow = () => new Map(steps.map((step) => [step.number, step]))
const openNow = () => [...casesNow().values()].filter(({ act }) => act !== 'closed')

test('order latency: p95 and p99 of what arrived in the last hour, in the order hand-off', () => {
  const times = [...progressOf('order_to_cash').values()].flatMap((stages) => {
    const [left, arrived] = [stages.get('crm_ordered'), stages.get('erp_accepted')]
    return left && arrived && arrived >= at() - 3_600_000 && arrived < at()
      ? [Math.max(0, arrived - left)]
      : []
  })
  expect(times.length).toBeGreaterThan(4)
  expect(tile('latency').value).toBe(quantile(times, 0.95))
  expect(tile('latency').limit).toBe(60_000)
})

test('each hand-off of a flow: p50, p95 and p99 of what passed in the last hour and, at its age, of what waits', () => {
  const stages = estate.flowOf.get('order_to_cash')?.stages ?? []
  const keys = [...progressOf('order_to_cash').values()]
  expect(flow.handoffs.length).toBe(stages.length - 1)
  const now = Date.parse(flow.as_of)
  for (const [index, shown] of flow.handoffs.entries()) {
    const left = stages[index]?.stage ?? ''
    const times = keys.flatMap((reached) => {
      const [from, to] = [reached.get(left), reached.get(stages[index + 1]?.stage ?? '')]
      if (from === undefined) return []
      if (to !== undefined) return to > now - 3_600_000 ? [Math.max(0, to - from)] : []
      return isOn(reached, stages.slice(index + 1)) ? [] : [now - from]
    })
    expect(times.length, left).toBeGreaterThan(0)
    expect([shown.p50_ms, shown.p95_ms, shown.p99_ms], left).toEqual(
      [0.5, 0.95, 0.99].map((share) => quantile(times, share)),
    )
  }
})

test('backlog: keys that left one stage, have reached none after it, and wait longer than the objective', () => {
  let stuck = 0
  for (const { flow: name, stages } of estate.flows)
    for (const reached of progressOf(name).values())
      for (const [index, stage] of stages.slice(1).entries()) {
        const left = reached.get(stages[index]?.stage ?? '')
        if (left === undefined || isOn(reached, stages.slice(index + 1))) continue
        if (at() - left > (stage.handoff?.objective ?? 0)) stuck++
      }
  expect(stuck).toBeGreaterThan(0)
  expect(tile('backlog').value).toBe(stuck)
})

test('open exceptions and money at risk: what runs opened and have not closed', () => {
  expect(openNow().length).toBeGreaterThan(10)
  expect(tile('exceptions').value).toBe(openNow().length)
  expect(overview.open_cases).toBe(openNow().length)
  expect(open.length).toBe(openNow().length)
  // of two checks that find the same money one counts it
  const names = loadChecks(estate)
    .filter(({ measure, counted_by }) => measure === 'inventory' && Object.keys(counted_by).length === 0)
    .map(({ check }) => check)
  const inventory = openNow().filter(({ check }) => names.includes(check))
  expect(inventory.length).toBeGreaterThan(0)
  expect(tile('inventory').money).toBe(sumDecimals(inventory.map(({ amount }) => amount)))
  // value at risk is made up of plants, checks and classes, each counted once
  expect(sumDecimals(overview.impact.map(({ amount }) => amount))).toBe(overview.open_amount)
})

test('orders that need a person: those of which a case opened in the range, of those that were ordered in it', () => {
  const from = at() - hours * 3_600_000
  const ordered = [...progressOf('order_to_cash').values()].filter((reached) => {
    const entered = reached.get('crm_ordered')
    return entered !== undefined && entered >= from && entered < at()
  })
  const first = steps.filter(({ act, at: opened }) => act === 'opened' && opened >= from && opened < at())
  const orders = new Set(
    first.filter(({ order_no }) => order_no !== '').map(({ plant, order_no }) => `${plant} ${order_no}`),
  )
  expect(orders.size).toBeGreaterThan(0)
  expect(tile('runs').value).toBeCloseTo((100 * orders.size) / ordered.length, 9)
})

test('SLA: cases one of whose running clocks has passed its time, by the calendar of each', () => {
  const asOf = Date.parse(late.as_of)
  const breached = open.filter(({ clocks }) =>
    [clocks.acknowledge, clocks.resolve].some(
      (clock) => clock.due_at !== null && clock.stopped_at === null && Date.parse(clock.due_at) <= asOf,
    ),
  )
  expect(late.total).toBe(breached.length)
})

test('conformity and duplication: of the messages that came, those that broke no contract, and those that had come before', () => {
  const of = receipts.length
  const sound = receipts.filter(({ outcome }) => outcome === 'accepted').length
  const last = new Map<string, number>()
  let repeated = 0
  for (const { source, event_id, hour } of receipts) {
    const before = last.get(`${source} ${event_id}`)
    if (before !== undefined && Math.abs(Number(hour) - before) <= 24 * 3600) repeated++
    last.set(`${source} ${event_id}`, Number(hour))
  }
  expect(sound).toBeLessThan(of)
  expect(repeated).toBeGreaterThan(0)
  const shown = (name: string) => quality.measures.find((each) => each.measure === name)
  expect(shown('conformity')).toMatchObject({ count: sound, of, rate: (100 * sound) / of })
  expect(shown('duplication')).toMatchObject({ count: repeated, of, rate: (100 * repeated) / of })
})
