import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CloudEvent, readCloudEvent } from '../../collectors/contracts/cloud-event.ts'
import { createVocabulary } from '../../collectors/contracts/vocabulary.ts'
import { rowsFraming } from '../../collectors/spool/frames.ts'
import { kindOf } from '../../collectors/spool/kinds.ts'
import { loadEstate } from '../../server/core/estate.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { FileLoad } from '../../sql/store.ts'
import { startProduct } from '../support/product.ts'
import { benchEstate } from './ingest-spans.ts'
import { type Body, cpuOf, sendLoad, waitUntilLoaded } from './load.ts'
import { printTable, write } from './table.ts'

const perRequest = 500
const perBatch = 25_000
const batches = 4

type Row = { name: string; perSecond: number; cpu: number; note: string }

/** Events per second, each with one state: the engine alone, our whole path, and rows made in JavaScript. */
export async function measureEvents(): Promise<void> {
  const [limit, peers] = await measureInside()
  const product = await startProduct({ estate: benchEstate })
  try {
    const next = makeBodies()
    await sendLoad(product.url, next, { seconds: 2, connections: 8 })
    await waitUntilLoaded(product.url)
    const cpu = cpuOf(product.pid)
    const started = performance.now()
    const peak = await sendLoad(product.url, next, { seconds: 12, connections: 8 })
    await waitUntilLoaded(product.url)
    const seconds = (performance.now() - started) / 1000
    const used = ((cpuOf(product.pid) - cpu) / peak.items) * 1e6
    const calm = await sendLoad(product.url, next, {
      seconds: 8,
      connections: 8,
      perSecond: (peak.items / seconds) * 0.7,
    })
    const rows: Row[] = [
      limit,
      {
        name: '(b) ours over HTTP, acknowledged after fsync',
        perSecond: peak.items / peak.seconds,
        cpu: 0,
        note: `at 70 % of peak: p50 ${write(calm.p50_ms)} ms, p99 ${write(calm.p99_ms)} ms`,
      },
      {
        name: '(b) ours over HTTP, acknowledged and in the engine',
        perSecond: peak.items / seconds,
        cpu: used,
        note: 'vocabulary, quarantine, receipts, progress, states',
      },
      peers,
    ]
    printTable(
      ['events with one state each', 'events/s', 'CPU µs/event', '× engine alone', '× peers', ''],
      rows.map((row) => [
        row.name,
        write(row.perSecond),
        row.cpu > 0 ? row.cpu.toFixed(1) : '',
        (row.perSecond / limit.perSecond).toFixed(2),
        (row.perSecond / peers.perSecond).toFixed(2),
        row.note,
      ]),
    )
  } finally {
    await product.stop()
  }
}

/** (a) the engine reads lines that are ready, (c) JavaScript makes rows of two tables and the engine takes them. */
async function measureInside(): Promise<[Row, Row]> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bench-'))
  const store = await openStore({ dataFolder: folder })
  await migrate(store)
  const estate = loadEstate(benchEstate)
  const kind = kindOf('events')
  const batchesOf = Array.from({ length: batches }, (_, batch) =>
    Array.from({ length: perBatch }, (_, index) => event(batch * perBatch + index)),
  )
  const translate = createVocabulary(estate)
  const paths = batchesOf.map((events, index) => {
    const path = join(folder, `lines-${index}`)
    const lines = events.flatMap((value) => translate(readCloudEvent(value).event as CloudEvent, new Date()))
    const body = Buffer.from(`${lines.map((line) => JSON.stringify(line)).join('\n')}\n`)
    writeFileSync(
      path,
      Buffer.concat(rowsFraming.encode(body, { receivedMs: Date.now(), contentType: '', source: '' })),
    )
    return path
  })
  const time = async (name: string, note: string, work: () => Promise<void>): Promise<Row> => {
    const cpu = cpuOf(process.pid)
    const started = performance.now()
    await work()
    const seconds = (performance.now() - started) / 1000
    const count = batches * perBatch
    return { name, perSecond: count / seconds, cpu: ((cpuOf(process.pid) - cpu) / count) * 1e6, note }
  }
  const limit = await time(
    '(a) the engine alone, lines ready',
    `${write(perBatch)} lines an insert`,
    async () => {
      for (const [index, path] of paths.entries())
        await store.insertFile({
          ...(kind.loads(estate)[0] as FileLoad),
          path,
          params: { ...kind.params(estate), load_seq: String(index + 1) },
          token: `events-${index}`,
        })
    },
  )
  const peers = await time(
    '(c) rows made in JavaScript',
    'two tables, nothing checked, not durable before',
    async () => {
      for (const events of batchesOf) {
        const parsed = JSON.parse(JSON.stringify(events)) as ReturnType<typeof event>[]
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

function makeBodies(): () => Body {
  let count = 0
  return () => {
    const events = Array.from({ length: perRequest }, () => event(count++))
    return {
      path: '/v1/events',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      bytes: Buffer.from(JSON.stringify(events)),
      items: perRequest,
    }
  }
}

const event = (index: number) => ({
  specversion: '1.0',
  id: `e${index}`,
  source: 'erp',
  type: 'order.accepted',
  subject: `SO-${index}`,
  time: new Date(Date.now() - (index % 1000)).toISOString(),
  plant: ['HAM', 'LYO', 'GDN', 'PUE', 'CLE', 'NGO'][index % 6] as string,
  data: {
    order: `SO-${index}`,
    states: {
      order_lines: [
        {
          order_type: 'sales',
          order_no: `SO-${index}`,
          line_no: '10',
          item: 'DX-40',
          quantity: '5',
          unit: 'PCE',
          unit_price: '712.00',
          currency: 'EUR',
          status: 'open',
        },
      ],
    },
  },
})
