import type { Estate } from '../server/core/estate.ts'
import { type EntityName, entityOf } from '../server/core/model.ts'
import type { Params, Store } from '../sql/store.ts'
import type { Check } from './check.ts'
import type { Judged } from './evaluate.ts'

/** A case is looked at again some times: traces come by another way than states, and may be later. */
const mostLooks = 3

type Document = { document: string; ref: string; quantity: string; price?: string; status?: string }

/** How the rows of an entity read as documents. SQL. */
const documentOf: Partial<Record<EntityName, Document>> = {
  inventory_positions: { document: "concat(location, '/', item)", ref: "''", quantity: 'quantity' },
  stock_movements: { document: 'movement_no', ref: 'ref', quantity: 'quantity', status: 'movement_type' },
  order_lines: {
    document: "concat(order_no, '/', line_no)",
    ref: "concat(order_no, '/', line_no)",
    quantity: 'quantity',
    price: 'unit_price',
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
    quantity: "if(kind = 'invoice', quantity, -quantity)",
    price: 'unit_price',
    status: 'kind',
  },
}

const staged = (table: string) => `(SELECT * FROM ${table} WHERE sought = {sought:String})`

/**
 * Writes down the cases that these runs opened or changed, or that were looked at too early, with all that the systems
 * hold of them: documents, movements by reference, errors in their traces. Returns the classes of
 * these cases; none when there is no case.
 */
export async function gatherFacts(
  store: Store,
  estate: Estate,
  check: Check,
  judged: Judged[],
  sought: string,
  at: Date,
): Promise<string[]> {
  const params = factParams(estate, check, judged, sought, at)
  const command = (sql: string) => store.command(sql, params, { lane: 'judge' })
  await command(casesStatement)
  const [found] = await store.rows<{ classes: string[] }>(
    'SELECT arraySort(groupUniqArray(toString(class))) AS classes FROM cause_cases WHERE sought = {sought:String}',
    { sought },
    { lane: 'judge' },
  )
  if (!found || found.classes.length === 0) return []
  const entities = new Map<EntityName, string[]>()
  for (const { entity, key } of check.evidence) entities.set(entity, [...(entities.get(entity) ?? []), key])
  for (const [entity, keys] of entities) {
    // a row that explains a case by two of its columns is one document still
    const key = keys.length === 1 ? (keys[0] as string) : `arrayJoin(arrayDistinct([${keys.join(', ')}]))`
    const statement = writeDocuments(entity, key, 'counted')
    if (statement) await command(statement)
  }
  if (!entities.has('shipment_lines'))
    await command(
      writeDocuments('shipment_lines', "concat(order_no, '/', order_line_no)", 'beside') as string,
    )
  if (!entities.has('stock_movements')) await command(movementsStatement)
  await command(writeRefs(zonesOf(estate).length))
  await command(errorsStatement)
  return found.classes
}

/** Values every statement of a search may use, the files in sql/causes too. */
export function factParams(
  estate: Estate,
  check: Check,
  judged: Judged[],
  sought: string,
  at: Date,
): Params & { sought: string } {
  const systemsOf = (role: string) => [
    ...new Set(judged.flatMap(({ plant }) => estate.systemsOf(role, plant).map((system) => system.system))),
  ]
  const nameOf = (role: string, plant: string) => estate.systemsOf(role, plant)[0]?.name ?? role.toUpperCase()
  return {
    ...check.bound,
    sought,
    at,
    check: check.check,
    plants: judged.map(({ plant }) => plant),
    runs: judged.map(({ run }) => run),
    clocks: judged.map(({ clock }) => clock),
    zones: judged.map(({ plant }) => estate.plantOf.get(plant)?.time_zone ?? 'UTC'),
    left_names: judged.map(({ plant }) => nameOf(check.left, plant)),
    right_names: judged.map(({ plant }) => nameOf(check.right, plant)),
    left_systems: systemsOf(check.left),
    right_systems: systemsOf(check.right),
    systems: estate.systems.map((system) => system.system),
    names: estate.systems.map((system) => system.name),
    factors: [...new Set([...estate.unitOf.values()].map(({ factor }) => factor))].filter(
      (factor) => Number(factor) !== 1,
    ),
    grace_ms: check.grace,
    most_looks: mostLooks,
    ...Object.fromEntries(zonesOf(estate).map((zone, index) => [`zone_${index}`, zone])),
  }
}

