import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { protobufFraming } from '../../collectors/spool/frames.ts'
import { kindOf } from '../../collectors/spool/kinds.ts'
import { loadEstate } from '../../server/core/estate.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { FileLoad, Store } from '../../sql/store.ts'
import { encodeOtlp } from '../support/otlp.ts'
import { type Product, startProduct } from '../support/product.ts'
import { type Body, cpuOf, memoryOf, readGauge, sendLoad, waitUntilLoaded } from './load.ts'
import { insertAsPeersDo, openPeers } from './peers.ts'
import { makeTraceRequests, traceMark } from './spans.ts'
import { printTable, quantile, write } from './table.ts'

export const benchEstate = fileURLToPath(new URL('../estates/bench.yaml', import.meta.url))
const perBatch = 50_000
const batches = 6
const connections = 16

type Row = { name: string; perSecond: number; cpu: number; note: string }

/** Spans per second and CPU per span: the engine alone, our whole path, and what peers in JavaScript do. */
export async function measureSpans(): Promise<void> {
  const pool = makeBodies(8)
  const [limit, peers] = await measureInside(pool)
  const product = await startProduct({ estate: benchEstate })
  const reads: string[][] = []
  try {
    const ours = await measureProduct(product, pool, reads)
    const rows = [limit, ...ours, peers] as Row[]
    printTable(
      [
        'spans, about 20 attributes and 780 bytes each',
        'spans/s',
        'CPU µs/span',
        '× engine alone',
        '× peers',
        '',
      ],
      rows.map((row) => [
        row.name,
        write(row.perSecond),
        row.cpu > 0 ? row.cpu.toFixed(1) : '',
        (row.perSecond / (limit as Row).perSecond).toFixed(2),
        (row.perSecond / (peers as Row).perSecond).toFixed(2),
        row.note,
      ]),
    )
    printTable(['while spans come in', 'at rest', '70 % of peak', 'and read', 'peak', 'and read'], reads)
  } finally {
    await product.stop()
  }
}

/** Requests of several services, encoded; sent again and again under new ids. */
function makeBodies(count: number): Body[] {
  const bodies: Body[] = []
  for (let seed = 1; seed <= count; seed++)
    for (const request of makeTraceRequests(seed, 2_500)) {
      const items = request.resourceSpans[0]?.scopeSpans[0]?.spans.length ?? 0
      bodies.push({
        path: '/v1/traces',
        headers: { 'content-type': 'application/x-protobuf' },
        bytes: Buffer.from(encodeOtlp(request)),
        items,
      })
    }
  return bodies
}

/** Each body once, then the same with other ids: traces of their own, at no cost worth counting. */
export function rotate(pool: Body[]): () => Body {
  let turn = 0
  return () => {
    const body = pool[turn % pool.length] as Body
    const round = Math.floor(turn++ / pool.length)
    if (round === 0) return body
    const bytes = Buffer.from(body.bytes)
    // a trace id is field 1, of 16 bytes
    const mark = `0a10${traceMark}`
    for (let at = bytes.indexOf(mark, 0, 'hex'); at >= 0; at = bytes.indexOf(mark, at + 18, 'hex'))
      bytes.writeUInt16LE((bytes.readUInt16LE(at + 4) + round) & 0xffff, at + 4)
    return { ...body, bytes }
  }
}

/** A table like the one spans are inserted into, of plain texts: what a client has decoded has no dictionaries yet. */
async function openKept(store: Store): Promise<void> {
  const columns = await store.rows<{ name: string; type: string }>(
    "SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = 'spans_in' ORDER BY position",
  )
  const plain = columns.map(
    ({ name, type }) => `\`${name}\` ${type.replaceAll(/LowCardinality\(String\)/g, 'String')}`,
  )
  await store.command(`CREATE TABLE kept (${plain.join(', ')}) ENGINE = Memory`)
}

/** (a) the engine inserts the same rows already decoded, (c) protobufjs decodes and JSONEachRow carries. */
async function measureInside(pool: Body[]): Promise<[Row, Row]> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  const store = await openStore({ dataFolder: folder })
  await migrate(store)
  await openKept(store)
  const next = rotate(pool)
  const files: string[] = []
  const raw: Body[][] = []
  for (let index = 0; index < batches; index++) {
    const part: Body[] = []
    for (let items = 0; items < perBatch; items += part.at(-1)?.items ?? 0) part.push(next())
    raw.push(part)
    files.push(await writeDecoded(store, folder, index, part))
  }
  const spans = raw.flat().reduce((sum, body) => sum + body.items, 0)
  const time = async (name: string, note: string, work: () => Promise<void>): Promise<Row> => {
    const cpu = cpuOf(process.pid)
    const started = performance.now()
    await work()
    const seconds = (performance.now() - started) / 1000
    return { name, perSecond: spans / seconds, cpu: ((cpuOf(process.pid) - cpu) / spans) * 1e6, note }
  }
  const limit = await time(
    '(a) the engine alone, rows already decoded',
    `${write(perBatch)} rows an insert`,
    async () => {
      // two at a time, as our loader
      const lanes = [0, 1].map(async (lane) => {
        for (let index = lane; index < files.length; index += 2)
          await store.command(
            `INSERT INTO spans_in SELECT * FROM file({path:String}, 'Native')`,
            { path: files[index] as string },
            { lane: 'spans', settings: { optimize_on_insert: 0 } },
          )
      })
      await Promise.all(lanes)
    },
  )
  const [count] = await store.rows<{ spans: string }>('SELECT count() AS spans FROM otel_spans')
  if (Number(count?.spans) !== spans)
    throw new Error(`${spans} spans were inserted, ${count?.spans} are there`)
  await store.command('TRUNCATE TABLE otel_spans')
  await openPeers(store)
  const peers = await time(
    '(c) protobufjs and JSONEachRow',
    `${write(perBatch)} rows an insert, not durable before`,
    async () => {
      for (const part of raw)
        await insertAsPeersDo(
          store,
          part.map((body) => body.bytes),
        )
    },
  )
  await store.close()
  rmSync(folder, { recursive: true, force: true })
  return [limit, peers]
}

