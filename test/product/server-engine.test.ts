import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import type { SourceList } from '../../server/api/schemas/sources.ts'
import type { TraceDetail } from '../../server/api/schemas/traces.ts'
import { sumDecimals } from '../../server/core/decimal.ts'
import { type ClickHouse, startClickHouse } from '../support/clickhouse.ts'
import { testData } from '../support/data.ts'
import { type Product, startProduct } from '../support/product.ts'

const adventureworks = testData('adventureworks')
const otlp = testData('otlp')

describe.skipIf(adventureworks === null || otlp === null)(
  'the same code on a ClickHouse server by CLICKHOUSE_URL',
  () => {
    let folder: string
    let engine: ClickHouse
    let product: Product
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'plumbline-engine-'))
      engine = await startClickHouse(folder)
      // of events, too, so that all ways in are there
      const estate = join(folder, 'estate.yaml')
      writeFileSync(
        estate,
        readFileSync(new URL('../estates/adventureworks.yaml', import.meta.url), 'utf8')
          .replace('systems:', 'systems:\n  - { system: mes, name: Lines, role: mes }')
          .replace('sources:', 'sources:\n  - { source: lines, kind: events, system: mes }'),
      )
      product = await startProduct({
        estate,
        env: {
          PLUMBLINE_ADVENTUREWORKS: adventureworks ?? '',
          CLICKHOUSE_URL: engine.url,
        },
      })
    })
    afterAll(async () => {
      await product?.stop()
      await engine?.stop()
      rmSync(folder, { recursive: true, force: true })
    })

    test('files are streamed to it, and a check finds the same cases to the cent', async () => {
      let runs: RunRow[] = []
      for (
        let tries = 0;
        tries < 60 && !runs.some((row) => row.outcome === 'ok' && row.variances > 0);
        tries++
      ) {
        await new Promise((resolve) => setTimeout(resolve, 500))
        const answer = await fetch(`${product.url}/api/checks/ordered_received/runs`, { method: 'POST' })
        runs = ((await answer.json()) as { runs: RunRow[] }).runs
      }
      const list = await product.get<ExceptionList>('/api/exceptions?limit=1000')
      expect(list.total).toBe(380)
      expect(sumDecimals(list.rows.map((row) => row.amount))).toBe('551448.994')
    })

    test('traces are decoded by it', async () => {
      // the example is of 2018: spans that old are not taken
      const now = `${Date.now()}000000`
      const body = readFileSync(join(otlp ?? '', 'examples/trace.json'), 'utf8').replace(
        /"\d{19}"/g,
        `"${now}"`,
      )
      const answer = await fetch(`${product.url}/v1/traces`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      })
      expect(answer.status).toBe(200)
      const id = /"traceId":\s*"([0-9A-Fa-f]{32})"/.exec(body)?.[1] ?? ''
      let trace: TraceDetail | undefined
      for (let tries = 0; tries < 40 && !trace; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 250))
        trace = await product.get<TraceDetail>(`/api/traces/${id}`).catch(() => undefined)
      }
      expect(trace?.spans[0]?.attributes).toMatchObject({ 'my.span.attr': 'some value' })
    })

    describe('in trouble: what is sent is acknowledged, people are told, and all of it is there once it is over', () => {
      const acknowledged = new Set<string>()
      let number = 0
      /** A request of two spans and one of an event; both must be taken, whatever the engine does. */
      const send = async () => {
        const own = `trouble-${++number}`
        const spans = [1, 2].map((span) => ({
          traceId: String(number).padStart(32, 'a'),
          spanId: `${span}`.padStart(16, 'b'),
          name: own,
          kind: 2,
          startTimeUnixNano: `${Date.now()}000000`,
          endTimeUnixNano: `${Date.now() + 1}000000`,
        }))
        const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'trouble' } }] }
        const post = (path: string, type: string, body: unknown) =>
          fetch(product.url + path, {
            method: 'POST',
            headers: { 'content-type': type },
            body: JSON.stringify(body),
            signal: AbortSignal.timeout(5_000),
          }).then(({ status }) => status)
        const event = {
          specversion: '1.0',
          id: own,
          source: 'mes',
          type: 'test.fact',
          subject: own,
          plant: 'BOT',
          data: {},
        }
        expect([
          await post('/v1/traces', 'application/json', {
            resourceSpans: [{ resource, scopeSpans: [{ spans }] }],
          }),
          await post('/v1/events', 'application/cloudevents+json', {
            ...event,
            time: new Date().toISOString(),
          }),
        ]).toEqual([200, 202])
        acknowledged.add(own)
      }
      /** What the engine has of it: each span and event by its own name, and how many rows in all. */
      const stored = async () => {
        const [row] = await engine.rows<Record<string, number>>(
          `SELECT (SELECT toUInt32(uniqExact(name)) FROM otel_spans WHERE service = 'trouble') AS requests,
             (SELECT toUInt32(count()) FROM otel_spans WHERE service = 'trouble') AS spans,
             (SELECT toUInt32(sum(calls)) FROM span_latency_1m WHERE service = 'trouble') AS calls,
             (SELECT toUInt32(uniqExact(event_id)) FROM business_events WHERE startsWith(event_id, 'trouble-')) AS ids,
             (SELECT toUInt32(count()) FROM business_events WHERE startsWith(event_id, 'trouble-')) AS events`,
        )
        return row
      }
      const all = () => ({
        requests: acknowledged.size,
        spans: 2 * acknowledged.size,
        calls: 2 * acknowledged.size,
        ids: acknowledged.size,
        events: acknowledged.size,
      })
      const comesToRights = () =>
        expect.poll(() => stored().catch(() => undefined), { timeout: 60_000, interval: 250 }).toEqual(all())
      const ask = async (path: string, init: RequestInit = {}) => {
        const answer = await fetch(product.url + path, { ...init, signal: AbortSignal.timeout(20_000) })
        return [answer.status, ((await answer.json()) as { error?: { code: string } }).error?.code] as const
      }

      test('slow: it is waited for, and nobody who sends is', async () => {
        await engine.trouble({ slowMs: 400 })
        for (let turn = 0; turn < 5; turn++) await send()
        expect(await ask('/api/sources')).toEqual([200, undefined])
        await engine.trouble({})
        await comesToRights()
      })

      test.each([
        { code: 164, name: 'READONLY' },
        { code: 242, name: 'TABLE_IS_READ_ONLY' },
        { code: 243, name: 'NOT_ENOUGH_SPACE' },
      ])(
        'takes no changes ($name): what is read is read, what people do is refused, and loads wait',
        async (refuses) => {
          const said = product.log().length
          await engine.trouble({ refuses })
          for (let turn = 0; turn < 5; turn++) await send()
          await expect
            .poll(() => product.log().slice(said).includes('takes no changes now'), { timeout: 20_000 })
            .toBe(true)
          expect(await ask('/api/sources')).toEqual([200, undefined])
          expect(
            await ask('/api/views', {
              method: 'POST',
              headers: { 'content-type': 'application/json' },
              body: JSON.stringify({ name: 'Trouble', query: '' }),
            }),
          ).toEqual([503, 'store_failed'])
          expect((await product.get<SourceList>('/api/sources')).spool.waiting_bytes).toBeGreaterThan(0)
          await engine.trouble({})
          await comesToRights()
        },
      )

      test('hung: it is alive and answers nothing', async () => {
        process.kill(engine.pid, 'SIGSTOP')
        for (let turn = 0; turn < 5; turn++) await send()
        process.kill(engine.pid, 'SIGCONT')
        await comesToRights()
      })

      test('away, in the middle of loads: it is killed, and started again on what it had', async () => {
        for (let turn = 0; turn < 5; turn++) await send()
        await engine.stop()
        for (let turn = 0; turn < 5; turn++) await send()
        expect(await ask('/api/sources')).toEqual([503, 'store_failed'])
        expect((await fetch(`${product.url}/healthz`)).status).toBe(200)
        engine = await startClickHouse(folder, Number(new URL(engine.url).port))
        await comesToRights()
        expect(await ask('/api/sources')).toEqual([200, undefined])
      })

      test('nothing of it was set aside, and the leases are held as before', async () => {
        expect(
          await engine.rows(
            "SELECT code FROM quarantine ARRAY JOIN codes AS code WHERE startsWith(code, 'spool.')",
          ),
        ).toEqual([])
        expect(
          await engine.rows(
            'SELECT lease, toUInt32(uniqExact(epoch)) AS epochs FROM leases GROUP BY lease ORDER BY lease',
          ),
        ).toEqual([
          { lease: 'collectors', epochs: 1 },
          { lease: 'reconcilers', epochs: 1 },
        ])
      })
    })
  },
)
