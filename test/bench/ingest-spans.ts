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
import { makeEventBodies } from './events.ts'
import { type Body, cpuOf, memoryOf, sendLoad, waitUntilLoaded } from './load.ts'
import { insertAsPeersDo, openPeers } from './peers.ts'
import { printReaders } from './readers.ts'
import { printRows, type Row, timeRow } from './rows.ts'
import { makeTraceRequests, traceMark } from './spans.ts'
import { write } from './table.ts'

export const benchEstate = fileURLToPath(new URL('../estates/bench.yaml', import.meta.url))
const perBatch = 50_000
const batches = 6
const connections = 16
const minutes = 4

/** Spans of (a): as many as (b) takes in its time, so that both bear merges. */
const rounds = 5

/** Spans per second and CPU per span: the engine alone, our whole path, and what peers in JavaScript do. */
export async function measureSpans(): Promise<void> {
  const pool = makeBodies(8)
  const product = await startProduct({ estate: benchEstate })
  // first: an engine in the process that sends would be in its way, and be taken for the product's slowness
  let ours: Row[] = []
  try {
    const next = rotate(pool)
    const { rows, sustained, memory } = await measureProduct(product, next)
    ours = rows
    await fillFlow(product)
    await printReaders('spans', product, next, sustained)
    console.log(`memory, MiB: ${memory.map((bytes) => write(bytes / 2 ** 20)).join(' → ')}\n`)
  } finally {
    await product.stop()
  }
  const [limit, read, peers] = await measureInside(pool)
  printRows('spans, about 20 attributes and 780 bytes each', [limit, read, ...ours, peers], limit, peers)
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

/** Each body as of now, the next times with other ids: traces of their own, at no cost worth counting. */
export function rotate<Each extends Body>(pool: Each[]): () => Each {
  const started = Date.now()
  const times = pool.map((body) => findTimes(body.bytes, started))
  let turn = 0
  return () => {
    const place = turn % pool.length
    const body = pool[place] as Each
    const round = Math.floor(turn++ / pool.length)
    const bytes = Buffer.from(body.bytes)
    const later = BigInt(Date.now() - started) * 1_000_000n
    for (const at of times[place] ?? []) bytes.writeBigUInt64LE(bytes.readBigUInt64LE(at) + later, at)
    // a trace id is field 1, of 16 bytes
    const mark = `0a10${traceMark}`
    for (let at = bytes.indexOf(mark, 0, 'hex'); at >= 0; at = bytes.indexOf(mark, at + 18, 'hex'))
      bytes.writeUInt16LE((bytes.readUInt16LE(at + 4) + round) & 0xffff, at + 4)
    return { ...body, bytes }
  }
}

/** Where spans have their start and their end: fields 7 and 8, of 8 bytes each, side by side. */
function findTimes(bytes: Buffer, about: number): number[] {
  const isTime = (at: number) =>
    Math.abs(Number(bytes.readBigUInt64LE(at) / 1_000_000n) - about) < 24 * 3_600_000
  const found: number[] = []
  for (let at = bytes.indexOf(0x39); at >= 0 && at + 18 <= bytes.length; at = bytes.indexOf(0x39, at + 1))
    if (bytes[at + 9] === 0x41 && isTime(at + 1) && isTime(at + 10)) found.push(at + 1, at + 10)
  return found
}

/** A table like one that is inserted into, of plain texts: what a client has decoded has no dictionaries yet. */
export async function openKept(store: Store, table: 'spans_in' | 'events_staged'): Promise<void> {
  const columns = await store.rows<{ name: string; type: string }>(
    'SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position',
    { table },
  )
  const plain = columns.map(
    ({ name, type }) => `\`${name}\` ${type.replaceAll(/LowCardinality\(String\)/g, 'String')}`,
  )
  await store.command(`CREATE TABLE kept (${plain.join(', ')}) ENGINE = Memory`)
}

/**
 * (a) the engine inserts the same rows already decoded, and reads the bodies they came in without keeping anything: both are
 * in whatever the engine decodes itself; (c) protobufjs decodes and JSONEachRow carries.
 */
async function measureInside(pool: Body[]): Promise<[Row, Row, Row]> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  const store = await openStore({ dataFolder: folder })
  await migrate(store)
  await openKept(store, 'spans_in')
  const next = rotate(pool)
  const files: string[] = []
  const raw: Body[][] = []
  for (let index = 0; index < batches; index++) {
    const part: Body[] = []
    for (let items = 0; items < perBatch; items += part.at(-1)?.items ?? 0) part.push(next())
    raw.push(part)
    files.push(await writeDecoded(store, folder, index, part))
  }
  await store.command('CREATE TABLE nothing (received_ms UInt64) ENGINE = Null')
  const spans = raw.flat().reduce((sum, body) => sum + body.items, 0)
  const limit = await timeRow(
    '(a) the engine alone, rows already decoded',
    `${write(perBatch)} rows an insert`,
    spans * rounds,
    async () => {
      // two at a time, as our loader
      const lanes = [0, 1].map(async (lane) => {
        for (let index = lane; index < files.length * rounds; index += 2)
          await store.command(
            `INSERT INTO spans_in SELECT * FROM file({path:String}, 'Native')`,
            { path: files[index % files.length] as string },
            // the same rows again are written again
            { lane: 'spans', settings: { optimize_on_insert: 0, insert_deduplicate: 0 } },
          )
      })
      await Promise.all(lanes)
    },
  )
  const [count] = await store.rows<{ spans: string }>(
    'SELECT uniqExact(trace_id, span_id) AS spans FROM otel_spans',
  )
  if (Number(count?.spans) !== spans)
    throw new Error(`${spans} spans were inserted, ${count?.spans} are there`)
  const read = await timeRow(
    '(a) the engine alone, only reading the bodies',
    'nothing worked out, nothing kept',
    spans,
    async () => {
      for (const path of files.map(segmentOf))
        await store.insertFile({
          ...asSegment(path),
          table: 'nothing (received_ms)',
          select: 'received_ms',
          from: (file) => `(SELECT received_ms FROM ${file} WHERE NOT ignore(resource_spans))`,
        })
    },
  )
  await store.command('TRUNCATE TABLE otel_spans')
  await openPeers(store)
  const peers = await timeRow(
    '(c) protobufjs and JSONEachRow',
    `${write(perBatch)} rows an insert, not durable before`,
    spans,
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
  return [limit, read, peers]
}

/** Where the segment lies whose rows those are. */
const segmentOf = (rows: string) => rows.replace(/native$/, 'segment')

/** How the engine takes a segment of traces. */
function asSegment(path: string): FileLoad {
  const kind = kindOf('traces')
  const estate = loadEstate(benchEstate)
  const load = kind.loads?.(estate)[0] as FileLoad
  return { ...load, path, params: { ...kind.params(estate), load_seq: '1' }, token: `bench-${path}` }
}

/** The rows of a batch as the engine has them after decoding, in its own format. */
async function writeDecoded(store: Store, folder: string, index: number, part: Body[]): Promise<string> {
  const path = join(folder, `rows-${index}.native`)
  const receipt = { receivedMs: Date.now(), contentType: 'application/x-protobuf', source: 'bench' }
  const frames = part.flatMap(({ bytes }) => protobufFraming.encode(bytes, receipt))
  writeFileSync(segmentOf(path), Buffer.concat(frames))
  const load = asSegment(segmentOf(path))
  await store.insertFile({ ...load, table: load.table.replace('spans_in', 'kept') })
  await store.command(`INSERT INTO FUNCTION file({path:String}, 'Native') SELECT * FROM kept`, { path })
  await store.command('TRUNCATE TABLE kept')
  return path
}

/** (b) the whole product over HTTP, at its peak; then its memory as the same goes on. */
async function measureProduct(
  product: Product,
  next: () => Body,
): Promise<{ rows: Row[]; sustained: number; memory: number[] }> {
  const { url, pid } = product
  await sendLoad(url, next, { seconds: 3, connections })
  await waitUntilLoaded(url)
  const memory = [memoryOf(pid)]
  const cpu = cpuOf(pid)
  const started = performance.now()
  const peak = await sendLoad(url, next, { seconds: 20, connections })
  await waitUntilLoaded(url)
  const sustained = peak.items / ((performance.now() - started) / 1000)
  const used = ((cpuOf(pid) - cpu) / peak.items) * 1e6
  const gzip = await sendGzip(product, next)
  // memory after the peak, then minute by minute at 70 % of it
  memory.push(memoryOf(pid))
  for (let minute = 0; minute < minutes; minute++) {
    await sendLoad(url, next, { seconds: 60, connections, perSecond: sustained * 0.7 })
    memory.push(memoryOf(pid))
  }
  await waitUntilLoaded(url)
  const rows: Row[] = [
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
    { name: '(b) the same, gzip', perSecond: gzip.perSecond, cpu: gzip.cpu, note: '' },
  ]
  return { rows, sustained, memory }
}

/** Orders of the flow that the spans are of, so that a reader of it finds something. */
async function fillFlow({ url }: Product): Promise<void> {
  const next = makeEventBodies()
  for (let request = 0; request < 60; request++) {
    const { path, headers, bytes } = next()
    const answer = await fetch(url + path, { method: 'POST', headers, body: new Uint8Array(bytes) })
    if (!answer.ok) throw new Error(`events: ${answer.status}`)
  }
  await waitUntilLoaded(url)
}

async function sendGzip(
  { url, pid }: Product,
  next: () => Body,
): Promise<{ perSecond: number; cpu: number }> {
  const { gzipSync } = await import('node:zlib')
  const pool = Array.from({ length: 400 }, next).map((body) => ({
    ...body,
    bytes: gzipSync(body.bytes, { level: 1 }),
    headers: { ...body.headers, 'content-encoding': 'gzip' },
  }))
  let turn = 0
  const started = performance.now()
  const cpu = cpuOf(pid)
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
  return {
    perSecond: items / ((performance.now() - started) / 1000),
    cpu: ((cpuOf(pid) - cpu) / items) * 1e6,
  }
}
