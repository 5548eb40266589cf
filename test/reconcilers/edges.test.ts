import { afterEach, beforeEach, expect, test } from 'vitest'
import { loadChecks } from '../../reconcilers/check.ts'
import { createRunner } from '../../reconcilers/runner.ts'
import { readWatermarks } from '../../sql/watermarks.ts'
import { type Ingest, openIngest } from '../support/ingest.ts'
import { readQuarantine } from '../support/quarantine.ts'
import { scenarioEstate } from '../support/scenario.ts'

const estate = scenarioEstate(`
flows:
  - flow: otc
    name: Order to cash
    tier: 1
    owner: ops
    stages:
      - { stage: ordered, name: Ordered, role: crm, event: order.created }
      - { stage: accepted, name: Accepted, role: wms, event: order.accepted, handoff: { name: Accepting, objective: 60s } }
`)
const minute = 60_000
let ingest: Ingest
beforeEach(async () => {
  ingest = await openIngest(estate)
})
afterEach(() => ingest.close())

const send = async (...events: object[]) => {
  const answer = await ingest.post('/v1/events', JSON.stringify(events), {
    'content-type': 'application/cloudevents-batch+json',
  })
  expect(answer.status).toBe(202)
  await ingest.loader.drain()
}
let sequence = 0
const event = (source: string, type: string, subject: string, at: number, more = {}) => ({
  specversion: '1.0',
  id: `e${++sequence}`,
  source,
  type,
  subject,
  time: new Date(at).toISOString(),
  plant: 'HAM',
  ...more,
})
const watermark = (source: string, at: number) => event(source, 'com.plumbline.watermark.v1', source, at)
const ofWms = async (at: number) =>
  (await readWatermarks(ingest.store, estate.sources, new Date(at))).find(
    (row) => row.source === 'wms' && row.plant === 'HAM',
  )

test('a gateway that was away delivers its past: held at what it delivered, until it has settled', async () => {
  const now = Date.now()
  await send(watermark('wms', now - 4 * 60 * minute))
  // it comes back, claims to be complete, and only then delivers, oldest first
  await send(watermark('wms', now - 1_000), event('wms', 'order.accepted', 'SO-1', now - 3 * 60 * minute))
  const during = await ofWms(Date.now() + 500)
  expect(during?.heldBecause).toMatch(/catching up/)
  expect(during?.completeTo.getTime()).toBe(now - 3 * 60 * minute)
  await send(event('wms', 'order.accepted', 'SO-2', now - 2 * 60 * minute))
  expect((await ofWms(Date.now() + 500))?.completeTo.getTime()).toBe(now - 2 * 60 * minute)
  // half a minute later nothing late has come any more
  const after = await ofWms(Date.now() + 31_000)
  expect(after?.heldBecause).toBe('')
  expect(after?.completeTo.getTime()).toBe(now - 1_000)
})

test('a run meanwhile is incomplete, and says why; it opens and closes nothing', async () => {
  const now = Date.now()
  const runner = createRunner(estate, ingest.store, loadChecks(estate), () => undefined, [])
  const check = runner.checks.find((candidate) => candidate.check === 'order_lines')
  if (!check) throw new Error('no such check')
  for (const source of ['crm', 'erp']) await send(watermark(source, now))
  const state = {
    order_type: 'sales',
    order_no: '1',
    line_no: '10',
    quantity: '5',
    unit: 'PCE',
    status: 'open',
  }
  await send(
    event('erp', 'order.noted', '1', now - 100 * minute, { data: { states: { order_lines: [state] } } }),
  )
  await runner.run([check], { at: new Date(Date.now() + 500) })
  const [run] = await ingest.store.rows<{ outcome: string; reason: string }>(
    "SELECT outcome, reason FROM runs WHERE plant = 'HAM'",
  )
  expect(run?.outcome).toBe('incomplete')
  expect(run?.reason).toMatch(/erp is catching up/)
  expect(await ingest.store.rows('SELECT * FROM exception_steps')).toEqual([])
})

