import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createSender } from '../../../server/demo/sender.ts'
import { openApp, type TestApp } from '../../support/app.ts'
import { watchRoom } from '../../support/disk.ts'
import { type Ingest, listen, openIngest } from '../../support/ingest.ts'
import { encodings, signals } from '../../support/otlp-signals.ts'
import { scenarioEstate } from '../../support/scenario.ts'
import { eventBatch } from '../../torture/seeds.ts'

type Status = { code: number; message: string }
const cases = signals.flatMap((signal) => encodings.map((encoding) => ({ ...signal, ...encoding })))

const ask = (ingest: Ingest, path: string, headers: Record<string, string>, body: BodyInit) =>
  ingest.app.request(path, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)

/** A body that comes chunk by chunk and then stalls; `stalled` resolves once all its chunks were taken. */
function tricklingBody(chunks: Uint8Array[]) {
  const reads = { count: 0 }
  let end: (error: Error) => void = () => undefined
  let stall: () => void = () => undefined
  const stalled = new Promise<void>((resolve) => {
    stall = resolve
  })
  const left = [...chunks]
  const body = new ReadableStream<Uint8Array>(
    {
      start: (to) => {
        end = (error) => to.error(error)
      },
      pull: (to) => {
        reads.count++
        const next = left.shift()
        if (next) return to.enqueue(next)
        stall()
        return new Promise(() => undefined)
      },
    },
    { highWaterMark: 0 },
  )
  return { body, reads, stalled, hangUp: () => end(new Error('the sender hung up')) }
}

describe('with tokens set', () => {
  let app: TestApp
  beforeAll(async () => {
    app = await openApp()
  })
  afterAll(() => app.close())

  test.each(cases)(
    '$path in $name: no token is 401, one that may not is 403, the right one is 200',
    async (each) => {
      const locked = app.lock({ read: 'see', operate: 'act', ingest: 'send' })
      const ask = (more: Record<string, string>) =>
        locked.ask(`http://localhost${each.path}`, {
          method: 'POST',
          headers: { ...each.headers, ...more },
          body: each.write(each.request, each.make(1)),
        })
      for (const [headers, status, code] of [
        [{}, 401, 16],
        [{ authorization: 'Bearer nonsense' }, 401, 16],
        [{ authorization: 'Bearer see' }, 403, 7],
        [{ authorization: 'Bearer send', 'sec-fetch-site': 'cross-site' }, 403, 7],
      ] as const) {
        const answer = await ask(headers)
        expect(answer.status).toBe(status)
        expect(await each.read<Status>('GoogleRpcStatus', answer)).toEqual({
          code,
          message: expect.any(String),
        })
      }
      const answer = await ask({ authorization: 'Bearer send' })
      expect([answer.status, await each.read<object>(each.response, answer)]).toEqual([200, {}])
    },
  )
  test.each(cases)('$path in $name: another host is 403', async (each) => {
    const answer = await app.ask(`http://elsewhere.example${each.path}`, {
      method: 'POST',
      headers: each.headers,
      body: each.write(each.request, {}),
    })
    expect(answer.status).toBe(403)
    expect((await each.read<Status>('GoogleRpcStatus', answer)).code).toBe(7)
  })
})

describe('with no room left', () => {
  let ingest: Ingest
  beforeAll(async () => {
    ingest = await openIngest(scenarioEstate(), { spool: { maxBytes: 2000, sealMs: 600_000 } })
  })
  afterAll(() => ingest.close())

  test.each(cases)(
    '$path in $name: 503 with Retry-After and a status; what was acknowledged stays',
    async (each) => {
      let acknowledged = 0
      for (let index = 0; ; index++) {
        const answer = await ingest.post(each.path, each.write(each.request, each.make(20)), each.headers)
        if (answer.status === 200 && index < 10) {
          acknowledged++
          continue
        }
        expect(answer.status).toBe(503)
        expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
        expect(await each.read<Status>('GoogleRpcStatus', answer)).toEqual({
          code: 14,
          message: expect.stringContaining('spool'),
        })
        break
      }
      // what is too long for the room there is is not even read
      const { body, reads } = tricklingBody([])
      const unread = await ask(ingest, each.path, { ...each.headers, 'content-length': '3000' }, body)
      expect([unread.status, reads.count]).toEqual([503, 0])
      expect(ingest.spool.stats().waiting_bytes).toBeGreaterThan(0)
      await ingest.loader.drain()
      const table = each.signal === 'traces' ? 'otel_spans' : 'measurements'
      const [row] = await ingest.store.rows<{ rows: number }>(
        `SELECT toUInt32(count()) AS rows FROM ${table} FINAL`,
      )
      expect(row?.rows).toBeGreaterThanOrEqual(acknowledged * 20)
      // with room again it is taken again
      const answer = await ingest.post(each.path, each.write(each.request, each.make(1)), each.headers)
      expect(answer.status).toBe(200)
      await ingest.loader.drain()
    },
  )
})

