import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { unfoldNested } from '../../server/api/nested-values.ts'
import type { FlowDetail } from '../../server/api/schemas/flows.ts'
import type { TraceDetail } from '../../server/api/schemas/traces.ts'
import { openApp, type TestApp } from '../support/app.ts'

/** Spans sent to the front door, and what the API shows of them. */
let app: TestApp
beforeAll(async () => {
  app = await openApp(undefined, { isLive: true })
})
afterAll(() => app.close())

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
const started = BigInt(Date.now() - 60_000) * 1_000_000n
const traceId = randomBytes(16).toString('hex')
const send = async (spans: { name: string; duration: bigint; attributes?: object[] }[]) => {
  const body = {
    resourceSpans: [
      {
        resource: { attributes: [text('service.name', 'crm'), text('plumbline.plant', 'HAM')] },
        scopeSpans: [
          {
            spans: spans.map(({ name, duration, attributes = [] }) => ({
              traceId,
              spanId: randomBytes(8).toString('hex'),
              name,
              kind: 3,
              startTimeUnixNano: String(started),
              endTimeUnixNano: String(started + duration),
              attributes: [
                text('plumbline.flow', 'order_to_cash'),
                text('peer.service', 'erp'),
                ...attributes,
              ],
            })),
          },
        ],
      },
    ],
  }
  const answer = await app.ask('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}
const readTrace = async () => (await app.askJson<TraceDetail>(`/api/traces/${traceId}`)).body

test('percentiles of calls are within 1 % of those of the spans themselves', async () => {
  // from 50 microseconds to some 20 s, no two the same; two calls with tails of their own
  const durations = (count: number, growth: number) =>
    Array.from({ length: count }, (_, index) => BigInt(Math.round(50_000 * growth ** index)))
  const calls = { quick: durations(997, 1.0031), slow: durations(601, 1.0217) }
  await send(Object.entries(calls).flatMap(([name, list]) => list.map((duration) => ({ name, duration }))))
  const read = async () =>
    (await app.askJson<FlowDetail>('/api/flows/order_to_cash?plant=HAM')).body.dependencies ?? []
  await vi.waitUntil(async () => (await read()).length === 2, { timeout: 20_000, interval: 200 })
  for (const row of await read()) {
    const sorted = calls[row.name as keyof typeof calls].map((duration) => Number(duration) / 1e6)
    expect(row).toMatchObject({ caller: 'crm', callee: 'erp', calls: sorted.length })
    for (const [share, shown] of [
      [0.5, row.p50_ms],
      [0.95, row.p95_ms],
      [0.99, row.p99_ms],
    ] as const) {
      const exact = sorted[Math.ceil(share * sorted.length) - 1] as number
      expect(Math.abs(shown / exact - 1), `p${100 * share} of ${row.name}`).toBeLessThanOrEqual(0.01)
    }
  }
})

test('a value nested deep is shown as JSON, not as the bytes it is kept in', async () => {
  const list = (...values: object[]) => ({ arrayValue: { values } })
  const map = (...values: object[]) => ({ kvlistValue: { values } })
  const deep = map(
    {
      key: 'lines',
      value: list(list({ intValue: '9007199254740993' }, { doubleValue: 0.5 }), { boolValue: true }),
    },
    { key: 'to', value: map({ key: 'a "b" é', value: map({ key: 'at', value: { stringValue: 'x/y' } }) }) },
    { key: 'none', value: list() },
    { key: 'raw', value: list({ bytesValue: 'AAE=' }, {}) },
    { key: 'plain', value: { stringValue: '{"otlp.kvlist":"AAAA"}' } },
  )
  await send([{ name: 'deep', duration: 1n, attributes: [{ key: 'deep', value: deep }] }])
  const find = async () => (await readTrace()).spans?.find((span) => span.name === 'deep')
  await vi.waitUntil(find, { timeout: 20_000, interval: 200 })
  expect((await find())?.attributes.deep?.replaceAll('\\/', '/')).toBe(
    '{"lines":[[9007199254740993,0.5],true],"to":{"a \\"b\\" é":{"at":"x/y"}},"none":[],"raw":[{"base64":"AAE="},null],"plain":"{\\"otlp.kvlist\\":\\"AAAA\\"}"}',
  )
})

test('bytes that are no such value stay as they are, and so does what goes too deep', () => {
  for (const bytes of ['AAAA', 'CgU=', '////', 'CQ=='])
    expect(unfoldNested(`[{"otlp.array":"${bytes}"}]`)).toBe(`[{"otlp.array":"${bytes}"}]`)
  expect(unfoldNested('[{"otlp.array":""}]')).toBe('[[]]')
  const delimited = (tag: number, bytes: number[]) => {
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 127) | 128, bytes.length >> 7]
    return [tag, ...length, ...bytes]
  }
  // values (1) of an array, each an array_value (5)
  const nest = (depth: number): number[] =>
    depth === 0 ? [] : delimited(0x0a, delimited(0x2a, nest(depth - 1)))
  const nested = (depth: number) =>
    unfoldNested(`{"otlp.array":"${Buffer.from(nest(depth)).toString('base64')}"}`)
  expect(nested(50)).toBe('['.repeat(51) + ']'.repeat(51))
  expect(nested(200)).toContain('otlp.array')
})
