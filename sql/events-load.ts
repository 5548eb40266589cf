import { type EntityName, entityNames, entityOf, statesPrice } from '../server/core/model.ts'
import { normaliseColumn, priceFactor } from './entity-tables.ts'
import { carriedColumns, eventsStructure, whereStaged } from './events-structure.ts'
import { isAnyNowhere, judgeNames, refsStatement, unknownRefs } from './references.ts'
import type { Settings, Store } from './store.ts'

/**
 * How a segment of business events gets in. Its lines are parsed once, into events_staged under the load's number; from
 * there each table the load has something for is filled by a statement of its own. A view on all that comes in would cost
 * every load 14 ms, whether there is anything for it or not.
 */

const lane = 'load'
const fromStaged = `FROM events_staged ${whereStaged}`

/** How the lines of a segment are staged. What the engine can't read fails here, before anything is anywhere. */
export const eventsStaging = {
  format: 'JSONEachRow',
  structure: eventsStructure,
  table: 'events_staged (* EXCEPT (staged_at))',
  select: '*, {load_seq:UInt64}, {staging:UInt64}',
  settings: {
    // the row that frames a request says more than the engine asks
    input_format_skip_unknown_fields: 1,
    // half a surrogate pair in somebody's text must not hold up the segment
    input_format_json_throw_on_bad_escape_sequence: 0,
  },
} as const

/** What one statement carries is one block, so that said again under its token it is known as a whole. */
const carrying = {
  max_insert_threads: 1,
  min_insert_block_size_rows: 10_000_000,
  min_insert_block_size_bytes: 0,
  parallel_view_processing: 1,
  // an edge that was away delivers months in one segment; what is older than allowed never gets here
  max_partitions_per_insert_block: 100,
} as const

const taken = `empty(${unknownRefs})`

/** Carries the states of an entity from the staged lines that `taken` lets in into its log. */
function statesStatement(name: EntityName, taken: string): string {
  const entity = entityOf(name)
  const picked = Object.entries(entity.columns).map(([column, { type }]) => [
    column,
    normaliseColumn(type, `state.${column}`, 'state.unit_factor'),
  ])
  if (statesPrice(entity))
    picked.push([
      'price_factor',
      priceFactor(
        'if(state.price_unit_factor = 0, state.unit_factor, state.price_unit_factor)',
        'state.price_per',
      ),
    ])
  const own = 'occurred_at, received_at, source, event_id, trace_id, load_seq'
  return `INSERT INTO ${name}_log (plant, system, ${picked.map(([column]) => column).join(', ')}, version, deleted, ${own})
SELECT plant, system, ${picked.map(([, value]) => value).join(', ')}, state.version, state.deleted, ${own}
FROM (
  SELECT plant, system, ${own}, arrayJoin(${name}) AS state
  FROM events_staged
  ${whereStaged} AND notEmpty(${name}) AND ${taken}
)`
}

/** The messages of the load as events_in takes them. Only where a verdict fell is there anything to ask of it. */
function eventsStatement(isJudged: boolean): string {
  // a message that names what nobody has stated goes whole into quarantine
  const judged: Partial<Record<(typeof carriedColumns)[number], string>> = {
    kind: `if(notEmpty(${unknownRefs} AS unknown_refs), 'quarantine', events_staged.kind)`,
    data: `multiIf(empty(unknown_refs) OR envelope = '', events_staged.data, endsWith(envelope, '}'), envelope, concat(envelope, events_staged.data, '}'))`,
    reasons: `arrayConcat(events_staged.reasons, arrayMap(ref -> concat(ref.path, ': expected a key of ', ref.entity, ' that some system has stated, found "', ref.value, '"'), unknown_refs))`,
    codes: `arrayConcat(events_staged.codes, arrayMap(ref -> 'reference.unknown', unknown_refs))`,
  }
  const picked = carriedColumns.map((name) => (isJudged && judged[name]) || name)
  return `INSERT INTO events_in (${carriedColumns.join(', ')}, load_seq)
SELECT ${picked.join(', ')}, load_seq ${fromStaged} AND kind != 'frame'`
}

/** Of which entities the load holds states, and of which it names things. */
const lookStatement = `SELECT arrayFilter((name, lines) -> lines > 0, [${entityNames.map((name) => `'${name}'`).join(', ')}], [${entityNames.map((name) => `countIf(notEmpty(${name}))`).join(', ')}]) AS held, groupUniqArrayArray(refs.entity) AS named
${fromStaged}`

/** Forgets what is staged of a load. */
export const clearStaged = (store: Store, loadSeq: string): Promise<void> =>
  // the number is ours and nothing but digits; the engine takes no parameter here
  store.command(`ALTER TABLE events_staged DROP PARTITION ${BigInt(loadSeq)}`, {}, { lane })

/**
 * Carries the staged lines of a load into the tables. Each statement has a token of its own, so that all of it may be
 * done again, after a crash too, and ends the same. States go first: they count only once the load is committed, while
 * receipts count as soon as they are there.
 * @param settings of the engine for this load, such as how many threads it may take
 */
export async function carryEvents(
  store: Store,
  {
    loadSeq,
    staging,
    token,
    settings = {},
  }: { loadSeq: string; staging: string; token: string; settings?: Settings },
): Promise<void> {
  const params = { load_seq: loadSeq, staging }
  const carry = (sql: string, own: string) =>
    store.command(sql, params, {
      lane,
      settings: { ...carrying, ...settings, insert_deduplication_token: `${token}-${own}` },
    })
  const [found] = await store.rows<{ held: EntityName[]; named: string[] }>(lookStatement, params, { lane })
  const { held = [], named = [] } = found ?? {}
  const isJudged = named.length > 0 && (await isAnyNowhere(store, params, named))
  if (isJudged) {
    await store.command(refsStatement, params, { lane })
    await judgeNames(store, loadSeq)
  }
  const statements = carryStatements(held, isJudged)
  for (const [index, sql] of statements.entries()) await carry(sql, held[index] ?? 'events')
}

/** What carries the staged lines of a load that holds states of these entities, in this order. */
export const carryStatements = (held: readonly EntityName[], isJudged = false): string[] => [
  ...held.map((name) => statesStatement(name, isJudged ? taken : 'true')),
  eventsStatement(isJudged),
]
