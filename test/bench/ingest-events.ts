import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type CloudEvent, readCloudEvent } from '../../collectors/contracts/cloud-event.ts'
import { createVocabulary } from '../../collectors/contracts/vocabulary.ts'
import { rowsFraming } from '../../collectors/spool/frames.ts'
import { kindOf } from '../../collectors/spool/kinds.ts'
import { loadEstate } from '../../server/core/estate.ts'
import { carryStatements } from '../../sql/events-load.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { FileLoad } from '../../sql/store.ts'
import { startProduct } from '../support/product.ts'
import { makeEvent, makeEventBodies } from './events.ts'
import { benchEstate, openKept } from './ingest-spans.ts'
import { type Body, cpuOf, memoryOf, sendLoad, waitUntilLoaded } from './load.ts'
import { printReaders } from './readers.ts'
import { printRows, type Row, timeRow } from './rows.ts'
import { write } from './table.ts'

const perBatch = 25_000
const batches = 4
const connections = 8

/** Events per second, each with one state: the engine alone, our whole path, and rows made in JavaScript. */
export async function measureEvents(): Promise<void> {
  const product = await startProduct({ estate: benchEstate })
  // first: an engine in the process that sends would be in its way, and be taken for the product's slowness
  const rows: Row[] = []
  try {
    const { url, pid } = product
    const next = makeEventBodies()
    await sendLoad(url, next, { seconds: 2, connections })
    await waitUntilLoaded(url)
    const memory = [memoryOf(pid)]
    const measure = async (bodies: () => Body) => {
      const cpu = cpuOf(pid)
      const started = performance.now()
      const peak = await sendLoad(url, bodies, { seconds: 12, connections })
      await waitUntilLoaded(url)
      const seconds = (performance.now() - started) / 1000
      memory.push(memoryOf(pid))
      return {
        acknowledged: peak.items / peak.seconds,
        sustained: peak.items / seconds,
        cpu: ((cpuOf(pid) - cpu) / peak.items) * 1e6,
      }
    }
    const plain = await measure(next)
    const gzip = await measure(() => zipped(next()))
    rows.push(
      {
        name: '(b) ours over HTTP, acknowledged after fsync',
        perSecond: plain.acknowledged,
        cpu: 0,
        note: `${connections} connections`,
      },
      {
        name: '(b) ours over HTTP, acknowledged and in the engine',
        perSecond: plain.sustained,
        cpu: plain.cpu,
        note: 'contract, reference, quarantine, receipts, progress, states',
      },
      { name: '(b) the same, gzip', perSecond: gzip.sustained, cpu: gzip.cpu, note: '' },
    )
    await printReaders('events', product, next, plain.sustained)
    console.log(`memory, MiB: ${memory.map((bytes) => write(bytes / 2 ** 20)).join(' → ')}\n`)
  } finally {
    await product.stop()
  }
  const [limit, peers] = await measureInside()
  printRows('events with one state each', [limit, ...rows, peers], limit, peers)
}

const zipped = (body: Body): Body => ({
  ...body,
  bytes: gzipSync(body.bytes, { level: 1 }),
  headers: { ...body.headers, 'content-encoding': 'gzip' },
})

/** (a) the engine inserts the same rows already decoded, (c) JavaScript makes rows of two tables and the engine takes them. */
async function measureInside(): Promise<[Row, Row]> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  const store = await openStore({ dataFolder: folder })
  await migrate(store)
  const estate = loadEstate(benchEstate)
  const kind = kindOf('events')
  const batchesOf = Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: perBatch }, (_, index) => makeEvent(batch * perBatch + index)),
  )
  const translate = createVocabulary(estate)
  await openKept(store, 'events_staged')
  const paths: string[] = []
  for (const [index, events] of batchesOf.entries()) {
    const lines = events.flatMap((value) => translate(readCloudEvent(value).event as CloudEvent, new Date()))
    const body = Buffer.from(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
    const segment = join(folder, `lines-${index}`)
    writeFileSync(
      segment,
      Buffer.concat(rowsFraming.encode(body, { receivedMs: Date.now(), contentType: '', source: '' })),
    )
    await store.insertFile({
      ...(kind.loads?.(estate)[0] as FileLoad),
      table: 'kept (* EXCEPT (staged_at))',
      path: segment,
      params: { ...kind.params(estate), load_seq: String(index + 1), staging: '0' },
      token: `events-${index}`,
    })
    const path = join(folder, `rows-${index}.native`)
    await store.command(`INSERT INTO FUNCTION file({path:String}, 'Native') SELECT * FROM kept`, { path })
    await store.command('TRUNCATE TABLE kept')
    paths.push(path)
  }
  const carried = carryStatements(['items', 'order_lines'])
  const limit = await timeRow(
    '(a) the engine alone, rows already decoded',
    `${write(perBatch)} events an insert`,
    perBatch * batches,
    async () => {
      for (const [index, path] of paths.entries())
        for (const sql of carried)
          await store.command(
            sql.replace('FROM events_staged', `FROM file({path:String}, 'Native') AS events_staged`),
            { path, load_seq: String(index + 1), staging: '0' },
            {
              lane: 'load',
              settings: {
                parallel_view_processing: 1,
                // the file says itself what it holds, which is more than the table takes
                use_structure_from_insertion_table_in_table_functions: 0,
              },
            },
          )
    },
  )
  const peers = await timeRow(
    '(c) rows made in JavaScript',
    'two tables, nothing checked, not durable before',
    perBatch * batches,
    async () => {
      for (const events of batchesOf) {
        const parsed = JSON.parse(JSON.stringify(events)) as ReturnType<typeof makeEvent>[]
        await store.insert(
          'business_events',
          parsed.map((one) => ({
            plant: one.plant,
            source: one.source,
            system: one.source,
            event_id: `${one.id}c`,
            type: one.type,
            key: one.subject,
            occurred_at: one.time,
            received_at: one.time,
            data: JSON.stringify(one.data),
          })),
          { lane: 'load' },
        )
        await store.insert(
          'order_lines_log',
          parsed.flatMap((one) =>
            one.data.states.order_lines.map((state) => ({
              ...state,
              plant: one.plant,
              system: one.source,
              version: Date.parse(one.time),
              occurred_at: one.time,
              received_at: one.time,
              source: one.source,
              event_id: `${one.id}c`,
              load_seq: 1,
            })),
          ),
          { lane: 'load' },
        )
      }
    },
  )
  await store.close()
  rmSync(folder, { recursive: true, force: true })
  return [limit, peers]
}
