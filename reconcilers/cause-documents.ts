import { type EntityName, entityOf } from '../server/core/model.ts'
import type { Check } from './check.ts'

/** What one search has staged. SQL. */
export const staged = (table: string) => `(SELECT * FROM ${table} WHERE sought = {sought:String})`

type Document = { document: string; ref: string; quantity: string; price?: string; status?: string }

/** The price of one base unit, as the quantities beside it are in. */
const perUnit = 'CAST(unit_price / price_factor AS Decimal(38, 6))'

/** How the rows of an entity read as documents. SQL. */
const documentOf: Partial<Record<EntityName, Document>> = {
  inventory_positions: { document: "concat(location, '/', item)", ref: "''", quantity: 'quantity' },
  stock_movements: { document: 'movement_no', ref: 'ref', quantity: 'quantity', status: 'movement_type' },
  order_lines: {
    document: "concat(order_no, '/', line_no)",
    ref: "concat(order_no, '/', line_no)",
    quantity: 'quantity',
    price: perUnit,
    status: 'status',
  },
  shipment_lines: {
    document: "concat(shipment_no, '/', line_no)",
    ref: 'shipment_no',
    quantity: "if(direction = 'return', -quantity, quantity)",
    status: 'direction',
  },
  invoice_lines: {
    document: "concat(invoice_no, '/', line_no)",
    ref: 'invoice_no',
    quantity: "multiIf(kind = 'invoice', quantity, kind = 'price_credit', 0, -quantity)",
    price: perUnit,
    status: 'kind',
  },
}

const documentColumns =
  'sought, number, side, part, entity, system, system_name, source, document, ref, item, quantity, price, unit, status, occurred_at, received_at, trace_id, load_seq'

function selectDocuments(entity: EntityName, part: 'counted' | 'beside'): string {
  const { document, ref, quantity, price = '0', status = "''" } = documentOf[entity] as Document
  return `SELECT {sought:String}, cases.number, multiIf(has(cases.left_systems, toString(found.system)), 'left', has(cases.right_systems, toString(found.system)), 'right', 'other'), '${part}', '${entity}',
  found.system, transform(toString(found.system), {systems:Array(String)}, {names:Array(String)}, toString(found.system)), found.source,
  ${document}, ${ref}, found.item, ${quantity}, ${price}, found.unit, ${status}, found.occurred_at, found.received_at, found.trace_id, found.load_seq`
}

export const reads = (check: Check, entity: EntityName) =>
  check.evidence.some((each) => each.entity === entity)

/** States of an entity that may say something of cases, by what names the case's key in them. */
type Documents = { entity: EntityName; key: string; part: 'counted' | 'beside'; checks: string[] }

/** What is to be staged for these checks: the states they count, and the shipments of an order beside them. */
export function listDocuments(checks: Check[]): Documents[] {
  const found = new Map<string, Documents>()
  const add = (check: Check, entity: EntityName, key: string, part: Documents['part']) => {
    if (!documentOf[entity] || !('quantity' in entityOf(entity).columns)) return
    const name = `${entity} ${key} ${part}`
    found.set(name, { entity, key, part, checks: [...(found.get(name)?.checks ?? []), check.check] })
  }
  for (const check of checks) {
    for (const entity of new Set(check.evidence.map((each) => each.entity))) {
      const keys = check.evidence.filter((each) => each.entity === entity).map(({ key }) => key)
      // a row that explains a case by two of its columns is one document still
      add(
        check,
        entity,
        keys.length === 1 ? (keys[0] as string) : `arrayJoin(arrayDistinct([${keys.join(', ')}]))`,
        'counted',
      )
    }
    if (!reads(check, 'shipment_lines'))
      add(check, 'shipment_lines', "concat(order_no, '/', order_line_no)", 'beside')
  }
  return [...found.values()]
}

/** The statement that stages them all, each list's checks bound as {checks_0:Array(String)} and so on. */
export const writeDocuments = (documents: Documents[]) => `INSERT INTO cause_documents (${documentColumns})
${documents
  .map(
    // the key's expression is the checks' own
    ({ entity, key, part }, place) => `${selectDocuments(entity, part)}
FROM (
  SELECT *, ${key} AS case_key FROM ${entity} FINAL
  WHERE plant IN {plants:Array(String)} AND case_key IN (SELECT key FROM cause_cases WHERE sought = {sought:String} AND check IN {checks_${place}:Array(String)}) AND NOT deleted
) AS found
INNER JOIN (SELECT number, plant AS case_plant, key AS of_key, left_systems, right_systems FROM cause_cases WHERE sought = {sought:String} AND check IN {checks_${place}:Array(String)}) AS cases
  ON cases.case_plant = found.plant AND cases.of_key = found.case_key`,
  )
  .join('\nUNION ALL\n')}`

/** The stock movements of a case's shipments: a reference names the shipment first. */
export const movementsStatement = `INSERT INTO cause_documents (${documentColumns})
${selectDocuments('stock_movements', 'beside')}
FROM (
  SELECT *, splitByChar('/', ref)[1] AS shipment FROM stock_movements FINAL
  WHERE plant IN {plants:Array(String)} AND shipment IN (SELECT ref FROM cause_documents WHERE sought = {sought:String} AND entity = 'shipment_lines') AND NOT deleted
) AS found
INNER JOIN (
  SELECT DISTINCT documents.number AS number, cases.plant AS case_plant, documents.ref AS of_ref, documents.item AS of_item, cases.left_systems AS left_systems, cases.right_systems AS right_systems
  FROM ${staged('cause_documents')} AS documents
  INNER JOIN ${staged('cause_cases')} AS cases ON cases.number = documents.number
  WHERE documents.entity = 'shipment_lines' AND cases.check IN {checks_0:Array(String)}
) AS cases ON cases.case_plant = found.plant AND cases.of_ref = found.shipment AND cases.of_item = found.item`
