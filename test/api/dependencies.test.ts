import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type {
  DependencyDetail,
  DependencyList,
  DependencyWeeks,
} from '../../server/api/schemas/dependencies.ts'
import type { ServiceMap } from '../../server/api/schemas/service-map.ts'
import type { TraceList } from '../../server/api/schemas/traces.ts'
import { listIsoWeeks, mondayOf } from '../../server/core/iso-weeks.ts'
import { flows, openApp, type TestApp } from '../support/app.ts'
import { scenarioEstate } from '../support/scenario.ts'

/** Calls sent to the front door, and what the API says of them against what was agreed. */
let app: TestApp
beforeAll(async () => {
  app = await openApp(
    scenarioEstate(`${flows}
dependencies:
  - { dependency: carrier, name: Carrier API, aliases: [api.carrier.example], latency: 1s, within: 90, availability: 95 }
`),
    { isLive: true },
  )
})
afterAll(() => app.close())

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } })
type SpanSpec = {
  trace?: string
  id?: string
  parent?: string
  kind: 'SERVER' | 'CLIENT' | 'PRODUCER' | 'CONSUMER'
  peer?: Record<string, string>
  at?: number
  ms?: number
  http?: number
  links?: { trace: string; id: string }[]
}
const kinds = { SERVER: 2, CLIENT: 3, PRODUCER: 4, CONSUMER: 5 }
const newId = () => randomBytes(8).toString('hex')
const newTrace = () => randomBytes(16).toString('hex')

async function send(service: string, plant: string, specs: SpanSpec[]): Promise<void> {
  const spans = specs.map(
    ({ trace, id, parent, kind, peer = {}, at = Date.now() - 60_000, ms = 100, http, links = [] }) => ({
      traceId: trace ?? newTrace(),
      spanId: id ?? newId(),
      parentSpanId: parent ?? '',
      name: 'work',
      kind: kinds[kind],
      startTimeUnixNano: String(BigInt(Math.round(at)) * 1_000_000n),
      endTimeUnixNano: String(BigInt(Math.round(at + ms)) * 1_000_000n),
      status: http !== undefined && http >= 400 ? { code: 2, message: String(http) } : {},
      links: links.map((link) => ({ traceId: link.trace, spanId: link.id })),
      attributes: [
        text('plumbline.flow', 'order_to_cash'),
        ...Object.entries(peer).map(([key, value]) => text(key, value)),
        ...(http === undefined
          ? []
          : [{ key: 'http.response.status_code', value: { intValue: String(http) } }]),
      ],
    }),
  )
  const answer = await app.ask('/v1/traces', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      resourceSpans: [
        {
          resource: { attributes: [text('service.name', service), text('plumbline.plant', plant)] },
          scopeSpans: [{ spans }],
        },
      ],
    }),
  })
  expect(answer.status).toBe(200)
}
const read = async <Body>(path: string) => (await app.askJson<Body>(path)).body
const until = <Value>(look: () => Promise<Value>) => vi.waitUntil(look, { timeout: 20_000, interval: 200 })

test('calls are counted by dependency, whatever they call it, and held against what was agreed', async () => {
  const carrier = { 'peer.service': 'carrier' }
  await send('wms', 'HAM', [
    ...Array.from({ length: 16 }, () => ({ kind: 'CLIENT' as const, peer: carrier, ms: 300, http: 201 })),
    // by its address, and too slow
    ...Array.from({ length: 2 }, () => ({
      kind: 'CLIENT' as const,
      peer: { 'server.address': 'api.carrier.example' },
      ms: 3_000,
      http: 201,
    })),
    { kind: 'CLIENT', peer: carrier, ms: 40, http: 429 },
    { kind: 'CLIENT', peer: carrier, ms: 1_000, http: 503 },
    // of nobody it was agreed with
    { kind: 'CLIENT', peer: { 'peer.service': 'mail' }, ms: 50 },
  ])
  const find = async () =>
    (await read<DependencyList>('/api/dependencies?plant=HAM&hours=1')).rows.find((row) => row.calls === 20)
  const row = await until(find)
  expect(row).toMatchObject({
    dependency: 'carrier',
    name: 'Carrier API',
    errors: 2,
    throttled: 1,
    in_time_share: 90,
    available_share: 90,
    // a share of 90 % is what is agreed of latency, but of errors twice of what may be was
    status: 'breach',
  })
  expect(Math.abs((row?.p50_ms ?? 0) / 300 - 1)).toBeLessThanOrEqual(0.01)
  expect(Math.abs((row?.p99_ms ?? 0) / 3_000 - 1)).toBeLessThanOrEqual(0.01)

  // each number leads to as many traces, since each call here is a trace of its own
  const behind = async (query: string) =>
    (await read<TraceList>(`/api/traces?hours=1&dependency=carrier${query}`)).rows.length
  // sums and spans of one load are there one after the other
  await until(async () => (await behind('')) === 20)
  expect(await behind('&calls=errors')).toBe(2)
  expect(await behind('&calls=throttled')).toBe(1)
  // what took just a second is in time
  expect(await behind('&calls=slow&plant=HAM')).toBe(2)
  expect(await behind('&plant=SHF')).toBe(0)

  const detail = await read<DependencyDetail>('/api/dependencies/api.carrier.example?hours=1')
  expect(detail).toMatchObject({ dependency: 'carrier', calls: 20, errors: 2 })
  expect(detail.series.reduce((sum, point) => sum + point.calls, 0)).toBe(20)
  expect(detail.plants).toMatchObject([{ plant: 'HAM', calls: 20, throttled: 1 }])
  expect(detail.calls_by).toMatchObject([{ caller: 'wms', name: 'work', calls: 20 }])
  const unknown = await app.askJson<{ error: { code: string } }>('/api/dependencies/nobody')
  expect([unknown.status, unknown.body.error.code]).toEqual([404, 'dependency_unknown'])
  const backwards = await app.ask('/api/dependencies?from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z')
  expect(backwards.status).toBe(400)
})

