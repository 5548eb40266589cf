import { rmSync } from 'node:fs'
import { openStore } from '../../sql/open.ts'
import { encodeOtlp } from '../support/otlp.ts'
import { startProduct } from '../support/product.ts'
import { makeEvent } from './events.ts'
import { benchEstate } from './ingest-spans.ts'
import { type Body, sendLoad, waitUntilLoaded } from './load.ts'
import { makeTraceRequests } from './spans.ts'
import { printTable, write } from './table.ts'

const hours = 7 * 24
const eventsPerHour = 1_000
/** From so many parts in a partition on the engine slows inserts down (parts_to_delay_insert). */
const slowFrom = 1_000

/** A week that an edge kept to itself, delivered at full speed: how many parts it leaves, as they lie right after. */
export async function measureParts(): Promise<void> {
  const product = await startProduct({ estate: benchEstate })
  const bodies = makeWeek(Date.now())
  let at = 0
  const started = performance.now()
  await sendLoad(product.url, () => bodies[at++ % bodies.length] as Body, {
    seconds: 600,
    connections: 8,
    requests: bodies.length,
  })
  await waitUntilLoaded(product.url)
  const seconds = (performance.now() - started) / 1000
  // as a power cut would: nothing is merged on the way out
  await product.kill()
  const store = await openStore({ dataFolder: product.folder })
  try {
    const rows = await store.rows<Record<'table' | 'parts' | 'partitions' | 'most' | 'rows', string>>(
      `SELECT table, toString(sum(in_one)) AS parts, toString(count()) AS partitions, toString(max(in_one)) AS most, toString(sum(held)) AS rows
       FROM (SELECT table, partition, count() AS in_one, sum(rows) AS held FROM system.parts WHERE active AND database = currentDatabase() GROUP BY table, partition)
       GROUP BY table HAVING sum(held) > 1000 ORDER BY sum(in_one) DESC LIMIT 12`,
    )
    printTable(
      [
        `a week, ${write(bodies.length)} requests in ${write(seconds)} s`,
        'rows',
        'active parts',
        'partitions',
        'most in one',
        `of ${write(slowFrom)}`,
      ],
      rows.map((row) => [
        row.table,
        write(Number(row.rows)),
        row.parts,
        row.partitions,
        row.most,
        `${((Number(row.most) / slowFrom) * 100).toFixed(1)} %`,
      ]),
    )
  } finally {
    await store.close()
    rmSync(product.folder, { recursive: true, force: true })
  }
}

/** The spans and events of each hour of the week before a moment, oldest first. */
function makeWeek(end: number): Body[] {
  const bodies: Body[] = []
  for (let hour = hours; hour > 0; hour--) {
    const now = end - hour * 3_600_000
    for (const request of makeTraceRequests(hour, 300, now))
      bodies.push({
        path: '/v1/traces',
        headers: { 'content-type': 'application/x-protobuf' },
        bytes: Buffer.from(encodeOtlp(request)),
        items: request.resourceSpans[0]?.scopeSpans[0]?.spans.length ?? 0,
      })
    const events = Array.from({ length: eventsPerHour }, (_, index) =>
      makeEvent(hour * eventsPerHour + index, now),
    )
    bodies.push({
      path: '/v1/events',
      headers: { 'content-type': 'application/cloudevents-batch+json' },
      bytes: Buffer.from(JSON.stringify(events)),
      items: events.length,
    })
  }
  return bodies
}