describe('with as many bytes in hand as may be', () => {
  const events = {
    path: '/v1/events',
    headers: { 'content-type': 'application/cloudevents-batch+json' },
    body: JSON.stringify(eventBatch(1, 20)),
  }
  let ingest: Ingest
  beforeAll(async () => {
    ingest = await openIngest(scenarioEstate(), { mostInHand: 100_000 })
  })
  afterAll(() => ingest.close())

  test.each([
    ...cases.map((each) => ({
      path: each.path,
      headers: each.headers,
      body: each.write(each.request, each.make(20)),
    })),
    events,
  ])('$path, $headers: 503 with Retry-After until a body is done with', async ({ path, headers, body }) => {
    const slow = tricklingBody([new Uint8Array(60_000), new Uint8Array(40_000)])
    const first = ask(ingest, '/v1/traces', { 'content-type': 'application/x-protobuf' }, slow.body)
    await slow.stalled
    const second = await ingest.post(path, body, headers)
    expect([second.status, Number(second.headers.get('retry-after')) > 0]).toEqual([503, true])
    expect(await second.text()).toContain('Too many bodies')
    slow.hangUp()
    expect((await first).status).toBeGreaterThanOrEqual(400)
    expect((await ingest.post(path, body, headers)).ok).toBe(true)
  })
  test('what a body becomes once it is unpacked counts, and so does what JSON becomes', async () => {
    const headers = { 'content-type': 'application/json' }
    const plain = `{"resourceSpans":[]${' '.repeat(90_000)}}`
    expect((await ingest.post('/v1/traces', plain, headers)).status).toBe(200)
    const large = gzipSync(`{"resourceSpans":[]${' '.repeat(100_000)}}`)
    const packed = await ingest.post('/v1/traces', large, { ...headers, 'content-encoding': 'gzip' })
    expect([packed.status, large.length < 1000]).toEqual([503, true])
    const name = 'x'.repeat(60_000)
    const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), name }
    const doubled = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] })
    expect((await ingest.post('/v1/traces', doubled, headers)).status).toBe(503)
  })
})

describe('with the disk nearly full', () => {
  let ingest: Ingest
  let disk: Awaited<ReturnType<typeof watchRoom>>
  beforeAll(async () => {
    disk = await watchRoom()
    ingest = await openIngest(scenarioEstate(), { spool: { disk } })
    await disk.have(0.1e9 - 1)
  })
  afterAll(() => ingest.close())

  test.each(cases)('$path in $name: 503 with Retry-After, and nothing is written', async (each) => {
    const answer = await ingest.post(each.path, each.write(each.request, each.make(1)), each.headers)
    expect([answer.status, Number(answer.headers.get('retry-after')) > 0]).toEqual([503, true])
    expect((await each.read<Status>('GoogleRpcStatus', answer)).message).toContain('the disk')
    expect(ingest.spool.stats()).toMatchObject({
      waiting_bytes: 0,
      refusing: expect.stringContaining('disk'),
    })
  })

  test('events: the problem says what is full and what to do, and the demo, as every sender, waits for room', async () => {
    const type = { 'content-type': 'application/cloudevents-batch+json' }
    const answer = await ingest.post('/v1/events', JSON.stringify(eventBatch(1, 2)), type)
    expect([answer.status, Number(answer.headers.get('retry-after'))]).toEqual([503, 10])
    expect(((await answer.json()) as { error: object }).error).toMatchObject({
      code: 'disk_full',
      message: expect.stringContaining('the disk of the data folder has too little room'),
      mend: expect.stringMatching(/Nothing of this message was taken.+made room/),
    })
    const door = await listen(ingest)
    const waited: unknown[] = []
    const sender = createSender({
      url: door.url,
      headers: {},
      stopped: AbortSignal.timeout(60_000),
      tell: (_level, _text, fields) => {
        // it goes on by itself once there is room
        if (waited.push(fields?.reason) === 1) void disk.have(1e9)
      },
    })
    await sender.sendEvents(eventBatch(2, 3) as never)
    await sender.close()
    door.close()
    expect(waited[0]).toBe('503')
    expect(ingest.spool.stats().refusing).toBe('')
    await ingest.loader.drain()
    expect(
      await ingest.store.rows('SELECT toUInt32(uniqExact(event_id)) AS ids FROM business_events'),
    ).toEqual([{ ids: 3 }])
  })
})
