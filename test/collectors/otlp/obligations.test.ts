import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Ingest, openIngest } from '../../support/ingest.ts'
import { encodings, signals } from '../../support/otlp-signals.ts'
import { scenarioEstate } from '../../support/scenario.ts'

// what opentelemetry-proto's docs/specification.md asks of a server, obligation by obligation
let ingest: Ingest
beforeAll(async () => {
  ingest = await openIngest(scenarioEstate())
})
afterAll(() => ingest.close())

type Status = { code: number; message: string }
type Accepted = { partialSuccess?: Record<string, string> }
const mebibyte = 2 ** 20

describe.each(signals)('$path', ({ signal, path, request, response, rejected, make }) => {
  const stored = async () => {
    await ingest.loader.drain()
    const table = signal === 'traces' ? 'otel_spans' : 'measurements'
    const [row] = await ingest.store.rows<{ rows: string }>(
      `SELECT toString(count()) AS rows FROM ${table} FINAL`,
    )
    return Number(row?.rows)
  }

  describe.each(encodings)('in $name', ({ name, headers, write, read }) => {
    const post = (body: string | Uint8Array, more = {}) => ingest.post(path, body, { ...headers, ...more })
    const refused = async (answer: Response, status: number, code: number) => {
      expect(answer.status).toBe(status)
      const found = await read<Status>('GoogleRpcStatus', answer)
      expect(found).toEqual({ code, message: expect.stringMatching(/\w{3,}/) })
      return found.message
    }

    test('what is good is answered 200 with partial_success unset', async () => {
      const before = await stored()
      const answer = await post(write(request, make(3)))
      expect(answer.status).toBe(200)
      expect(await read<Accepted>(response, answer)).toEqual({})
      expect(await stored()).toBe(before + 3)
    })
    test('the media type may carry parameters and any case', async () => {
      const type = headers['content-type'] as string
      const answer = await post(write(request, make(1)), {
        'content-type': `${type.toUpperCase()}; charset=utf-8`,
      })
      expect(answer.status).toBe(200)
      expect(await read<Accepted>(response, answer)).toEqual({})
    })
    test('gzip is understood', async () => {
      const before = await stored()
      const answer = await post(gzipSync(write(request, make(2))), { 'content-encoding': 'gzip' })
      expect([answer.status, await read<Accepted>(response, answer)]).toEqual([200, {}])
      expect(await stored()).toBe(before + 2)
    })
    test('an empty request is a success', async () => {
      const list = signal === 'traces' ? 'resourceSpans' : 'resourceMetrics'
      for (const empty of [{}, { [list]: [] }, { [list]: [{}] }]) {
        const answer = await post(write(request, empty))
        expect([answer.status, await read<Accepted>(response, answer)]).toEqual([200, {}])
      }
    })
    test('what is not taken is counted back exactly, with why; the others are stored', async () => {
      const before = await stored()
      const answer = await post(write(request, make(5, 3)))
      expect(answer.status).toBe(200)
      expect(await read<Accepted>(response, answer)).toEqual({
        partialSuccess: { [rejected]: '3', errorMessage: expect.stringMatching(/^3: \w+/) },
      })
      expect(await stored()).toBe(before + 5)
    })
    test('what is of tomorrow or of long ago is counted back with why', async () => {
      const before = await stored()
      const day = 86_400
      const answer = await post(write(request, make(3, 0, [-day, 40 * day])))
      expect(await read<Accepted>(response, answer)).toEqual({
        partialSuccess: {
          [rejected]: '2',
          errorMessage: expect.stringMatching(
            /^1: .*(further ahead|longer ago).*; 1: .*(further ahead|longer ago)/,
          ),
        },
      })
      expect(await stored()).toBe(before + 3)
    })
    test('a request of which nothing is taken is no error either', async () => {
      const answer = await post(write(request, make(0, 2)))
      expect(answer.status).toBe(200)
      expect((await read<Accepted>(response, answer)).partialSuccess?.[rejected]).toBe('2')
    })
    test('a count above 127 is whole', async () => {
      const answer = await post(write(request, make(0, 300)))
      expect((await read<Accepted>(response, answer)).partialSuccess?.[rejected]).toBe('300')
    })
    test('what cannot be decoded is 400', async () => {
      const broken =
        name === 'json'
          ? ['', '{', '[]', '{"resourceSpans":1,"resourceMetrics":1}', '{}x', '"']
          : ['\u000a\u0005\u0001', '\u0001', '\u000b']
      for (const body of broken) await refused(await post(Buffer.from(body)), 400, 3)
    })
    test('text that is no UTF-8 is 400', async () => {
      const body = Buffer.from(write(request, make(1)))
      const place = body.indexOf(signal === 'traces' ? 'span' : 'metric_')
      body[place] = 0xff
      await refused(await post(body), 400, 3)
    })
    test('21 MiB are 413, plain', async () => {
      await refused(await post(new Uint8Array(21 * mebibyte)), 413, 8)
    })
    test('21 MiB are 413 when their length is not declared', async () => {
      const chunk = new Uint8Array(mebibyte)
      let sent = 0
      const body = new ReadableStream({
        pull: (to) => (sent++ < 21 ? to.enqueue(chunk) : to.close()),
      })
      const answer = await ingest.app.request(path, {
        method: 'POST',
        headers,
        body,
        duplex: 'half',
      } as RequestInit)
      await refused(answer, 413, 8)
      expect(sent).toBeLessThanOrEqual(22)
    })
    test('a gzip bomb is 413: 20 KiB that become 21 MiB, and one of 4 GiB is not unpacked', async () => {
      await refused(await post(gzipSync(Buffer.alloc(21 * mebibyte)), { 'content-encoding': 'gzip' }), 413, 8)
      // members one behind the other, as gzip allows: 256 times 16 MiB
      const member = gzipSync(Buffer.alloc(16 * mebibyte), { level: 9 })
      const before = process.memoryUsage().rss
      const bomb = Buffer.concat(Array.from({ length: 256 }, () => member))
      await refused(await post(bomb, { 'content-encoding': 'gzip' }), 413, 8)
      expect(process.memoryUsage().rss - before).toBeLessThan(300 * mebibyte)
    })
    test('exactly 20 MiB are read', async () => {
      const list = signal === 'traces' ? 'resourceSpans' : 'resourceMetrics'
      const body =
        name === 'json'
          ? Buffer.from(`{"${list}":[]${' '.repeat(20 * mebibyte - list.length - 7)}}`)
          : Buffer.concat([
              Buffer.from([0xa2, 0x06, 0xfa, 0xff, 0xff, 0x09]),
              Buffer.alloc(20 * mebibyte - 6),
            ])
      expect(body.length).toBe(20 * mebibyte)
      const answer = await post(body)
      expect([answer.status, await read<Accepted>(response, answer)]).toEqual([200, {}])
    })
    test('what says gzip and is none is 400; another encoding is 415', async () => {
      await refused(await post('xx', { 'content-encoding': 'gzip' }), 400, 3)
      const cut = gzipSync(write(request, make(1))).subarray(0, -9)
      await refused(await post(cut, { 'content-encoding': 'gzip' }), 400, 3)
      const message = await refused(await post(write(request, {}), { 'content-encoding': 'br' }), 415, 3)
      expect(message).toContain('gzip')
    })
    test('more than 100,000 items in one body are 413, with a way out', async () => {
      const body =
        name === 'protobuf'
          ? manyEmpty(signal, 100_001)
          : signal === 'traces'
            ? `{"resourceSpans":[{"scopeSpans":[{"spans":[${'{},'.repeat(100_000)}{}]}]}]}`
            : `{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"gauge":{"dataPoints":[${'{},'.repeat(100_000)}{}]}}]}]}]}`
      expect(await refused(await post(body), 413, 8)).toContain('smaller')
    })
    test.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])(
      '%s is 405 and says what is allowed',
      async (method) => {
        const answer = await ingest.app.request(path, { method, headers })
        expect(answer.headers.get('allow')).toBe('POST')
        await refused(answer, 405, 12)
      },
    )
    test('a full spool is 503 with Retry-After in seconds, never 500', async () => {
      const { spool } = ingest
      const append = spool.append
      const { PlumblineError } = await import('../../../server/core/errors.ts')
      try {
        for (const error of [
          new PlumblineError('spool_full', 'The spool takes nothing more', { status: 503 }),
          new Error('what nobody foresaw'),
        ]) {
          spool.append = () => Promise.reject(error)
          const answer = await post(write(request, make(1)))
          expect(answer.headers.get('retry-after')).toMatch(/^[1-9]\d*$/)
          await refused(answer, 503, 14)
        }
      } finally {
        spool.append = append
      }
    })
  })

  test('another media type, or none, is 415 with a status in protobuf', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/octet-stream', '']) {
      const answer = await ingest.app.request(path, {
        method: 'POST',
        body: new Uint8Array([1]),
        headers: type ? { 'content-type': type } : {},
      })
      expect(answer.status).toBe(415)
      expect(await encodings[0]?.read<Status>('GoogleRpcStatus', answer)).toEqual({
        code: 3,
        message: expect.stringContaining('application/json'),
      })
    }
  })
})

