import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { SourceList } from '../../server/api/schemas/sources.ts'
import { openStore } from '../../sql/open.ts'
import { type Product, startProduct } from '../support/product.ts'

let product: Product
beforeAll(async () => {
  product = await startProduct({ demoHours: 3, isFirst: true })
})
afterAll(() => product.stop())

/** Sends numbered facts beside the demo until told to stop; returns what was acknowledged. */
function sendUntilStopped(url: string, prefix: string) {
  const acknowledged = new Set<string>()
  let isStopped = false
  const work = (async () => {
    for (let index = 0; !isStopped; index++) {
      const ids = Array.from({ length: 20 }, (_, offset) => `${prefix}-${index}-${offset}`)
      const events = ids.map((id) => ({
        specversion: '1.0',
        id,
        source: 'erp',
        type: 'test.fact',
        subject: id,
        plant: 'HAM',
        time: new Date().toISOString(),
        data: {},
      }))
      const answer = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/cloudevents-batch+json' },
        body: JSON.stringify(events),
      }).catch(() => undefined)
      if (answer?.status === 202) for (const id of ids) acknowledged.add(id)
      else await sleep(20)
    }
  })()
  const stop = () => {
    isStopped = true
    return work
  }
  return { acknowledged, stop }
}

test('kill -9 under load, three times: nothing acknowledged is missing, nothing is doubled, sources resume', {
  timeout: 300_000,
}, async () => {
  const acknowledged = new Set<string>()
  for (const round of [1, 2, 3]) {
    const sender = sendUntilStopped(product.url, `k${round}`)
    await sleep(1500 + round * 700)
    await product.kill()
    await sender.stop()
    expect(sender.acknowledged.size).toBeGreaterThan(100)
    for (const id of sender.acknowledged) acknowledged.add(id)
    await product.restart()
  }
  await product.waitForDemo()
  // live again: what each source says moves on by itself
  const lag = async () =>
    Math.max(...(await product.get<SourceList>('/api/sources')).sources.map((source) => source.lag_s ?? 1e9))
  for (let tries = 0; tries < 200 && (await lag()) > 60; tries++) await sleep(300)
  expect(await lag()).toBeLessThanOrEqual(60)
  await sleep(2000)
  await product.kill()

  const store = await openStore({ dataFolder: product.folder })
  try {
    const rows = await store.rows<{ key: string }>(
      `SELECT key FROM business_events FINAL WHERE type = 'test.fact'`,
    )
    const stored = new Set(rows.map((row) => row.key))
    expect(rows.length, 'nothing of ours is doubled').toBe(stored.size)
    expect([...acknowledged].filter((id) => !stored.has(id))).toEqual([])
    const [demo] = await store.rows<{ facts: string; ids: string }>(
      'SELECT count() AS facts, uniqExact(source, event_id) AS ids FROM business_events FINAL',
    )
    expect(demo?.facts, "nothing of the demo's is doubled").toBe(demo?.ids)
    expect(Number(demo?.facts)).toBeGreaterThan(1000)
    const [kept] = await store.rows<{ rows: string; ids: string }>(
      'SELECT count() AS rows, uniqExact(source, message_id) AS ids FROM quarantine FINAL',
    )
    expect(kept?.rows, 'nor is a message in quarantine, though the demo sends again after each kill').toBe(
      kept?.ids,
    )
    const [spans] = await store.rows<{ spans: string; ids: string }>(
      'SELECT count() AS spans, uniqExact(trace_id, span_id) AS ids FROM otel_spans FINAL',
    )
    expect(spans?.spans).toBe(spans?.ids)
  } finally {
    await store.close()
  }
  await product.restart()
})