const ofPlant = (values: string) => `${values}[indexOf({plants:Array(String)}, plant)]`

const casesStatement = `INSERT INTO cause_cases (sought, number, plant, key, class, item, order_no, left_value, right_value, difference, unit, since, run, clock, zone, left_name, right_name)
SELECT {sought:String}, number, plant, key, class, item, order_no, left_value, right_value, difference, unit, since,
  ${ofPlant('{runs:Array(String)}')}, ${ofPlant("{clocks:Array(DateTime64(3, 'UTC'))}")}, ${ofPlant('{zones:Array(String)}')},
  ${ofPlant('{left_names:Array(String)}')}, ${ofPlant('{right_names:Array(String)}')}
FROM exceptions
WHERE check = {check:String} AND plant IN {plants:Array(String)} AND state = 'open'
  AND (number IN (SELECT number FROM exception_steps WHERE check = {check:String} AND run IN {runs:Array(String)} AND act IN ('opened', 'changed'))
    OR number IN (SELECT number FROM exception_causes FINAL WHERE rank = 1 AND looks < {most_looks:UInt8} AND at < {at:DateTime64(3, 'UTC')} - INTERVAL 1 MINUTE))`

const documentColumns =
  'sought, number, side, part, entity, system, system_name, source, document, ref, item, quantity, price, unit, status, occurred_at, received_at, trace_id, load_seq'

function selectDocuments(entity: EntityName, part: 'counted' | 'beside'): string {
  const { document, ref, quantity, price = '0', status = "''" } = documentOf[entity] as Document
  return `SELECT {sought:String}, cases.number, multiIf(found.system IN {left_systems:Array(String)}, 'left', found.system IN {right_systems:Array(String)}, 'right', 'other'), '${part}', '${entity}',
  found.system, transform(toString(found.system), {systems:Array(String)}, {names:Array(String)}, toString(found.system)), found.source,
  ${document}, ${ref}, found.item, ${quantity}, ${price}, found.unit, ${status}, found.occurred_at, found.received_at, found.trace_id, found.load_seq`
}

/** The statement that stages what the states of an entity say of the keys; undefined where they are no documents. */
function writeDocuments(entity: EntityName, key: string, part: 'counted' | 'beside'): string | undefined {
  if (!documentOf[entity] || !('quantity' in entityOf(entity).columns)) return undefined
  // the key's expression is the check's own
  return `INSERT INTO cause_documents (${documentColumns})
${selectDocuments(entity, part)}
FROM (
  SELECT *, ${key} AS case_key FROM ${entity} FINAL
  WHERE plant IN {plants:Array(String)} AND case_key IN (SELECT key FROM cause_cases WHERE sought = {sought:String}) AND NOT deleted
) AS found
INNER JOIN (SELECT number, plant AS case_plant, key AS of_key FROM cause_cases WHERE sought = {sought:String}) AS cases
  ON cases.case_plant = found.plant AND cases.of_key = found.case_key`
}

