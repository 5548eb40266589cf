import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openApp, type TestApp } from '../../support/app.ts'
import { type Ingest, openIngest } from '../../support/ingest.ts'
import { encodings, signals } from '../../support/otlp-signals.ts'
import { scenarioEstate } from '../../support/scenario.ts'

type Status = { code: number; message: string }
const cases = signals.flatMap((signal) => encodings.map((encoding) => ({ ...signal, ...encoding })))

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
