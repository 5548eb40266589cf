import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Ingest, openIngest } from '../support/ingest.ts'
import { scenarioEstate } from '../support/scenario.ts'

let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(scenarioEstate())
})
afterAll(() => ingest.close())

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return { deep: value }
}
const given: unknown[] = [
  {},
  { text: 'x " } { \\ \n\t \u0000 \u2028 é 😀 \ud800 end', '"}': null, '': [] },
  { numbers: [12.5, -0.001, 1e300, 2 ** 53], kind: 'frame', load_seq: 5, event_id: 'other' },
  nested(900),
  nested(3_000),
  { long: 'x'.repeat(1_000_000) },
  [{ a: 1 }, []],
  'text, not JSON {',
  12.5,
  true,
  null,
]

test('data is kept to the letter, whatever it is, and what stands beside it as well', async () => {
  const events = given.map((data, index) => ({
    specversion: '1.0',
    id: `d${index}`,
    source: 'crm',
    type: 't',
    subject: `K-${index}`,
    time: index % 2 ? '2026-01-05T08:00:00.123Z' : '2026-01-05T09:00:00.123456+01:00',
    plant: 'HAM',
    data,
  }))
  const answer = await ingest.post('/v1/events', JSON.stringify(events), {
    'content-type': 'application/cloudevents-batch+json',
  })
  expect(await answer.json()).toMatchObject({ accepted: given.length, quarantined: 0 })
  await ingest.loader.drain()
  const rows = await ingest.store.rows<{ event_id: string; key: string; at: string; data: string }>(
    `SELECT event_id, key, toString(occurred_at) AS at, data FROM business_events FINAL ORDER BY toUInt32(substring(event_id, 2))`,
  )
  expect(rows.map(({ event_id, key, at }) => [event_id, key, at])).toEqual(
    given.map((_, index) => [`d${index}`, `K-${index}`, '2026-01-05 08:00:00.123']),
  )
  for (const [index, data] of given.entries())
    expect(rows[index]?.data).toBe(typeof data === 'string' ? data : JSON.stringify(data ?? {}))
})
