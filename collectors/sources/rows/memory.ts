import { createHash } from 'node:crypto'
import type { Estate } from '../../../server/core/estate.ts'
import type { Store } from '../../../sql/store.ts'
import type { SeenFile } from './file.ts'
import type { RowRules } from './rules.ts'

/** The last reading of a file. */
export type Reading = {
  path: string
  /** hash of the rules, then of the content: `rules-content` */
  fingerprint: string
  /** from where the source goes on; '' of a file */
  cursor: string
  modified_at: string
  /** what a bucket calls the content; '' of a folder */
  tag?: string
  read_at: string
  bytes: number
  rows: number
  rejected: number
  /** the same by plant */
  plant_rows: Record<string, string>
  plant_rejected: Record<string, string>
  outcome: 'ok' | 'failed'
  reason: string
  load_seq: string
  /** whether a failed file is worth another try although nothing about it changed */
  mayPass: boolean
}

/** What a source has read, in the store and here; a reading counts once its load is committed. */
export type Memory = {
  last(path: string): Reading | undefined
  /** Notes a reading in the store; a failure that is known already is not noted again. */
  note(reading: Reading): Promise<void>
  /** The newest readings that are good. */
  good(): Reading[]
  /** Plants this source has ever brought something of. */
  plants: Set<string>
  /** A number above every version this source has given, not below the one asked for. */
  nextVersion(least: number): number
}

/** Reads what a source knows. */
export async function openMemory(store: Store, source: RowRules): Promise<Memory> {
  const params = { source: source.source }
  const committed = 'load_seq IN (SELECT load_seq FROM loads)'
  const rows = await store.rows<Reading & { bytes: string; rows: string; rejected: string }>(
    `SELECT path, fingerprint, cursor, modified_at, tag, read_at, bytes, rows, rejected, plant_rows, plant_rejected, outcome, reason, load_seq, true AS mayPass
     FROM readings WHERE source = {source:String} AND (outcome = 'failed' OR ${committed})
     ORDER BY read_at DESC LIMIT 1 BY path`,
    params,
  )
  const readings = new Map<string, Reading>(
    rows.map((row) => [
      row.path,
      { ...row, bytes: Number(row.bytes), rows: Number(row.rows), rejected: Number(row.rejected) },
    ]),
  )
  const plants = new Set<string>(source.plant?.const === undefined ? [] : [source.plant.const])
  let version = 0
  for (const entity of Object.keys(source.states)) {
    const [found] = await store.rows<{ plants: string[]; version: string }>(
      `SELECT groupUniqArrayIf(toString(plant), ${committed}) AS plants, max(version) AS version FROM ${entity}_log WHERE source = {source:String}`,
      params,
    )
    for (const plant of found?.plants ?? []) plants.add(plant)
    version = Math.max(version, Number(found?.version ?? 0))
  }
  if (source.events.length > 0)
    for (const { plant } of await store.rows<{ plant: string }>(
      'SELECT DISTINCT toString(plant) AS plant FROM business_events WHERE source = {source:String}',
      params,
    ))
      plants.add(plant)
  return {
    plants,
    last: (path) => readings.get(path),
    good: () => [...readings.values()].filter((reading) => reading.outcome === 'ok'),
    note: async (reading) => {
      const last = readings.get(reading.path)
      readings.set(reading.path, reading)
      const isKnown =
        last?.outcome === 'failed' &&
        last.outcome === reading.outcome &&
        last.reason === reading.reason &&
        last.modified_at === reading.modified_at &&
        (last.tag ?? '') === (reading.tag ?? '')
      if (isKnown) return
      const { mayPass: _, ...row } = reading
      await store.insert('readings', [{ source: source.source, ...row }], { lane: 'load' })
    },
    nextVersion: (least) => {
      version = Math.max(version + 1, least)
      return version
    },
  }
}

/** A hash of everything in the estate that decides what a row becomes; when it changes, all is read again. */
export function hashRules(estate: Estate, source: RowRules): string {
  const { system, plant, states, events, format, header, delimiter, quoted, encoding, mode, replaces } =
    source
  const { fixed, item, records, edi } = source
  const rules = {
    ...{ system, plant, states, events, format, header, delimiter, quoted, encoding, mode, replaces },
    ...{ fixed, item, records, messages: edi?.messages },
  }
  const zones = estate.plants.map(({ plant, time_zone }) => [plant, time_zone])
  const stages = estate.flows.map(({ flow, stages, ends_early }) => [flow, stages, ends_early])
  const served = estate.systemOf.get(system)?.plants
  const meaning = JSON.stringify([rules, estate.units, zones, served, stages])
  return createHash('sha256').update(meaning).digest('hex').slice(0, 12)
}

/** Whether a file has to be read: it is new, it or the rules changed, or it failed for a reason that may have passed. */
export function needsReading(file: SeenFile, last: Reading | undefined, rules: string): boolean {
  if (!last?.fingerprint.startsWith(`${rules}-`)) return true
  if (last.bytes !== file.bytes || Date.parse(last.modified_at) !== file.modifiedAt.getTime()) return true
  if ((last.tag ?? '') !== (file.tag ?? '')) return true
  return last.outcome === 'failed' && last.mayPass
}
