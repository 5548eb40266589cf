import { type EntityName, entityNames, entityOf } from '../core/model.ts'
import type { ApiContext } from './context.ts'
import { listValues } from './evidence.ts'
import type { KeyStory } from './schemas/keys.ts'

/** Where each entity carries business keys; the columns are the model's own. */
const carriers: Partial<Record<EntityName, string[]>> = {
  order_lines: ['order_no', 'item', 'partner'],
  shipment_lines: ['shipment_no', 'order_no', 'item', 'batch'],
  invoice_lines: ['invoice_no', 'order_no', 'item'],
  stock_movements: ['movement_no', 'ref', 'item', 'batch'],
  inventory_positions: ['item', 'batch'],
  items: ['item'],
  partners: ['partner'],
  prices: ['item', 'partner'],
  routings: ['item'],
}
/** So many rows of each entity, the newest; an item has thousands. */
const mostRows = 20
const mostVersions = 20

type Row = Record<string, string | boolean> & {
  system: string
  version: string
  occurred_at: string
  trace_id: string
  event_id: string
  deleted: boolean
  id: string
}
export type KeyState = KeyStory['states'][number] & { event_id: string }

/** What each system says of a key, with every version it has stated, entity by entity. */
export async function readKeyStates(context: ApiContext, plant: string, key: string): Promise<KeyState[]> {
  const found = await Promise.all(entityNames.map((entity) => readEntity(context, entity, plant, key)))
  return found.flat()
}

async function readEntity(
  { store, estate }: ApiContext,
  entity: EntityName,
  plant: string,
  key: string,
): Promise<KeyState[]> {
  const columns = carriers[entity] ?? []
  if (columns.length === 0) return []
  const { title, key: parts } = entityOf(entity)
  // names of the model's own; what is looked for is bound
  const carries = columns.map((column) => `${column} = {key:String}`).join(' OR ')
  const id = `hex(cityHash64(system, ${parts.join(', ')}))`
  const row = ['plant', 'system', ...parts].join(', ')
  // which rows they are is found by few columns, all that they hold is read of those alone
  const rows = await store.rows<Row>(
    `SELECT * EXCEPT (stamp, load_seq, plant, source), ${id} AS id FROM ${entity} FINAL
     WHERE (${row}) IN (SELECT ${row} FROM ${entity} WHERE plant = {plant:String} AND (${carries})) AND (${carries}) ORDER BY occurred_at DESC LIMIT ${mostRows}`,
    { plant, key },
  )
  if (rows.length === 0) return []
  const versions = await store.rows<{ id: string; versions: [string, string, boolean][] }>(
    `SELECT ${id} AS id, arraySlice(arraySort(one -> one.1, groupUniqArray((version, toString(occurred_at), deleted))), -${mostVersions}) AS versions
     FROM ${entity}_log WHERE plant = {plant:String} AND (${carries}) AND ${id} IN {ids:Array(String)} GROUP BY id`,
    { plant, key, ids: rows.map((one) => one.id) },
  )
  const versionsOf = new Map(versions.map((row) => [row.id, row.versions]))
  return rows.map((row) => ({
    entity,
    title,
    system: row.system,
    system_name: estate.systemOf.get(row.system)?.name ?? row.system,
    line: parts
      .map((part) => String(row[part] ?? ''))
      .filter((value) => value !== '' && value !== key)
      .join(' / '),
    values: listValues(entity, row).filter(({ name }) => !parts.includes(name)),
    version: String(row.version),
    occurred_at: row.occurred_at,
    trace_id: row.trace_id,
    event_id: row.event_id,
    deleted: Boolean(row.deleted),
    versions: (versionsOf.get(row.id) ?? []).map(([version, occurred_at, deleted]) => ({
      version: String(version),
      occurred_at: `${occurred_at.replace(' ', 'T')}Z`,
      deleted: Boolean(deleted),
    })),
  }))
}