test('after a silence its word is not believed at once: what it buffered may still be on its way', async () => {
  const now = Date.now()
  const said = (ago: number, to: number) => ({
    source: 'wms',
    system: 'wms',
    plant: 'HAM',
    complete_to: new Date(to).toISOString(),
    received_at: new Date(now - ago).toISOString(),
    load_seq: '1',
  })
  await ingest.store.insert('watermarks', [said(60 * minute, now - 60 * minute), said(1_000, now - 1_000)])
  const during = await ofWms(now)
  expect(during?.heldBecause).toMatch(/silence/)
  expect(during?.completeTo.getTime()).toBe(now - 60 * minute)
  expect((await ofWms(now + 30_000))?.heldBecause).toBe('')
})

test('one message that comes late among many that do not holds nobody up', async () => {
  const now = Date.now()
  await send(watermark('wms', now))
  await send(
    event('wms', 'order.accepted', 'SO-1', now - 3 * 60 * minute),
    ...Array.from({ length: 5 }, (_, index) =>
      event('wms', 'order.accepted', `SO-${index + 2}`, now - 1_000),
    ),
  )
  expect((await ofWms(Date.now() + 500))?.heldBecause).toBe('')
})

test('what came late is in its own hour: stages, waiting and latency are as if it had come in time', async () => {
  const now = Date.now()
  const ordered = now - 3 * 60 * minute
  await ingest.store.insert('estate_handoffs', [
    {
      loaded_at: new Date().toISOString(),
      flow: 'otc',
      position: 0,
      handoff: 'accepted',
      from_stage: 'ordered',
      to_stage: 'accepted',
      later_stages: [],
      objective_ms: 60_000,
    },
  ])
  await send(event('crm', 'order.created', 'SO-9', ordered))
  const waiting = () =>
    ingest.store.rows<{ waits: boolean; latency_ms: string }>(
      "SELECT toBool(is_waiting) AS waits, latency_ms FROM handoff_passages WHERE key = 'SO-9'",
    )
  expect((await waiting())[0]?.waits).toBe(true)
  // delivered three hours late, and twice, the later copy first
  await send(event('wms', 'order.accepted', 'SO-9', ordered + 40_000))
  await send(event('wms', 'order.accepted', 'SO-9', ordered + 30_000))
  expect(await waiting()).toEqual([{ waits: false, latency_ms: '30000' }])
})

test('an hour of past of ten plants touches one partition a table, years of it as many as it has months', async () => {
  const now = Date.now()
  await send(
    ...Array.from({ length: 24 }, (_, index) =>
      event('wms', 'order.accepted', `M-${index}`, now - index * 30 * 24 * 60 * minute),
    ),
  )
  const parts = await ingest.store.rows<{ table: string; parts: number }>(
    "SELECT table, toUInt32(uniqExact(partition)) AS parts FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('business_events', 'event_receipts', 'source_arrivals') GROUP BY table ORDER BY table",
  )
  expect(parts).toEqual([
    { table: 'business_events', parts: expect.any(Number) },
    { table: 'event_receipts', parts: 1 },
    { table: 'source_arrivals', parts: 1 },
  ])
  expect(parts[0]?.parts).toBeLessThanOrEqual(25)
})

test('what is older than allowed is refused visibly', async () => {
  const old = Date.now() - estate.allowed_age - 24 * 60 * minute
  const answer = await ingest.post(
    '/v1/events',
    JSON.stringify([event('wms', 'order.accepted', 'OLD', old)]),
    { 'content-type': 'application/cloudevents-batch+json' },
  )
  expect(await answer.json()).toMatchObject({ accepted: 0, quarantined: 1 })
  await ingest.loader.drain()
  const [row] = await readQuarantine(ingest.store, 1)
  expect(row?.codes).toEqual(['time.age'])
})
