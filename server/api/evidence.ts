import type { Store } from '../../sql/store.ts'
import type { CheckInfo } from '../core/check-info.ts'
import { sumDecimals } from '../core/decimal.ts'
import type { Estate } from '../core/estate.ts'
import { type Column, type EntityName, entityOf, isNumber } from '../core/model.ts'
import type { StateView } from './schemas/exceptions.ts'

/**
 * A state that explains a key, and what a hole is found by: the reference and signed quantity of a movement; and how many
 * base units its price is for.
 */
export type Evidence = StateView & {
  mark: { event_id: string; ref: string; quantity: string; movement: boolean; price_factor: string }
}

export const mostStates = 60

type Row = Record<string, string | boolean> & {
  plant: string
  system: string
  version: string
  occurred_at: string
  received_at: string
  trace_id: string
  event_id: string
  load_seq: string
}

/**
 * The current states of every entity that explains a key of the check, newest first, at most `mostStates` of each: those that
 * count in the plant, whoever said them, and of the systems the key is about.
 */
export async function readEvidence(
  store: Store,
  estate: Estate,
  check: CheckInfo,
  plant: string,
  key: string,
): Promise<Evidence[]> {
  const systemsOf = (role: string) =>
    estate.systems.filter((system) => system.role === role).map((system) => system.system)
  const leftSystems = new Set(systemsOf(check.left))
  const readStates = async (entity: EntityName): Promise<Evidence[]> => {
    const ways = check.evidence
      .filter((each) => each.entity === entity)
      .flatMap(({ key: expression, from }) => from.map((each) => ({ ...each, expression })))
    // the expressions are the check file's own; plant, key and systems are bound
    const explains = ways
      .map(
        (way, place) =>
          `((${way.plant}) = {plant:String} AND (${way.expression}) = {key:String} AND system IN {systems_${place}:Array(String)})`,
      )
      .join(' OR ')
    // which rows they are is found by few columns, all that they hold is read of those alone
    const row = ['plant', 'system', ...entityOf(entity).key].join(', ')
    const rows = await store.rows<Row>(
      `SELECT * EXCEPT (stamp) FROM ${entity} FINAL
       WHERE (${row}) IN (SELECT ${row} FROM ${entity} WHERE ${explains}) AND (${explains}) AND NOT deleted
       ORDER BY occurred_at DESC LIMIT ${mostStates}`,
      {
        ...check.bound,
        plant,
        key,
        ...Object.fromEntries(ways.map(({ role }, place) => [`systems_${place}`, systemsOf(role)])),
      },
    )
    return rows.map((row) => ({
      entity,
      system: row.system,
      system_name: estate.systemOf.get(row.system)?.name ?? row.system,
      side: leftSystems.has(row.system) ? 'left' : 'right',
      values: [
        // what another plant says of this one
        ...(row.plant === plant ? [] : [{ name: 'plant', value: row.plant }]),
        ...listValues(entity, row),
      ],
      version: row.version,
      occurred_at: row.occurred_at,
      received_at: row.received_at,
      trace_id: row.trace_id,
      load: row.load_seq,
      mark: {
        event_id: row.event_id,
        ref: String(row.ref ?? ''),
        quantity: String(row.quantity ?? '0'),
        movement: entity === 'stock_movements',
        price_factor: String(row.price_factor ?? '1'),
      },
    }))
  }
  // beside each other: to read a few rows takes the engine less than to see how
  const entities = [...new Set(check.evidence.map((each) => each.entity))]
  const found = (await Promise.all(entities.map(readStates))).flat()
  const files = await readFileNames(
    store,
    found.map((state) => state.load),
  )
  return found.map((state) => ({ ...state, load: files.get(state.load) ?? state.load }))
}

/** Where a load came from is said once and for all. */
const mostKept = 20_000
const keptOf = new WeakMap<Store, Map<string, string>>()

/** The files that loads came from, by the number of the load; messages come from none. */
async function readFileNames(store: Store, loads: string[]): Promise<Map<string, string>> {
  const kept = keptOf.get(store) ?? new Map<string, string>()
  keptOf.set(store, kept)
  if (kept.size > mostKept) kept.clear()
  const wanted = [...new Set(loads)]
  const unknown = wanted.filter((load) => !kept.has(load))
  if (unknown.length > 0) {
    const rows = await store.rows<{ load: string; name: string }>(
      `SELECT toString(load_seq) AS load, if(kind = 'file', arrayElement(splitByChar('/', name), -1), '') AS name FROM loads
       WHERE load_seq IN {loads:Array(UInt64)}`,
      { loads: unknown.map(Number) },
    )
    for (const { load, name } of rows) kept.set(load, name)
  }
  return new Map(
    wanted.flatMap((load): [string, string][] => {
      const name = kept.get(load)
      return name ? [[load, name]] : []
    }),
  )
}

/** What a system said in the columns of an entity. */
export function listValues(entity: EntityName, row: Record<string, unknown>): StateView['values'] {
  const columns: Record<string, Column> = entityOf(entity).columns
  return Object.keys(columns)
    .map((name) => ({ name, value: String(row[name] ?? '') }))
    .filter(({ name, value }) => isStated(columns[name], value))
}

/** Whether a system said anything in a column: the engine's default of an optional one means that it did not. */
const isStated = (column: Column | undefined, value: string): boolean =>
  value !== '' &&
  value !== '1970-01-01T00:00:00.000Z' &&
  !(value === '0' && column !== undefined && isNumber(column.type) && !column.required)

/** The traces of movements that one side has and the other has not, or has otherwise: where the difference came from. */
export function suspectTraces(evidence: Evidence[]): string[] {
  const balance = new Map<string, { left: string[]; right: string[]; traces: string[] }>()
  for (const { mark, side, trace_id } of evidence) {
    if (!mark.movement || mark.ref === '') continue
    const entry = balance.get(mark.ref) ?? { left: [], right: [], traces: [] }
    entry[side].push(mark.quantity)
    if (trace_id) entry.traces.push(trace_id)
    balance.set(mark.ref, entry)
  }
  return [...balance.values()]
    .filter(({ left, right }) => sumDecimals(left) !== sumDecimals(right))
    .flatMap(({ traces }) => traces)
}
