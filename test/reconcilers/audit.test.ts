import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAudit } from '../../reconcilers/audit.ts'
import type { Store } from '../../sql/store.ts'
import { openEmptyStore } from '../support/store.ts'

/** The sums over spans against the spans themselves, by hours counted by hand. */
const hourMs = 3_600_000
const now = Math.floor(Date.now() / hourMs) * hourMs + 20 * 60_000
let store: Store
beforeAll(async () => {
  store = await openEmptyStore()
})
afterAll(() => store.close())

const spansIn = (
  minutesAgo: number,
  count: number,
  kind = 'SERVER',
  received = now - Math.max(0, minutesAgo - 10) * 60_000,
  status = 'OK',
) =>
  store.insert(
    'spans_in',
    Array.from({ length: count }, (_, index) => ({
      ts: new Date(now - minutesAgo * 60_000 + index).toISOString(),
      trace_id: `trace-${minutesAgo}-${kind}`.slice(0, 16).padEnd(16, '-'),
      span_id: String(index + 1),
      plant: 'HAM',
      service: 'erp',
      name: 'post',
      kind,
      status,
      duration_ns: '1000000',
      received_at: new Date(received).toISOString(),
    })),
  )
const driftByHour = async (rollup = 'span_latency_1m') =>
  Object.fromEntries(
    (await createAudit(store, { settleMs: 1 }).audit(new Date(now)))
      .filter((row) => row.rollup === rollup)
      .map((row) => [
        Math.floor(now / hourMs) - Date.parse(row.hour) / hourMs,
        [Number(row.exact), Number(row.rolled_up), Number(row.drift)],
      ]),
  )

test('sums that hold what the spans hold are exact, hour by hour, the running hour as of now', async () => {
  await spansIn(10, 5)
  await spansIn(10, 4, 'INTERNAL')
  await spansIn(90, 7, 'CLIENT')
  // the first hour that is audited, and one before it
  await spansIn(47 * 60 + 10, 3)
  await spansIn(48 * 60 + 10, 9)
  expect(await driftByHour()).toEqual({ 0: [5, 5, 0], 2: [7, 7, 0], 47: [3, 3, 0] })
})

test('what a sum has twice, or lacks, is found with its hour, and written down beside what was found before', async () => {
  await store.command(
    `INSERT INTO span_latency_1m SELECT * FROM span_latency_1m WHERE minute >= toDateTime(${(now - 2 * hourMs) / 1000}) AND kind = 'CLIENT'`,
  )
  await store.insert('otel_spans', [
    {
      ts: new Date(now - 5 * 60_000).toISOString(),
      trace_id: 'a-span-not-summ',
      span_id: '1',
      kind: 'CONSUMER',
      received_at: new Date(now).toISOString(),
    },
  ])
  expect(await driftByHour()).toEqual({ 0: [6, 5, -1], 2: [7, 14, 7], 47: [3, 3, 0] })
  const rows = await store.query('rollup_audits', { rollup: 'span_latency_1m', from: new Date(0) })
  expect(rows.map((row) => row.drift)).toEqual(['-1', '7', '0'])
  const [kept] = await store.rows<{ audits: string }>('SELECT count() AS audits FROM rollup_audits')
  expect(kept?.audits).toBe('12')
})

test('a span that comes again later is one span in the table and two in the sum: that is said too', async () => {
  await spansIn(200, 1)
  await spansIn(200, 1, 'SERVER', now + 1_000)
  const drift = (await driftByHour())[Math.floor(now / hourMs) - Math.floor((now - 200 * 60_000) / hourMs)]
  expect(drift).toEqual([1, 2, 1])
})

test('hours of long ago are audited when spans were received for them in the last two hours', async () => {
  const days = 24 * 60
  await spansIn(20 * days, 4, 'SERVER', now - 3 * hourMs)
  expect(Object.keys(await driftByHour())).not.toContain(String(20 * 24))
  await spansIn(20 * days + 1, 2, 'SERVER', now - hourMs)
  await store.command(
    `INSERT INTO span_latency_1m SELECT * FROM span_latency_1m WHERE minute = toStartOfMinute(toDateTime(${(now - (20 * days + 1) * 60_000) / 1000}))`,
  )
  expect((await driftByHour())[20 * 24]).toEqual([6, 8, 2])
})

test('errors are compared as calls are', async () => {
  await spansIn(300, 3, 'SERVER', now, 'ERROR')
  const hour = Math.floor(now / hourMs) - Math.floor((now - 300 * 60_000) / hourMs)
  expect((await driftByHour('span_latency_1m.errors'))[hour]).toEqual([3, 3, 0])
  // the calls are right, what became of them is not
  await store.command(
    `INSERT INTO span_latency_1m SELECT * EXCEPT (calls, errors, throttled), 0 AS calls, 1 AS errors, 0 AS throttled FROM span_latency_1m WHERE errors > 0`,
  )
  expect((await driftByHour())[hour]).toEqual([3, 3, 0])
  expect((await driftByHour('span_latency_1m.errors'))[hour]).toEqual([3, 4, 1])
})
