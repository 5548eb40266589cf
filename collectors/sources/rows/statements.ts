import { type EntityName, entityOf } from '../../../server/core/model.ts'
import type { MappedEvent, MappedState, Mapping } from './mapping.ts'
import type { RowRules } from './rules.ts'

/**
 * The statements that carry a staged file into the tables. Their parameters: load_seq, version, source, system, path,
 * modified_at, received_at, latest, fingerprint, and those the mapping bound.
 */

/** What tells one state from another, as one hash; the same over mapped rows and over the log. */
const hash = (parts: string[]) => `sipHash128(${parts.map((part) => `toString(${part})`).join(', ')})`
const keyOf = (state: MappedState) => hash(['plant', ...state.keys])
const loggedKeyOf = (entity: EntityName) => hash(['plant', ...entityOf(entity).key])
const contentOf = (state: MappedState) =>
  hash([
    'plant',
    ...state.columns.map((column) => column.value),
    `CAST(${state.deleted} AS UInt8)`,
    ...(state.hasOccurredAt ? [state.occurredAt] : []),
  ])
const loggedContentOf = (state: MappedState) =>
  hash([
    'plant',
    ...state.columns.map((column) => column.name),
    'CAST(deleted AS UInt8)',
    ...(state.hasOccurredAt ? ['occurred_at'] : []),
  ])

/**
 * One pass that says how many rows there are, how many can't be taken and why the first can't, which plants they are
 * of, and per state how many rows repeat a key.
 */
export function surveyStatement(mapping: Mapping): string {
  const repeats = mapping.states.map(
    (state) => `toUInt64(countIf(empty(reasons)) - uniqExactIf(${keyOf(state)}, empty(reasons)))`,
  )
  return `SELECT count() AS rows, countIf(notEmpty(reasons)) AS rejected, minIf(row, notEmpty(reasons)) AS first_row,
  argMinIf(reasons, row, notEmpty(reasons)) AS first_reasons, groupUniqArrayIf(plant, empty(reasons)) AS plants,
  sumMap(map(plant, toUInt64(1))) AS plant_rows, sumMap(map(plant, toUInt64(notEmpty(reasons)))) AS plant_rejected,
  CAST([${repeats.join(', ')}] AS Array(UInt64)) AS repeats
FROM (${mapping.select})`
}

/**
 * The mapping of a file in which keys repeat. In a snapshot nothing says which row is true, so all but the first are
 * rejected; in a delta the last row of a key is the newest, and the others are passed over for that state.
 */
export function withoutRepeats(mapping: Mapping, source: RowRules): Mapping {
  const over = (state: MappedState) => `OVER (PARTITION BY ${keyOf(state)}, empty(reasons))`
  if (source.mode === 'delta') {
    const last = mapping.states.map((state, index) => `max(row) ${over(state)} AS last_row_${index}`)
    return { ...mapping, select: `SELECT *, ${last.join(', ')} FROM (${mapping.select})` }
  }
  const first = mapping.states.map((state, index) => `min(row) ${over(state)} AS first_row_${index}`)
  const reasons = mapping.states.map(
    (state, index) =>
      `if(empty(reasons) AND first_row_${index} < row, ['${state.entity}: repeats the key of line ' || toString(first_row_${index})], [])`,
  )
  return {
    ...mapping,
    select: `SELECT * REPLACE (arrayConcat(reasons, ${reasons.join(', ')}) AS reasons) FROM (SELECT *, ${first.join(', ')} FROM (${mapping.select}))`,
  }
}

/** The loads of this source that count: those of this file, or of every file when a new one replaces all. */
const ownLoads = (source: RowRules) =>
  `SELECT load_seq FROM readings WHERE source = {source:String} AND outcome = 'ok'${source.replaces === 'itself' ? ' AND path = {path:String}' : ''} AND load_seq IN (SELECT load_seq FROM loads)`
const ownLog = (source: RowRules, entity: EntityName) =>
  `FROM ${entity}_log WHERE source = {source:String} AND system = {system:String} AND load_seq IN (${ownLoads(source)})`

/**
 * Inserts the states of what was read: of a snapshot, and of a delta that goes back a little, only what is new or has
 * changed. An unchanged row is no new version.
 */
