import { entityNames, entityOf } from '../server/core/model.ts'
import { normaliseColumn } from './entity-tables.ts'
import { whereStaged } from './events-structure.ts'
import type { Store } from './store.ts'

/**
 * References between messages, judged by the engine: what the events of a segment name must have been stated by some
 * system, in a load before or in the same one. Where something was not (`isAnyNowhere`), what the segment names is noted
 * (`refsStatement`), and what nobody has stated becomes verdicts (`judgeStatement`). Then the segment itself is loaded,
 * and what names such things comes into quarantine (sql/events-load.ts).
 */
const referable = entityNames.filter((name) => entityOf(name).key.length === 1)
const keyOf = (name: (typeof referable)[number]) => entityOf(name).key[0] as string
const normalised = (from: string) => normaliseColumn('key', from, '')

/** The part of a line that says what is named and what is stated; the engine skips the rest, but for data: it may be deeper than it skips. */
const refsStructure = [
  'data String',
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

/** What is named and what is stated, as rows of event_refs. */
const names = `{load_seq:UInt64}, tupleElement(arrayJoin(arrayConcat(${[wanted, ...offered].join(', ')})) AS named, 1), named.2, named.3, cityHash64(source, event_id, refs), now()`

/** How a segment's names come into event_refs, of its staged lines; */
export const refsStatement = `INSERT INTO event_refs SELECT ${names} FROM events_staged ${whereStaged}`
/** or from a file of lines that are only tried. */
export const refsLoad = {
  format: 'JSONEachRow',
  structure: refsStructure,
  table: 'event_refs',
  select: names,
  settings: { input_format_skip_unknown_fields: 1, input_format_json_throw_on_bad_escape_sequence: 0 },
}

const noted = (side: string) =>
  `FROM event_refs WHERE event_refs.load_seq = {load_seq:UInt64} AND event_refs.side = '${side}'`
const judged = 'SELECT entity, value FROM event_verdicts WHERE event_verdicts.load_seq = {load_seq:UInt64}'
// what was deleted last is no longer there; only committed loads before this one count, so a retry sees the same
const stated = (named: string, entities = referable) =>
  entities
    .map(
      (name) => `SELECT '${name}', key FROM (
    SELECT plant, system, ${keyOf(name)} AS key, argMax(deleted, stamp) AS is_gone FROM ${name}_log
    WHERE load_seq < {load_seq:UInt64} AND ${keyOf(name)} IN (SELECT value ${named} AND entity = '${name}')
      AND load_seq IN (SELECT load_seq FROM loads WHERE load_seq < {load_seq:UInt64})
    GROUP BY plant, system, key) WHERE NOT is_gone`,
    )
    .join('\n    UNION ALL ')

/**
 * Adds what is named and stated nowhere. A message that names such a thing is not taken, and what it states itself
 * does not count either: so it runs until it adds nothing (`judgedCount` stays).
 */
const judgeStatement = `INSERT INTO event_verdicts (load_seq, entity, value)
SELECT DISTINCT {load_seq:UInt64}, entity, value ${noted('wanted')}
  AND (entity, value) NOT IN (${judged})
  AND (entity, value) NOT IN (${stated(noted('wanted'))})
  AND (entity, value) NOT IN (SELECT entity, value ${noted('offered')}
    AND line NOT IN (SELECT line ${noted('wanted')} AND (entity, value) IN (${judged})))`

const lying = (pairs: string) =>
  `FROM (SELECT arrayJoin(${pairs}) AS named, named.1 AS entity, named.2 AS value FROM events_staged ${whereStaged}) WHERE true`
const named = lying(`arrayMap((entity, value) -> (entity, ${normalised('value')}), refs.entity, refs.value)`)

/**
 * Whether the staged lines of a load name anything of these entities that is stated neither before nor by any of them.
 * Where they don't, as in most loads, there is nothing to judge.
 */
export async function isAnyNowhere(
  store: Store,
  load: { load_seq: string; staging: string },
  entities: readonly string[],
): Promise<boolean> {
  const asked = referable.filter((name) => entities.includes(name))
  if (asked.length < entities.length) return true
  const here = asked.map(
    (name) =>
      `SELECT entity, value ${lying(`arrayMap(key -> ('${name}', ${normalised('key')}), arrayFilter((key, deleted) -> kind = 'event' AND NOT deleted, ${name}.${keyOf(name)}, ${name}.deleted))`)}`,
  )
  const [found] = await store.rows(
    `SELECT 1 ${named} AND (entity, value) NOT IN (${stated(named, asked)}) AND (entity, value) NOT IN (${here.join(' UNION ALL ')}) LIMIT 1`,
    load,
    { lane: 'load' },
  )
  return found !== undefined
}

/** How many things were found to be stated nowhere. */
const judgedCount = `SELECT toUInt32(count()) AS judged FROM (SELECT DISTINCT entity, value FROM (${judged}))`

/** Of a line of the load, what it names that was found to be stated nowhere. */
export const unknownRefs = `arrayFilter(ref -> (ref.entity, ${normalised('ref.value')}) IN (${judged}), refs)`

/** Adds verdicts on what the noted names of a load say and no system has stated. */
export async function judgeNames(store: Store, loadSeq: string): Promise<void> {
  const params = { load_seq: loadSeq }
  const options = { lane: 'load' } as const
  for (let known = -1, judged = 0; judged > known; ) {
    known = judged
    await store.command(judgeStatement, params, options)
    judged = (await store.rows<{ judged: number }>(judgedCount, params, options))[0]?.judged ?? 0
  }
}