/** The stock movements of a case's shipments: a reference names the shipment first. */
const movementsStatement = `INSERT INTO cause_documents (${documentColumns})
${selectDocuments('stock_movements', 'beside')}
FROM (
  SELECT *, splitByChar('/', ref)[1] AS shipment FROM stock_movements FINAL
  WHERE plant IN {plants:Array(String)} AND shipment IN (SELECT ref FROM cause_documents WHERE sought = {sought:String} AND entity = 'shipment_lines') AND NOT deleted
) AS found
INNER JOIN (
  SELECT DISTINCT documents.number AS number, cases.plant AS case_plant, documents.ref AS of_ref, documents.item AS of_item
  FROM ${staged('cause_documents')} AS documents
  INNER JOIN ${staged('cause_cases')} AS cases ON cases.number = documents.number
  WHERE documents.entity = 'shipment_lines'
) AS cases ON cases.case_plant = found.plant AND cases.of_ref = found.shipment AND cases.of_item = found.item`

const zonesOf = (estate: Estate) => [...new Set(estate.plants.map((plant) => plant.time_zone))]

/** The day of a moment where the case's plant is; a zone has to be a constant of its own. */
const dayOf = (moment: string, zones: number) =>
  `multiIf(${Array.from({ length: zones }, (_, index) => `zone = {zone_${index}:String}, toDate(toTimeZone(${moment}, {zone_${index}:String}))`).join(', ')}, toDate(${moment}))`

const writeRefs = (
  zones: number,
) => `INSERT INTO cause_refs (sought, number, part, ref, left_rows, right_rows, left_quantity, right_quantity, moved, settled, left_at, right_at, left_day, right_day, unit, left_name, right_name, left_documents, right_documents, trace_id)
SELECT {sought:String}, number, part, ref, countIf(is_left), countIf(is_right), sumIf(quantity, is_left) AS of_left, sumIf(quantity, is_right) AS of_right, of_right - of_left,
  min(occurred_at) <= any(cases.clock) - toIntervalMillisecond({grace_ms:UInt64}), minIf(occurred_at, is_left) AS first_left, minIf(occurred_at, is_right) AS first_right, ${dayOf('first_left', zones)}, ${dayOf('first_right', zones)}, any(documents.unit),
  anyIf(system_name, is_left), anyIf(system_name, is_right), groupArrayIf(10)(document, is_left), groupArrayIf(10)(document, is_right), max(trace_id)
FROM (
  SELECT *, side IN ('left', 'other') AND system NOT IN {right_systems:Array(String)} AS is_left, NOT is_left AS is_right FROM cause_documents
  WHERE sought = {sought:String} AND entity = 'stock_movements' AND ref != ''
) AS documents
INNER JOIN (SELECT number AS case_number, clock, zone FROM cause_cases WHERE sought = {sought:String}) AS cases ON cases.case_number = documents.number
GROUP BY number, part, ref, zone`

/** An error counts until the same work of the same service goes through in its trace. */
const errorsStatement = `INSERT INTO cause_errors (sought, number, trace_id, service, name, message, refused, tries, last_at)
SELECT {sought:String}, number, lower(hex(spans.trace_id)), service, name, argMaxIf(status_message, ts, status = 'ERROR'),
  max(kind IN ('CLIENT', 'SERVER')), countIf(status = 'ERROR') AS errors, maxIf(ts, status = 'ERROR') AS last_error
FROM (
  SELECT DISTINCT trace_id, span_id, service, name, kind, status, status_message, ts FROM otel_spans
  WHERE trace_id IN (SELECT toFixedString(unhex(trace_id), 16) FROM cause_documents WHERE sought = {sought:String} AND match(trace_id, '^[0-9a-f]{32}$'))
) AS spans
INNER JOIN (
  SELECT DISTINCT number, toFixedString(unhex(trace_id), 16) AS of_trace FROM cause_documents
  WHERE sought = {sought:String} AND match(trace_id, '^[0-9a-f]{32}$')
    AND (entity != 'stock_movements' OR (number, ref) IN (SELECT number, ref FROM cause_refs WHERE sought = {sought:String} AND moved != 0))
) AS documents ON documents.of_trace = spans.trace_id
GROUP BY number, spans.trace_id, service, name
HAVING errors > 0 AND last_error > maxIf(ts, status != 'ERROR')`