/** The rows of a batch as the engine has them after decoding, in its own format. */
async function writeDecoded(store: Store, folder: string, index: number, part: Body[]): Promise<string> {
  const segment = join(folder, `batch-${index}`)
  const receipt = { receivedMs: Date.now(), contentType: 'application/x-protobuf', source: 'bench' }
  writeFileSync(segment, Buffer.concat(part.flatMap(({ bytes }) => protobufFraming.encode(bytes, receipt))))
  const kind = kindOf('traces')
  const estate = loadEstate(benchEstate)
  const load = kind.loads(estate)[0] as FileLoad
  await store.insertFile({
    ...load,
    table: load.table.replace('spans_in', 'kept'),
    path: segment,
    params: { ...kind.params(estate), load_seq: '1' },
    token: `bench-${index}`,
  })
  const path = join(folder, `rows-${index}.native`)
  await store.command(`INSERT INTO FUNCTION file({path:String}, 'Native') SELECT * FROM kept`, { path })
  await store.command('TRUNCATE TABLE kept')
  return path
}

/** (b) the whole product over HTTP: at its peak, then at 70 % of it; what readers and the event loop feel meanwhile. */
async function measureProduct(product: Product, pool: Body[], reads: string[][]): Promise<Row[]> {
  const { url, pid } = product
  const next = rotate(pool)
  const load = (seconds: number, perSecond?: number) =>
    sendLoad(url, next, { seconds, connections, ...(perSecond ? { perSecond } : {}) })
  await load(3)
  await waitUntilLoaded(url)
  const memory = [memoryOf(pid)]
  const cpu = cpuOf(pid)
  const started = performance.now()
  const peak = await load(20)
  memory.push(memoryOf(pid))
  await waitUntilLoaded(url)
  const loaded = (performance.now() - started) / 1000
  const used = ((cpuOf(pid) - cpu) / peak.items) * 1e6
  const sustained = peak.items / loaded
  /** A while at so many spans a second, alone or with somebody who reads. */
  const hold = async (perSecond: number, isRead: boolean) => {
    await readGauge(url, 'nodejs_eventloop_delay_p99')
    const run = load(10, perSecond)
    const times = isRead ? await readWhile(url, run) : []
    const { p50_ms, p99_ms } = await run
    const delay = await readGauge(url, 'nodejs_eventloop_delay_p99')
    await waitUntilLoaded(url)
    return { acks: `${write(p50_ms)} / ${write(p99_ms)}`, delay: write(delay * 1000), times }
  }
  const runs = [
    await hold(sustained * 0.7, false),
    await hold(sustained * 0.7, true),
    await hold(sustained, false),
    await hold(sustained, true),
  ]
  memory.push(memoryOf(pid))
  // on the same data, once nothing comes in any more
  const rest = await readWhile(url, new Promise((resolve) => setTimeout(resolve, 5_000)))
  const gzip = await sendGzip(url, next)
  reads.push(
    [
      'a reader (traces of one flow, an hour), p95 ms',
      write(quantile(rest, 0.95)),
      ...runs.map(({ times }) => (times.length > 0 ? write(quantile(times, 0.95)) : '')),
    ],
    ['acknowledgement p50 / p99 ms', '', ...runs.map((run) => run.acks)],
    ['event loop held up, p99 ms', '', ...runs.map((run) => run.delay)],
    ['memory, MiB: before, after the peak, at the end', ...memory.map((bytes) => write(bytes / 2 ** 20))],
  )
  return [
    {
      name: '(b) ours over HTTP, acknowledged after fsync',
      perSecond: peak.items / peak.seconds,
      cpu: 0,
      note: `${connections} connections; ${peak.refused} refused`,
    },
    {
      name: '(b) ours over HTTP, acknowledged and in the engine',
      perSecond: sustained,
      cpu: used,
      note: 'decode, quarantine, two rollups, key index',
    },
    { name: '(b) the same, gzip', perSecond: gzip, cpu: 0, note: '' },
  ]
}

async function sendGzip(url: string, next: () => Body): Promise<number> {
  const { gzipSync } = await import('node:zlib')
  const pool = Array.from({ length: 400 }, next).map((body) => ({
    ...body,
    bytes: gzipSync(body.bytes, { level: 1 }),
    headers: { ...body.headers, 'content-encoding': 'gzip' },
  }))
  let turn = 0
  const started = performance.now()
  let left = pool.length
  let items = 0
  await Promise.all(
    Array.from({ length: connections }, async () => {
      while (left-- > 0) {
        const body = pool[turn++] as Body
        const answer = await fetch(url + body.path, {
          method: 'POST',
          headers: body.headers,
          body: new Uint8Array(body.bytes),
        })
        await answer.arrayBuffer()
        if (!answer.ok) throw new Error(`gzip: ${answer.status}`)
        items += body.items
      }
    }),
  )
  await waitUntilLoaded(url)
  return items / ((performance.now() - started) / 1000)
}

/** A reader's times, one question after the other, as long as something goes on. */
async function readWhile(url: string, going: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let isOver = false
  void going.finally(() => {
    isOver = true
  })
  while (!isOver) {
    const started = performance.now()
    const answer = await fetch(`${url}/api/flows/order-to-cash?hours=1`)
    await answer.arrayBuffer()
    if (!answer.ok) throw new Error(`a reader got ${answer.status}`)
    times.push(performance.now() - started)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return times
}
