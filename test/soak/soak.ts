import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { OwnHealth } from '../../server/api/schemas/own-health.ts'
import { readGauge, type Sent, sendLoad, waitUntilLoaded } from '../bench/load.ts'
import { quantile } from '../bench/table.ts'
import { type Product, startProduct } from '../support/product.ts'
import { type Acknowledged, type Compared, compareStore, judgeAll } from './compare.ts'
import { bodiesOf, type Kind, type SoakBody, tellComplete } from './load.ts'
import { startReader } from './reader.ts'
import { judgeFlatness, type Sample, sampleOf, watchProcess } from './watch.ts'

export type SoakOptions = {
  /** how long it is sent to; parts of a minute are allowed */
  minutes: number
  /** of each kind, a second */
  rates: Record<Kind, number>
  /** hears of each minute that is over */
  onMinute?: (minute: SoakMinute) => void
}
/** What a minute was like. */
export type SoakMinute = Sample & {
  minute: number
  sent: Record<Kind, Sent>
  /** of the last ten seconds, ms */
  eventLoop: number
  /** bytes */
  spool: number
  parts: number
  /** ms */
  reader: number
}
export type SoakResult = { figures: Record<string, string>; compared: Compared[]; broken: string[] }

const estate = fileURLToPath(new URL('../estates/soak.yaml', import.meta.url))
const kinds = Object.keys(bodiesOf) as Kind[]
const connections: Record<Kind, number> = { spans: 12, events: 6, points: 2 }
/** What each source says it is complete up to lies so far back: no event is sent for so long. */
const behindMs = 10_000
const completeEveryMs = 5_000
/** A spool that is full, on a machine that does other things beside, takes minutes. */
const longestDrainS = 900
/** As in the estate: what is younger is in flight, and no difference yet. */
const graceMs = 3_000

/**
 * Starts the product as its own process and sends to it at given rates, while checks run by their clock and somebody reads;
 * then lets it take in what waits, compares what was acknowledged with what is stored, and judges whether memory, handles
 * and threads stayed flat. Its folder is removed.
 */
export async function soak({ minutes, rates, onMinute = () => undefined }: SoakOptions): Promise<SoakResult> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-soak-'))
  const broken: string[] = []
  let product: Product | undefined
  try {
    product = await startProduct({ estate, folder, env: { LOG_LEVEL: 'warn' } })
    const { url } = product
    const next = Object.fromEntries(kinds.map((kind) => [kind, bodiesOf[kind](rates[kind])])) as Record<
      Kind,
      () => SoakBody
    >
    const sent: Acknowledged = { spans: 0, events: 0, points: 0, calls: 0, differing: 0 }
    const note = (kind: Kind) => (body: SoakBody) => {
      sent[kind] += body.items
      sent.calls += body.calls
      sent.differing += body.differing
    }
    // the items that all orders name are stated by the first request
    if (rates.events > 0)
      await sendLoad(url, next.events, { seconds: 60, connections: 1, requests: 1, taken: note('events') })
    await waitUntilLoaded(url)
    const sendKind = (kind: Kind, seconds: number): Promise<Sent> =>
      rates[kind] > 0
        ? sendLoad(url, next[kind], {
            seconds,
            connections: connections[kind],
            perSecond: rates[kind],
            taken: note(kind),
          })
        : sleep(seconds * 1000, { items: 0, seconds, p50_ms: 0, p99_ms: 0, refused: 0 })
    const watch = watchProcess(product.pid)
    const reader = startReader(url)
    const telling = tellWhile(url)
    let refused = 0
    try {
      for (let minute = 1, left = minutes; left > 0; minute++, left--) {
        const all = await Promise.all(kinds.map((kind) => sendKind(kind, Math.min(1, left) * 60))).catch(
          (error: Error) => {
            broken.push(`in minute ${minute} sending failed: ${error.message}`)
          },
        )
        if (!all) break
        const each = Object.fromEntries(kinds.map((kind, index) => [kind, all[index]])) as Record<Kind, Sent>
        refused += all.reduce((sum, one) => sum + one.refused, 0)
        onMinute(await describeMinute(minute, each, product, reader.take()))
      }
    } finally {
      watch.end()
      await telling.end()
      await reader.end()
    }
    for (const failure of reader.failures.slice(0, 5)) broken.push(`a page failed: ${failure}`)
    // at such a load nothing has to wait for the store
    if (refused > 0) broken.push(`${refused} requests were refused`)
    const { drainedMs, found } = await settle(product, rates)
    const logged = product.log()
    await product.end()
    const failures = logged.split('\n').filter((line) => /"level":(50|60|"error"|"fatal")/.test(line))
    for (const line of failures.slice(0, 5)) broken.push(`it logged: ${line.slice(0, 400)}`)
    const compared = await compareStore(folder, sent, found)
    for (const { what, acknowledged, stored } of compared)
      if (acknowledged !== stored) broken.push(`${what}: ${acknowledged} acknowledged, ${stored} stored`)
    const flatness = judgeFlatness(watch.samples)
    return {
      figures: {
        'drained in, ms': String(drainedMs),
        ...flatness.figures,
      },
      compared,
      broken: [...broken, ...flatness.broken],
    }
  } finally {
    await product?.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Says of both systems every few seconds up to when they told all. */
function tellWhile(url: string): { end(): Promise<void> } {
  const ending = new AbortController()
  const work = (async () => {
    while (!ending.signal.aborted) {
      await tellComplete(url, new Date(Date.now() - behindMs))
      await sleep(completeEveryMs, undefined, { signal: ending.signal }).catch(() => undefined)
    }
  })()
  // told when it is waited for
  work.catch(() => undefined)
  return {
    end: () => {
      ending.abort()
      return work
    },
  }
}

/** Waits until all is stored and nothing is in flight any more, and lets the check compare every key. */
async function settle({ url }: Product, rates: SoakOptions['rates']) {
  const started = performance.now()
  await waitUntilLoaded(url, longestDrainS)
  const drainedMs = Math.round(performance.now() - started)
  if (rates.events === 0) return { drainedMs, found: 0 }
  await sleep(graceMs + 1_000)
  const told = new Date()
  await tellComplete(url, told)
  return { drainedMs, found: await judgeAll(url, told) }
}

async function describeMinute(
  minute: number,
  sent: Record<Kind, Sent>,
  product: Product,
  reader: number[],
): Promise<SoakMinute> {
  const { url } = product
  const health = await product.get<OwnHealth>('/api/health?hours=1')
  return {
    minute,
    sent,
    ...sampleOf(product.pid),
    eventLoop: (await readGauge(url, 'nodejs_eventloop_delay_p99')) * 1000,
    spool: await readGauge(url, 'plumbline_spool_size'),
    parts: health.store.parts,
    reader: reader.length > 0 ? quantile(reader, 0.95) : 0,
  }
}
