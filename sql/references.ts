import { entityNames, entityOf } from '../server/core/model.ts'
import { normaliseColumn } from './entity-tables.ts'

/**
 * References between messages, judged by the engine: what the events of a segment name must have been stated by some
 * system, in a load before or in the same one. First a segment's names are staged (`refsLoad`), then those nobody has
 * stated become verdicts (`judgeStatement`), then the segment itself is loaded, and `eventsSelect` turns what names
 * them into quarantine.
 */
const referable = entityNames.filter((name) => entityOf(name).key.length === 1)
const keyOf = (name: (typeof referable)[number]) => entityOf(name).key[0] as string
const normalised = (from: string) => normaliseColumn('key', from, '')

/** The part of a line that says what is named and what is stated; the engine skips the rest. */
export const refsStructure = [
  'kind String',
  'source String',
  'event_id String',
  'refs Array(Tuple(path String, entity String, value String))',
  ...referable.map((name) => `${name} Array(Tuple(${keyOf(name)} String, deleted Bool))`),
].join(', ')

const wanted = `arrayMap(ref -> ('wanted', ref.entity, ${normalised('ref.value')}), refs)`
const offered = referable.map(
  (name) =>
    `arrayMap(state -> ('offered', '${name}', ${normalised(`state.${keyOf(name)}`)}), arrayFilter(state -> kind = 'event' AND NOT state.deleted, ${name}))`,
)

/** How a segment's names come into event_refs. */
export const refsLoad = {
  format: 'JSONEachRow',
  structure: refsStructure,
  table: 'event_refs',
  select: `{load_seq:UInt64}, tupleElement(arrayJoin(arrayConcat(${[wanted, ...offered].join(', ')})) AS named, 1), named.2, named.3, cityHash64(source, event_id, refs), now()`,
  settings: { input_format_skip_unknown_fields: 1, input_format_json_throw_on_bad_escape_sequence: 0 },
}

const staged = (side: string) =>
  `FROM event_refs WHERE event_refs.load_seq = {load_seq:UInt64} AND event_refs.side = '${side}'`
const judged = 'SELECT entity, value FROM event_verdicts WHERE event_verdicts.load_seq = {load_seq:UInt64}'
// what was deleted last is no longer there; only committed loads before this one count, so a retry sees the same
const stated = referable.map(
  (name) => `SELECT '${name}', key FROM (
    SELECT plant, system, ${keyOf(name)} AS key, argMax(deleted, stamp) AS is_gone FROM ${name}_log
    WHERE load_seq < {load_seq:UInt64} AND ${keyOf(name)} IN (SELECT value ${staged('wanted')} AND entity = '${name}')
      AND load_seq IN (SELECT load_seq FROM loads WHERE load_seq < {load_seq:UInt64})
    GROUP BY plant, system, key) WHERE NOT is_gone`,
)

/**
 * Adds what is named and stated nowhere. A message that names such a thing is not taken, and what it states itself
 * does not count either: so it runs until it adds nothing (`judgedCount` stays).
 */
export const judgeStatement = `INSERT INTO event_verdicts (load_seq, entity, value)
SELECT DISTINCT {load_seq:UInt64}, entity, value ${staged('wanted')}
  AND (entity, value) NOT IN (${judged})
  AND (entity, value) NOT IN (${stated.join('\n    UNION ALL ')})
  AND (entity, value) NOT IN (SELECT entity, value ${staged('offered')}
    AND line NOT IN (SELECT line ${staged('wanted')} AND (entity, value) IN (${judged})))`

/** How many things were found to be stated nowhere. */
export const judgedCount = `SELECT toUInt32(count()) AS judged FROM (SELECT DISTINCT entity, value FROM (${judged}))`

const unknown = `arrayFilter(ref -> (ref.entity, ${normalised('ref.value')}) IN (${judged}), refs)`

/** How a segment's lines come into events_in: a message that names what nobody has stated goes whole into quarantine. */
export const eventsSelect = `* REPLACE (
  if(notEmpty(${unknown} AS unknown_refs), 'quarantine', kind) AS kind,
  multiIf(empty(unknown_refs) OR envelope = '', data, endsWith(envelope, '}'), envelope, concat(envelope, data, '}')) AS data,
  arrayConcat(reasons, arrayMap(ref -> concat(ref.path, ': expected a key of ', ref.entity, ' that some system has stated, found "', ref.value, '"'), unknown_refs)) AS reasons,
  arrayConcat(codes, arrayMap(ref -> 'reference.unknown', unknown_refs)) AS codes,
  ${entityNames.map((name) => `arrayResize(${name}, if(notEmpty(unknown_refs), 0, length(${name}))) AS ${name}`).join(',\n  ')}
), {load_seq:UInt64}`
