import { createHash } from 'node:crypto'
import { type Read, rolesOf } from '../server/core/check-info.ts'
import type { Estate } from '../server/core/estate.ts'
import { type EntityName, entityOf } from '../server/core/model.ts'
import type { Params, Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import { keyText } from './check-file.ts'
import { fingerprintOf } from './fingerprint.ts'

/** Loads that are committed and lie in a range: what the states and the contributions are brought up by. */
export const committed = `load_seq > {from:UInt64} AND load_seq <= {cut:UInt64}
  AND load_seq IN (SELECT load_seq FROM loads WHERE load_seq > {from:UInt64} AND load_seq <= {cut:UInt64})`

const carried = [
  'key',
  'quantity',
  'price',
  'price_factor',
  'state',
  'item',
  'order_no',
  'unit',
  'currency',
  'changed_at',
  'load_seq',
] as const
const columns = ['check', 'plant', 'side', 'kh', 'kx', 'part', ...carried, 'deleted', 'stamp'].join(', ')
/** Writes rows with these columns, and the fingerprint of each. */
const keep = (check: Check, rows: string) =>
  `INSERT INTO contributions (${columns}, print) SELECT ${columns}, ${fingerprintOf(check)} FROM (${rows})`

/**
 * Two independent hashes of a key's parts, each part for itself. SQL. The upper 20 bits of the first name the bucket:
 * with `near`, keys whose first part differs only in its last so many characters share one, so that documents of
 * neighbouring numbers, which change together, lie together.
 */
export const keyHashes = (parts: string[], near: number | undefined) => {
  const texts = parts.map((part) => `toString(${part})`).join(', ')
  const whole = `cityHash64(${texts})`
  const first = `toString(${parts[0]})`
  const kh =
    near === undefined
      ? whole
      : `bitOr(bitAnd(cityHash64(substring(${first}, 1, greatest(length(${first}) - ${near}, 0))), 18446726481523507200), bitShiftRight(${whole}, 20))`
  return { kh, kx: `sipHash64(${texts})` }
}

/** Systems by role, as a check's statements are bound to them. */
export function systemParams(estate: Estate, check: Check): Params {
  const systemsOf = (role: string) =>
    estate.systems.filter((system) => system.role === role).map((system) => system.system)
  return {
    ...check.bound,
    left_systems: systemsOf(check.left),
    right_systems: systemsOf(check.right),
    ...Object.fromEntries(rolesOf(check).map((role) => [`systems_${role}`, systemsOf(role)])),
  }
}

/**
 * What the rows of a table of states add to the keys of a check. Columns start with `c_`, so that an expression never
 * meets an alias of the same name; `c_keeps` tells whether the row counts at all.
 * @param source the table or subquery of an entity; null when the entity is not to be read
 */
export function mapStates(check: Check, source: (entity: EntityName) => string | null): string {
  const selects = check.reads.flatMap((each, index) => {
    const from = source(each.entity)
    return from === null ? [] : [mapRead(each, index, from, check.near)]
  })
  return selects.join('\nUNION ALL\n')
}

function mapRead(each: Read, index: number, source: string, near: number | undefined): string {
  const { kh, kx } = keyHashes(each.key, near)
  const identity = entityOf(each.entity)
    .key.map((column) => `, ${column}`)
    .join('')
  return `SELECT ${each.plant} AS c_plant, CAST('${each.side}' AS Enum8('left' = 1, 'right' = 2, 'note' = 3)) AS c_side, ${kh} AS c_kh, ${kx} AS c_kx,
  cityHash64('${each.entity}', ${index}, plant, system${identity}) AS c_part, ${keyText(each.key)} AS c_key,
  CAST(${each.quantity} AS Decimal(24, 6)) AS c_quantity, CAST(${each.price} AS Decimal(24, 6)) AS c_price, CAST(${each.price_factor} AS Decimal(24, 6)) AS c_price_factor, toString(${each.state}) AS c_state,
  toString(${each.item}) AS c_item, toString(${each.order_no}) AS c_order_no, toString(${each.unit}) AS c_unit, toString(${each.currency}) AS c_currency,
  ${each.changed_at} AS c_changed_at, load_seq AS c_load_seq, (${each.where}) AND NOT deleted AS c_keeps, stamp AS c_stamp
FROM ${source}
WHERE system IN {systems_${each.role}:Array(String)}`
}

/** The contributions as a plain relation, from any table of states: what a past cut is judged from. */
export const selectContributions = (check: Check, source: (entity: EntityName) => string | null) =>
  `SELECT {check:String} AS check, c_plant AS plant, toUInt32(bitShiftRight(c_kh, 44)) AS bucket, c_kh AS kh, c_kx AS kx, c_side AS side, c_part AS part,
    ${carried.map((name) => `c_${name} AS ${name}`).join(', ')}, false AS deleted, c_stamp AS stamp
   FROM (${mapStates(check, source)}) WHERE c_keeps`

/** What can change a contribution: another reading means that all of a check's are made again. */
export const readingOf = (check: Check, systems: Params) =>
  createHash('sha256')
    .update(JSON.stringify([check.reads, check.near, systems, fingerprintOf(check)]))
    .digest('hex')
    .slice(0, 12)

/**
 * Brings the contributions of a check from one cut to the next, before the states follow: a row that moves to another
 * key is struck from the old one, which only the states as they were still know. Doing it twice changes nothing.
 * @param changed the entities that have rows in the range
 */
export async function bringContributions(
  store: Store,
  estate: Estate,
  check: Check,
  range: { from: string; cut: string },
  changed: ReadonlySet<EntityName>,
): Promise<void> {
  const touched = (entity: EntityName) => (changed.has(entity) ? entity : null)
  if (!check.reads.some((each) => changed.has(each.entity))) return
  const keysOf = (entity: EntityName) => ['plant', 'system', ...entityOf(entity).key].join(', ')
  const news = mapStates(
    check,
    (entity) => touched(entity) && `(SELECT * FROM ${entity}_log WHERE ${committed})`,
  )
  const before = mapStates(
    check,
    (entity) =>
      touched(entity) &&
      `(SELECT * FROM ${entity} FINAL WHERE (${keysOf(entity)}) IN (SELECT ${keysOf(entity)} FROM ${entity}_log WHERE ${committed}))`,
  )
  const winner = ['c_keeps', 'c_plant', 'c_kh', 'c_kx', ...carried.map((name) => `c_${name}`)]
  await store.command(
    keep(
      check,
      `SELECT {check:String} AS check, place.1 AS plant, c_side AS side, place.2 AS kh, place.3 AS kx, c_part AS part, ${carried.map((name, index) => `won.${index + 5} AS ${name}`).join(', ')},
       NOT won.1 OR place != (won.2, won.3, won.4) AS deleted, newest AS stamp
     FROM (
       SELECT c_side, c_part, argMax((${winner.join(', ')}), c_stamp) AS won, max(c_stamp) AS newest,
         groupUniqArrayIf((c_plant, c_kh, c_kx), c_keeps) AS places
       FROM (${news}\nUNION ALL\n${before})
       GROUP BY c_side, c_part
     )
     ARRAY JOIN places AS place`,
    ),
    { ...systemParams(estate, check), check: check.check, ...range },
  )
}

/** Makes the contributions of a check anew from the states as they are. */
export async function remakeContributions(store: Store, estate: Estate, check: Check): Promise<void> {
  await store.command('ALTER TABLE contributions DROP PARTITION {check:String}', { check: check.check })
  await store.command(
    keep(
      check,
      selectContributions(check, (entity) => `${entity} FINAL`),
    ),
    { ...systemParams(estate, check), check: check.check },
  )
}

/** Which contributions of a check some states make, by their parts. SQL; null where the check does not read them. */
export const partsOf = (check: Check, entity: EntityName, where: string): string | null =>
  check.reads.some((read) => read.entity === entity)
    ? `SELECT c_part FROM (${mapStates(check, (each) => (each === entity ? `(SELECT * FROM ${entity} WHERE ${where})` : null))})`
    : null

/** Adds what some states, as they are, make of a check. Doing it twice changes nothing. */
export async function addContributions(
  store: Store,
  estate: Estate,
  check: Check,
  { entity, where, params }: { entity: EntityName; where: string; params: Params },
): Promise<void> {
  await store.command(
    keep(
      check,
      selectContributions(check, (each) =>
        each === entity ? `(SELECT * FROM ${entity} FINAL WHERE ${where})` : null,
      ),
    ),
    { ...systemParams(estate, check), check: check.check, ...params },
  )
}
