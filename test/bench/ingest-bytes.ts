import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { protobufFraming } from '../../collectors/spool/frames.ts'
import { kindOf } from '../../collectors/spool/kinds.ts'
import { loadEstate } from '../../server/core/estate.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { FileLoad, Store } from '../../sql/store.ts'
import { encodeOtlp } from '../support/otlp.ts'
import { collectorTable, fillCollectorTable } from './collector-table.ts'
import { benchEstate } from './ingest-spans.ts'
import { makeTraceRequests } from './spans.ts'
import { printTable } from './table.ts'

const segments = 16
const tracesPerSegment = 5_000

/** Bytes on disk per span, merged: our table beside the Collector's default one, filled with the same spans. */
export async function measureBytes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bytes-'))
  const store = await openStore({ dataFolder: folder })
  try {
    await migrate(store)
    await fill(store, folder)
    await store.command(collectorTable)
    await store.command(fillCollectorTable('FINAL'))
    for (const table of ['otel_spans', 'otel_traces', 'span_latency_1m', 'key_index'])
      await store.command(`OPTIMIZE TABLE ${table} FINAL`)
    const [total] = await store.rows<{ spans: string }>('SELECT count() AS spans FROM otel_spans')
    const rows = await store.rows<{ table: string; data: number; indexes: number }>(
      `SELECT table, sum(data_compressed_bytes) / {spans:UInt64} AS data, sum(secondary_indices_compressed_bytes) / {spans:UInt64} AS indexes
       FROM system.parts WHERE active AND database = currentDatabase() AND table IN ('otel_spans', 'otel_traces', 'span_latency_1m', 'key_index')
       GROUP BY table ORDER BY indexOf(['otel_spans', 'otel_traces', 'span_latency_1m', 'key_index'], table)`,
      { spans: total?.spans ?? '1' },
    )
    const titles: Record<string, string> = {
      otel_spans: 'ours, every type of attribute kept',
      otel_traces: 'the OpenTelemetry Collector’s default table',
      span_latency_1m: 'ours, beside it: latency by minute',
      key_index: 'ours, beside it: traces by business key',
    }
    printTable(
      [`${total?.spans} spans on disk, merged`, 'bytes/span', 'skip indexes'],
      rows.map((row) => [titles[row.table] ?? row.table, row.data.toFixed(1), row.indexes.toFixed(1)]),
    )
    const columns = await store.rows<{ name: string; bytes: number }>(
      `SELECT column AS name, sum(column_data_compressed_bytes) / {spans:UInt64} AS bytes FROM system.parts_columns
       WHERE active AND database = currentDatabase() AND table = 'otel_spans' GROUP BY column ORDER BY bytes DESC LIMIT 8`,
      { spans: total?.spans ?? '1' },
    )
    console.log(`most of it: ${columns.map((row) => `${row.name} ${row.bytes.toFixed(1)}`).join(', ')}\n`)
  } finally {
    await store.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fill(store: Store, folder: string): Promise<void> {
  const kind = kindOf('traces')
  const estate = loadEstate(benchEstate)
  const path = join(folder, 'segment')
  for (let index = 0; index < segments; index++) {
    const now = Date.now() - index * 300_000
    const receipt = { receivedMs: now, contentType: 'application/x-protobuf', source: 'bench' }
    writeFileSync(
      path,
      Buffer.concat(
        makeTraceRequests(900 + index, tracesPerSegment, now).flatMap((request) =>
          protobufFraming.encode(encodeOtlp(request), receipt),
        ),
      ),
    )
    const load = {
      ...(kind.loads?.(estate)[0] as FileLoad),
      params: { ...kind.params(estate), load_seq: '1' },
    }
    await store.insertFile({ ...load, path, token: `bytes-${index}` })
  }
}
