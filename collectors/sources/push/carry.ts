import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Estate } from '../../../server/core/estate.ts'
import { isPushed, type PushedSourceConfig } from '../../../server/core/estate-schema.ts'
import type { Store } from '../../../sql/store.ts'
import { type Carrier, receivedAt } from '../../spool/loader.ts'
import type { Segment } from '../../spool/spool.ts'
import { type Piece, startPiece } from '../pull/piece.ts'
import { writeWatermark } from '../pull/watermark.ts'
import { loadRows } from '../rows/load.ts'
import { hashRules, type Memory, openMemory } from '../rows/memory.ts'
import { noShape } from '../rows/records.ts'
import { type RowRules, rulesOfLines } from '../rows/rules.ts'
import { type Delivery, readDeliveries } from './delivery.ts'
import type { Notices } from './notices.ts'
import { compileReading, type Reading } from './read.ts'

/** Under this name stands, of each source, which segment was taken last. */
const what = 'deliveries'
/** A state said again within this time as it was is no news. */
const knownMs = 3_600_000

type Own = {
  source: PushedSourceConfig
  rules: RowRules
  read: (delivery: Delivery) => Promise<Reading>
  memory: Promise<Memory> | undefined
}
/** What a segment holds of one source. */
type Batch = {
  piece: Piece
  faults: Record<string, unknown>[]
  keys: string[]
  bytes: number
  newest: string
  completeTo: string
}

/**
 * Carries what was pushed from the spool into the store: each body becomes records by its source's own words, and those
 * states and events by the same rules as rows of any other source. What can't be read goes to quarantine as it came, with
 * the reason. With the rows of each source its reading says which segment they are of: carried again after a crash, it is
 * passed over.
 */
export function createCarrier(options: {
  estate: Estate
  store: Store
  /** Where records lie while they are loaded */
  folder: string
  notices: Notices
}): Carrier {
  const { estate, store, folder, notices } = options
  const sources = new Map<string, Own>(
    estate.sources
      .filter(isPushed)
      .map((source) => [
        source.source,
        { source, rules: rulesOf(source), read: compileReading(source), memory: undefined },
      ]),
  )

  const collect = async (segment: Segment) => {
    const batches = new Map<string, Batch>()
    const batchOf = async (name: string): Promise<Batch> => {
      const known = batches.get(name)
      if (known) return known
      const piece = await startPiece(join(folder, `${name}.deliveries.jsonl`))
      const batch = { piece, faults: [], keys: [], bytes: 0, newest: '', completeTo: '' }
      batches.set(name, batch)
      return batch
    }
    let line = 0
    for (const delivery of readDeliveries(await readFile(segment.path))) {
      line++
      const batch = await batchOf(delivery.source)
      if ('complete_to' in delivery) {
        batch.completeTo = delivery.complete_to
        continue
      }
      const own = sources.get(delivery.source)
      const found = (await own?.read(delivery)) ?? {
        fault: `"${delivery.source}" is no longer a source of this estate that is sent to`,
      }
      batch.bytes += delivery.body.length
      batch.newest = delivery.received_at
      if ('fault' in found)
        batch.faults.push(describeFault(estate, own, delivery, segment, line, found.fault))
      else {
        batch.keys.push(...found.keys)
        await batch.piece.add(found.records)
      }
    }
    return batches
  }

  const take = async (
    segment: Segment,
    name: string,
    batch: Batch,
    load: Parameters<Carrier>[1],
  ): Promise<void> => {
    const own = sources.get(name)
    const quarantine = () =>
      store.insert('quarantine', batch.faults, {
        lane: 'load',
        token: `deliveries-${segment.name}-${name}`,
      })
    if (!own) return batch.faults.length > 0 ? quarantine() : undefined
    own.memory ??= openMemory(store, own.rules)
    const memory = await own.memory
    const { cursor = '' } = memory.last(what) ?? {}
    const isTaken = cursor !== '' && segment.name.startsWith(cursor)
    if (!isTaken && batch.newest !== '') {
      const notify = 'notify' in own.source ? own.source.notify : undefined
      if (notify) await notices.add(notify.source, batch.keys)
      const content = await batch.piece.end()
      const fingerprint = `${hashRules(estate, own.rules)}-${content}`
      const file = {
        path: what,
        fullPath: batch.piece.path,
        bytes: batch.bytes,
        modifiedAt: new Date(batch.newest),
      }
      await load({
        kind: 'events',
        source: name,
        name: segment.name,
        bytes: batch.bytes,
        since: receivedAt(segment),
        run: async (loadSeq) => {
          if (batch.faults.length > 0) await quarantine()
          if (batch.piece.rows > 0)
            await loadRows(
              {
                estate,
                store,
                source: own.rules,
                memory,
                file,
                shape: noShape,
                fingerprint: `${fingerprint}-${segment.name}`,
                cursor: segment.name,
                knownSince: new Date(Date.now() - knownMs),
                takesAny: true,
              },
              loadSeq,
            )
          else await noteFaults(memory, batch, { fingerprint, cursor: segment.name, load_seq: loadSeq })
        },
      })
    }
    const at = batch.completeTo || (own.source.watermark === 'received' ? batch.newest : '')
    if (at !== '' && memory.plants.size > 0)
      await writeWatermark({ store, queue: { submit: load } }, own.source, memory.plants, new Date(at))
  }

  return async (segment, load) => {
    const batches = await collect(segment)
    try {
      for (const [name, batch] of batches)
        try {
          await take(segment, name, batch, load)
        } catch (error) {
          // what was noted here and not committed there is read anew
          const own = sources.get(name)
          if (own) own.memory = undefined
          throw error
        }
    } finally {
      for (const { piece } of batches.values()) await piece.remove()
    }
  }
}

export const rulesOf = (source: PushedSourceConfig): RowRules => rulesOfLines(source, 'delta')

/** A body in quarantine, as it came. */
function describeFault(
  estate: Estate,
  own: Own | undefined,
  { source, id, body, received_at }: Delivery,
  segment: Segment,
  line: number,
  fault: string,
) {
  const served = own && (estate.systemOf.get(own.source.system)?.plants ?? [...estate.plantOf.keys()])
  return {
    received_at,
    source,
    kind: 'delivery',
    system: own?.source.system ?? '',
    plant: own?.source.plant?.const ?? (served?.length === 1 ? (served[0] as string) : ''),
    message_id: id,
    position: `${segment.name}:${line}`,
    reasons: [fault],
    codes: [own ? 'delivery.unreadable' : 'source.unknown'],
    body,
  }
}

/** Of a segment without a record it is only known that it was taken. */
const noteFaults = (
  memory: Memory,
  { faults, bytes, newest }: Batch,
  of: { fingerprint: string; cursor: string; load_seq: string },
) =>
  memory.note({
    ...of,
    path: what,
    modified_at: newest,
    read_at: new Date().toISOString(),
    bytes,
    rows: faults.length,
    rejected: faults.length,
    plant_rows: {},
    plant_rejected: {},
    outcome: 'ok',
    reason: faults.length > 0 ? `${faults.length} messages could not be read and are in quarantine` : '',
    mayPass: false,
  })
