import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import type { RunRow } from '../../server/api/schemas/runs.ts'
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
    let engine: ClickHouse
    let product: Product
    beforeAll(async () => {
      engine = await startClickHouse()
      product = await startProduct({
        estate: fileURLToPath(new URL('../estates/adventureworks.yaml', import.meta.url)),
        env: {
          PLUMBLINE_ADVENTUREWORKS: adventureworks ?? '',
          CLICKHOUSE_URL: engine.url,
        },
      })
    })
    afterAll(async () => {
      await product?.stop()
      await engine?.stop()
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
  },
)