describe.each(encodings)('in $name', ({ headers, write, read }) => {
  test.each([
    ['/v1/logs', 12],
    ['/v1development/profiles', 12],
    ['/v1/traces/', 5],
    ['/v1/anything', 5],
  ] as const)(
    '%s, which is not taken, is 404 with a status in the encoding of the request',
    async (path, code) => {
      const answer = await ingest.post(path, write('ExportTraceServiceRequest', {}), headers)
      expect([answer.status, await read<Status>('GoogleRpcStatus', answer)]).toEqual([
        404,
        { code, message: expect.stringMatching(/metrics/) },
      ])
    },
  )
})

/** Protobuf of a request that holds so many empty spans or points: two bytes each. */
function manyEmpty(signal: 'traces' | 'metrics', count: number): Uint8Array {
  const nest = (field: number, content: Buffer) => {
    const length: number[] = []
    let rest = content.length
    for (; rest > 127; rest >>= 7) length.push((rest & 127) | 128)
    return Buffer.concat([Buffer.from([field * 8 + 2, ...length, rest]), content])
  }
  const items = Buffer.alloc(count * 2)
  const tag = signal === 'traces' ? 0x12 : 0x0a
  for (let index = 0; index < count; index++) items[index * 2] = tag
  return signal === 'traces' ? nest(1, nest(2, items)) : nest(1, nest(2, nest(2, nest(5, items))))
}
