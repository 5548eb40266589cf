import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Demo, startDemo } from '../../server/demo/demo.ts'
import type { CloudEventJson, TruthLine } from '../../server/demo/effects.ts'
import { watermarkType } from '../../server/demo/world.ts'
import { walkTraces } from '../support/otlp.ts'
import { decodeOfficial, type MetricsRequest } from '../support/otlp-official.ts'

/** A front door that keeps what it is given, over real HTTP. */
type Door = {
  url: string
  batches: CloudEventJson[][]
  spans: number
  /** what the broker measured: plant, queue, how much waits */
  depths: [string, string, number][]
  /** answers the next requests so, before it takes anything */
  refusals: number[]
  keys: Set<string | undefined>
  close(): Promise<void>
}

async function openDoor(): Promise<Door> {
  const door = {
    batches: [],
    spans: 0,
    depths: [],
    refusals: [],
    keys: new Set(),
    url: '',
  } as unknown as Door
  const server: Server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      door.keys.add(request.headers.authorization)
      // the broker measures beside it, whenever it likes
      const refusal = request.url === '/v1/metrics' ? undefined : door.refusals.shift()
      if (refusal) {
        response.writeHead(refusal, { 'retry-after': '0' }).end()
        return
      }
      const body = Buffer.concat(parts)
      if (request.url === '/v1/events') door.batches.push(JSON.parse(body.toString()))
      else if (request.url === '/v1/traces') door.spans += walkTraces(body).items
      else door.depths.push(...readDepths(body))
      response
        .writeHead(request.url === '/v1/events' ? 202 : 200, { 'content-type': 'application/json' })
        .end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  door.url = `http://127.0.0.1:${(server.address() as { port: number }).port}`
  door.close = () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return door
}

/** The measurements of a request, read by the official messages. */
function readDepths(body: Buffer): [string, string, number][] {
  const { resourceMetrics } = decodeOfficial<MetricsRequest>('ExportMetricsServiceRequest', body)
  const metrics = resourceMetrics.flatMap((one) => one.scopeMetrics ?? []).flatMap((one) => one.metrics ?? [])
  return metrics
    .filter((metric) => metric.name === 'messaging.queue.depth')
    .flatMap((metric) => metric.gauge?.dataPoints ?? [])
    .map((point) => {
      const said = (name: string) =>
        point.attributes?.find((one) => one.key === name)?.value?.stringValue ?? ''
      const depth = Number(point.asInt ?? point.asDouble)
      return [said('plumbline.plant'), said('messaging.destination.name'), depth]
    })
}

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
let folder: string
let door: Door
let demo: Demo | undefined
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'plumbline-demo-'))
  door = await openDoor()
})
afterEach(async () => {
  await demo?.stop()
  await door.close()
  rmSync(folder, { recursive: true, force: true })
})

const truthLines = (): TruthLine[] =>
  readFileSync(join(folder, 'demo', 'truth.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))

test('history comes in pieces, in order, each complete before it is judged; refusals are tried again', async () => {
  door.refusals.push(503, 429)
  const chunks: { at: Date; completeTo: string | undefined }[] = []
  demo = await startDemo({
    url: door.url,
    dataFolder: folder,
    backfillHours: 15,
    chunkHours: 6,
    headers: { authorization: 'Bearer key' },
    log: quiet,
    onChunk: async (at) => {
      chunks.push({ at, completeTo: door.batches.at(-1)?.at(-1)?.time })
    },
  })
  await demo.backfilled
  expect(chunks.length).toBe(3)
  for (const { at, completeTo } of chunks) expect(completeTo).toBe(at.toISOString())
  expect(Date.now() - (chunks[2]?.at.getTime() ?? 0)).toBeLessThan(60_000)
  expect(door.keys).toEqual(new Set(['Bearer key']))
  // history ends while an interface of the first plant fails: what it refuses waits in its queue
  await expect.poll(() => door.depths.length).toBeGreaterThan(6)
  expect(
    door.depths.find(([plant, queue]) => plant === 'HAM' && queue === 'goods_issue')?.[2],
  ).toBeGreaterThan(0)
  expect(Math.max(...door.batches.map((batch) => batch.length))).toBeLessThanOrEqual(500)

  const events = door.batches.flat()
  const complete = new Map<string, number>()
  for (const event of events) {
    const source = `${event.source} ${event.source.startsWith('wms') ? event.plant : ''}`
    const at = Date.parse(event.time)
    if (event.type === watermarkType) complete.set(source, at)
    // what carries states is never older than what its system called complete
    else if (event.data?.states) expect(at).toBeGreaterThanOrEqual(complete.get(source) ?? 0)
  }
  expect(complete.size).toBe(8)
  const orders = events.filter((event) => event.type === 'crm.order.created.v1').length
  expect(orders).toBeGreaterThan(30)
  expect(door.spans).toBeGreaterThan(orders * 20)
  expect(truthLines().length).toBeGreaterThan(3)
  expect(truthLines().every((line) => line.injected_at <= new Date().toISOString())).toBe(true)
})

test('stopped and started again it goes on: the same world, nothing left out, what is sent twice has the same id', async () => {
  const options = { url: door.url, dataFolder: folder, backfillHours: 14, chunkHours: 3, log: quiet }
  let chunks = 0
  const stopped = new Promise<void>((resolve) => {
    void startDemo({
      ...options,
      onChunk: async () => {
        chunks += 1
        if (chunks === 2) resolve()
        // the third piece is never judged: the process ends before
        if (chunks > 2) await new Promise(() => undefined)
      },
    }).then((started) => {
      demo = started
    })
  })
  await stopped
  await demo?.stop()
  const before = door.batches.flat()
  const state = JSON.parse(readFileSync(join(folder, 'demo', 'state.json'), 'utf8'))

  demo = await startDemo({ ...options, seed: 99 })
  await demo.backfilled
  const after = JSON.parse(readFileSync(join(folder, 'demo', 'state.json'), 'utf8'))
  expect(after).toMatchObject({ seed: 1, epoch: state.epoch, story_at: state.story_at })
  expect(after.sent_to > state.sent_to).toBe(true)

  const byId = new Map<string, string>()
  for (const event of door.batches.flat()) {
    const text = JSON.stringify(event)
    expect(byId.get(event.id) ?? text).toBe(text)
    byId.set(event.id, text)
  }
  expect(byId.size).toBeGreaterThan(before.length)
  const orders = [...byId.values()].map((text) => JSON.parse(text) as CloudEventJson)
  const created = orders.filter((event) => event.type === 'crm.order.created.v1')
  // an order with a mistyped item is written twice
  const numbers = [...new Set(created.map((event) => Number(event.subject?.slice(3))))].sort(
    (left, right) => left - right,
  )
  expect(numbers).toEqual(numbers.map((_, index) => (numbers[0] as number) + index))
})

test('a server that is not up yet is waited for', async () => {
  const { url } = door
  await door.close()
  demo = await startDemo({ url, dataFolder: folder, backfillHours: 1, log: quiet })
  await new Promise((resolve) => setTimeout(resolve, 700))
  await demo.stop()
  await expect(demo.backfilled).resolves.toBeUndefined()
  door = await openDoor()
})