export function insertStates(
  mapping: Mapping,
  index: number,
  source: RowRules,
  { repeats, isKnown }: { repeats: boolean; isKnown: boolean },
): string {
  const state = mapping.states[index] as MappedState
  const names = state.columns.map((column) => column.name)
  const log =
    source.mode === 'snapshot'
      ? ownLog(source, state.entity)
      : `FROM ${state.entity}_log WHERE source = {source:String} AND system = {system:String} AND received_at >= {known_since:DateTime64(3, 'UTC')} AND load_seq IN (SELECT load_seq FROM loads)`
  const unchanged = `SELECT content FROM (SELECT argMax(${loggedContentOf(state)}, version) AS content ${log} GROUP BY ${loggedKeyOf(state.entity)})`
  const filters = [
    'empty(reasons)',
    ...(source.mode === 'snapshot' || isKnown ? [`${contentOf(state)} NOT IN (${unchanged})`] : []),
    ...(source.mode === 'delta' && repeats ? [`row = last_row_${index}`] : []),
  ]
  return `INSERT INTO ${state.entity}_log (plant, system, ${names.join(', ')}, version, deleted, occurred_at, received_at, source, event_id, trace_id, load_seq)
SELECT plant, {system:String}, ${state.columns.map((column) => column.value).join(', ')}, {version:UInt64}, ${state.deleted}, ${state.occurredAt}, {received_at:DateTime64(3, 'UTC')}, {source:String}, '', '', {load_seq:UInt64}
FROM (${mapping.select})
WHERE ${filters.join(' AND ')}`
}

/**
 * Inserts tombstones for what an earlier version of the file had, this one lacks, and no other file of the source holds.
 * Only for a snapshot that was taken whole.
 */
export function insertTombstones(mapping: Mapping, index: number, source: RowRules): string {
  const state = mapping.states[index] as MappedState
  const names = state.columns.map((column) => column.name)
  const key = loggedKeyOf(state.entity)
  const elsewhere = `SELECT key FROM (
    SELECT path, ${key} AS key, argMax(deleted, version) AS gone
    FROM ${state.entity}_log AS log
    INNER JOIN (SELECT DISTINCT load_seq, path FROM readings WHERE source = {source:String} AND outcome = 'ok' AND path != {path:String} AND load_seq IN (SELECT load_seq FROM loads)) AS others ON others.load_seq = log.load_seq
    WHERE log.source = {source:String} AND log.system = {system:String}
    GROUP BY path, key
    HAVING NOT gone)`
  return `INSERT INTO ${state.entity}_log (plant, system, ${names.join(', ')}, version, deleted, occurred_at, received_at, source, event_id, trace_id, load_seq)
SELECT last_plant, {system:String}, ${names.map((name) => `last_${name}`).join(', ')}, {version:UInt64}, true, {modified_at:DateTime64(3, 'UTC')}, {received_at:DateTime64(3, 'UTC')}, {source:String}, '', '', {load_seq:UInt64}
FROM (
  SELECT any(plant) AS last_plant, ${names.map((name) => `argMax(${name}, version) AS last_${name}`).join(', ')}, argMax(deleted, version) AS gone
  ${ownLog(source, state.entity)}
    AND ${key} NOT IN (SELECT ${keyOf(state)} FROM (${mapping.select}))
    ${source.replaces === 'itself' ? `AND ${key} NOT IN (${elsewhere})` : ''}
  GROUP BY ${key}
  HAVING NOT gone
)`
}

/** Inserts the events of a file that are not there yet. */
export function insertEvents(mapping: Mapping, event: MappedEvent): string {
  return `INSERT INTO events_in (kind, source, system, plant, flow, stage, event_id, type, key, occurred_at, received_at, data, load_seq)
SELECT 'event', {source:String}, {system:String}, plant, ${event.flow}, ${event.stage}, ${event.id}, ${event.type}, ${event.key}, ${event.occurredAt}, {received_at:DateTime64(3, 'UTC')}, ${mapping.data}, {load_seq:UInt64}
FROM (${mapping.select})
WHERE empty(reasons) AND ${event.id} NOT IN (SELECT event_id FROM business_events WHERE source = {source:String})`
}

/**
 * Keeps the rows that could not be taken, with every reason; once, however often the file is tried, or the same row is
 * fetched again.
 * @param isFetched whether a row is known by its content: it has no place in a file
 */
export function insertQuarantine(mapping: Mapping, isFetched: boolean): string {
  const rejected = `FROM (${mapping.select})\nWHERE notEmpty(reasons)`
  if (isFetched) {
    const id = 'lower(hex(sipHash128(raw)))'
    return `INSERT INTO quarantine (received_at, source, kind, system, plant, message_id, position, reasons, body)
SELECT {received_at:DateTime64(3, 'UTC')}, {source:String}, 'row', {system:String}, plant, ${id}, {path:String}, reasons, toValidUTF8(raw)
${rejected} AND (${id}, {path:String}) NOT IN (SELECT message_id, position FROM quarantine WHERE source = {source:String})
ORDER BY row LIMIT 1 BY ${id}`
  }
  return `INSERT INTO quarantine (received_at, source, kind, system, plant, message_id, position, reasons, body)
SELECT {received_at:DateTime64(3, 'UTC')}, {source:String}, 'row', {system:String}, plant, {fingerprint:String}, {path:String} || ':' || toString(row), reasons, toValidUTF8(raw)
${rejected} AND {path:String} || ':' || toString(row) NOT IN (SELECT position FROM quarantine WHERE source = {source:String} AND message_id = {fingerprint:String})
ORDER BY row`
}