test('a range is compared with the one before it, or with the same hours a week before', async () => {
  const hour = 3_600_000
  const ago = Date.now() - hour / 2
  const call = (at: number, ms: number) => ({
    kind: 'CLIENT' as const,
    peer: { 'peer.service': 'scale' },
    at,
    ms,
  })
  await send('wms', 'HAM', [call(ago, 100), call(ago, 100), call(ago - 7 * 24 * hour, 200)])
  const find = async (query: string) =>
    (await read<DependencyList>(`/api/dependencies?${query}`)).rows.find((row) => row.dependency === 'scale')
  await until(() => find('hours=1'))
  expect((await find('hours=1'))?.p95_change).toBeNull()
  expect((await find('hours=1&compare=week'))?.p95_change).toBeCloseTo(-50, 0)
  const [from, to] = [ago - 7 * 24 * hour - hour, ago - 7 * 24 * hour + hour].map((at) =>
    new Date(at).toISOString(),
  )
  expect(await find(`from=${from}&to=${to}`)).toMatchObject({ calls: 1 })
  for (const path of ['/api/overview', '/api/flows/order_to_cash', '/api/plants/HAM', '/api/quality']) {
    const { status, body } = await app.askJson<{ from: string; to: string }>(
      `${path}?from=${from}&to=${to}&compare=week`,
    )
    expect([path, status]).toEqual([path, 200])
    // the hours of data quality are whole
    expect(Math.abs(Date.parse(body.from) - Date.parse(from ?? ''))).toBeLessThan(hour)
    expect(body.to).toBe(to)
  }
})

test('a week begins on Monday by the clock of each plant', async () => {
  const now = Date.now()
  // the one that begins now in Hamburg began a week ago, an hour later in Sheffield than there
  const [ham, shf] = ['Europe/Berlin', 'Europe/London'].map(
    (zone) => listIsoWeeks(zone, mondayOf(zone, now), 2)[0] as { week: string; from: number },
  ) as [{ week: string; from: number }, { week: string; from: number }]
  expect(shf.from - ham.from).toBe(3_600_000)
  // half an hour after it began in Hamburg, when it is still Sunday in Sheffield
  const at = ham.from + 1_800_000
  for (const plant of ['HAM', 'SHF'])
    await send('crm', plant, [{ kind: 'CLIENT', peer: { 'peer.service': 'ledger' }, at }])
  const weeksOf = async (plant: string) => {
    const { rows } = await read<DependencyWeeks>(
      `/api/dependency-weeks?plant=${plant}&weeks=3&dependency=ledger`,
    )
    return rows[0]?.weeks.filter((week) => week.calls > 0).map((week) => week.week)
  }
  await until(async () => (await weeksOf('SHF'))?.length)
  const before = listIsoWeeks('Europe/London', mondayOf('Europe/London', now), 3)[0]?.week
  expect(await weeksOf('HAM')).toEqual([ham.week])
  expect(await weeksOf('SHF')).toEqual([before])
  expect(listIsoWeeks('UTC', mondayOf('UTC', Date.UTC(2027, 0, 2)), 1)[0]?.week).toBe('2026-W53')
})

test('who calls whom is stitched across batches, by parent and by link, and each edge leads to its traces', async () => {
  const [order, batch] = [newTrace(), newTrace()]
  const [call, sent] = [newId(), newId()]
  // the callee's span comes first, in a batch of its own; the call names its address only
  await send('shop-backend', 'HAM', [{ trace: order, parent: call, kind: 'SERVER', ms: 40 }])
  await send('shop', 'HAM', [
    { trace: order, id: call, kind: 'CLIENT', peer: { 'server.address': 'backend.internal' }, ms: 50 },
    // one that never got there: known by its address
    { kind: 'CLIENT', peer: { 'server.address': 'backend.internal' }, ms: 900, http: 503 },
    { trace: order, id: sent, kind: 'PRODUCER', at: Date.now() - 50_000, ms: 2 },
    { kind: 'CLIENT', peer: { 'peer.service': 'payments' }, ms: 70 },
  ])
  // received in a trace of its own, which links to where it was sent
  await send('packer', 'HAM', [
    { trace: batch, kind: 'CONSUMER', at: Date.now() - 40_000, ms: 10, links: [{ trace: order, id: sent }] },
  ])
  const edges = async () => {
    const map = await read<ServiceMap>('/api/service-map?plant=HAM&hours=1')
    return map.edges.filter((edge) => edge.caller === 'shop')
  }
  await until(async () => (await edges()).length === 3)
  const found = (await edges()).sort((a, b) => (a.callee < b.callee ? -1 : 1))
  expect(found).toMatchObject([
    { callee: 'packer', is_message: true, calls: 1, errors: 0 },
    { callee: 'payments', is_message: false, calls: 1 },
    { callee: 'shop-backend', is_message: false, calls: 2, errors: 1 },
  ])
  // from when it was sent until it was processed
  expect(found[0]?.p95_ms).toBeGreaterThan(9_000)
  const { services } = await read<ServiceMap>('/api/service-map?plant=HAM&hours=1')
  expect(services.find((one) => one.service === 'payments')?.is_traced).toBe(false)
  expect(services.find((one) => one.service === 'packer')?.is_traced).toBe(true)

  const behind = await read<TraceList>('/api/traces?hours=1&service=shop&callee=packer')
  expect(behind.rows.map((row) => row.trace_id)).toEqual([order])
})
