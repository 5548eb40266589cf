import type { Estate } from '../server/core/estate.ts'
import { allFactors } from '../server/core/units.ts'
import type { Params, Store } from '../sql/store.ts'
import { listDocuments, movementsStatement, reads, staged, writeDocuments } from './cause-documents.ts'
import type { Check } from './check.ts'
import { listCodes } from './check-words.ts'
import type { Judged } from './evaluate.ts'

/** A case is looked at again some times: traces come by another way than states, and may be later. */
const mostLooks = 3

/** Runs of a check whose cases are to be explained. */
export type Applied = { check: Check; applied: Judged[] }

/**
 * Writes down the cases that these runs opened, opened again or changed, that were looked at too early, or that a run
 * opened which was killed before it looked at them, with all that the systems hold of them: documents, movements by reference, errors in their traces. Returns the classes and the numbers of these
 * cases; none when there is no case.
 */
export async function gatherFacts(
  store: Store,
  estate: Estate,
  verdicts: Applied[],
  sought: string,
  at: Date,
): Promise<{ classes: string[]; numbers: string[] }> {
  const params = factParams(estate, verdicts, sought, at)
  const command = (sql: string, more: Params = {}) =>
    store.command(sql, { ...params, ...more }, { lane: 'judge' })
  await command(casesStatement)
  const found = await store.rows<{ check: string; classes: string[]; numbers: string[] }>(
    'SELECT toString(check) AS check, arraySort(groupUniqArray(toString(class))) AS classes, groupArray(toString(number)) AS numbers FROM cause_cases WHERE sought = {sought:String} GROUP BY check',
    { sought },
    { lane: 'judge' },
  )
  if (found.length === 0) return { classes: [], numbers: [] }
  const checks = verdicts
    .map(({ check }) => check)
    .filter(({ check }) => found.some((row) => row.check === check))
  const documents = listDocuments(checks)
  await command(
    writeDocuments(documents),
    Object.fromEntries(documents.map(({ checks }, place) => [`checks_${place}`, checks])),
  )
  const moving = checks.filter((check) => !reads(check, 'stock_movements')).map(({ check }) => check)
  if (moving.length > 0) await command(movementsStatement, { checks_0: moving })
  await command(writeRefs(zonesOf(estate).length))
  await command(errorsStatement)
  return {
    classes: [...new Set(found.flatMap((row) => row.classes))],
    numbers: found.flatMap((row) => row.numbers),
  }
}

/** Values every statement of a search may use, the files in sql/causes too. */
export function factParams(
  estate: Estate,
  verdicts: Applied[],
  sought: string,
  at: Date,
): Params & { sought: string } {
  const judged = verdicts.flatMap(({ check, applied }) => applied.map((each) => ({ check, ...each })))
  const systemsOf = (role: string, plant: string) => estate.systemsOf(role, plant)
  const nameOf = (role: string, plant: string) => systemsOf(role, plant)[0]?.name ?? role.toUpperCase()
  const listSystems = (role: string, plant: string) =>
    systemsOf(role, plant)
      .map(({ system }) => system)
      .join('\n')
  return {
    ...listCodes(estate, 'location'),
    ...Object.assign({}, ...verdicts.map(({ check }) => check.bound)),
    sought,
    at,
    // one of each for every run
    checks: judged.map(({ check }) => check.check),
    plants: judged.map(({ plant }) => plant),
    runs: judged.map(({ run }) => run),
    clocks: judged.map(({ clock }) => clock),
    zones: judged.map(({ plant }) => estate.plantOf.get(plant)?.time_zone ?? 'UTC'),
    left_names: judged.map(({ check, plant }) => nameOf(check.left, plant)),
    right_names: judged.map(({ check, plant }) => nameOf(check.right, plant)),
    left_systems: judged.map(({ check, plant }) => listSystems(check.left, plant)),
    right_systems: judged.map(({ check, plant }) => listSystems(check.right, plant)),
    graces: judged.map(({ check }) => check.grace),
    systems: estate.systems.map((system) => system.system),
    names: estate.systems.map((system) => system.name),
    factors: allFactors(estate.unitOf.values()).filter((factor) => Number(factor) !== 1),
    most_looks: mostLooks,
    ...Object.fromEntries(zonesOf(estate).map((zone, index) => [`zone_${index}`, zone])),
  }
}

/** Cases of a time of which more has come since they were looked at: an edge that was away delivers what it held back. */
const overtaken = `SELECT known.number
    FROM (SELECT number, plant, since FROM exceptions WHERE check IN {checks:Array(String)} AND plant IN {plants:Array(String)} AND state = 'open') AS known
    INNER JOIN (SELECT number, exception_causes.at AS looked_at FROM exception_causes FINAL WHERE rank = 1) AS looked ON looked.number = known.number
    INNER JOIN (SELECT DISTINCT plant, received_at, late_to FROM source_arrivals WHERE plant IN {plants:Array(String)} AND late > 0) AS arrivals ON arrivals.plant = known.plant
    WHERE arrivals.received_at > looked_at AND arrivals.late_to BETWEEN known.since - INTERVAL 6 HOUR AND known.since`

const casesStatement = `INSERT INTO cause_cases (sought, number, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, since, run, clock, zone, left_name, right_name, left_systems, right_systems, grace_ms)
SELECT {sought:String}, number, check, plant, key, class, item, order_no, left_value, right_value, difference, unit, since,
  {runs:Array(String)}[place], {clocks:Array(DateTime64(3, 'UTC'))}[place], {zones:Array(String)}[place],
  {left_names:Array(String)}[place], {right_names:Array(String)}[place],
  splitByChar('\n', {left_systems:Array(String)}[place]), splitByChar('\n', {right_systems:Array(String)}[place]), {graces:Array(UInt64)}[place]
FROM (
  SELECT *, indexOf(arrayZip({checks:Array(String)}, {plants:Array(String)}), (toString(check), toString(plant))) AS place
  FROM exceptions
  WHERE check IN {checks:Array(String)} AND plant IN {plants:Array(String)} AND state = 'open'
    AND (number IN (SELECT number FROM exception_steps WHERE run IN {runs:Array(String)} AND act IN ('opened', 'reopened', 'changed'))
      OR number NOT IN (SELECT number FROM exception_causes WHERE rank = 1)
      OR number IN (SELECT number FROM exception_causes FINAL WHERE rank = 1 AND looks < {most_looks:UInt8} AND at < {at:DateTime64(3, 'UTC')} - INTERVAL 1 MINUTE)
      OR number IN (${overtaken}))
)
WHERE place > 0`

const zonesOf = (estate: Estate) => [...new Set(estate.plants.map((plant) => plant.time_zone))]

/** The day of a moment where the case's plant is; a zone has to be a constant of its own. */
const dayOf = (moment: string, zones: number) =>
  `multiIf(${Array.from({ length: zones }, (_, index) => `zone = {zone_${index}:String}, toDate(toTimeZone(${moment}, {zone_${index}:String}))`).join(', ')}, toDate(${moment}))`

const writeRefs = (
  zones: number,
) => `INSERT INTO cause_refs (sought, number, part, ref, left_rows, right_rows, left_quantity, right_quantity, moved, settled, left_at, right_at, left_day, right_day, unit, left_name, right_name, left_documents, right_documents, trace_id)
SELECT {sought:String}, number, part, ref, countIf(is_left), countIf(is_right), sumIf(quantity, is_left) AS of_left, sumIf(quantity, is_right) AS of_right, of_right - of_left,
  min(occurred_at) <= any(clock - toIntervalMillisecond(grace_ms)), minIf(occurred_at, is_left) AS first_left, minIf(occurred_at, is_right) AS first_right, ${dayOf('first_left', zones)}, ${dayOf('first_right', zones)}, any(documents.unit),
  anyIf(system_name, is_left), anyIf(system_name, is_right), groupArrayIf(10)(document, is_left), groupArrayIf(10)(document, is_right), max(trace_id)
FROM (
  SELECT found.*, found.side IN ('left', 'other') AND NOT has(cases.right_systems, toString(found.system)) AS is_left, NOT is_left AS is_right, cases.clock AS clock, cases.zone AS zone, cases.grace_ms AS grace_ms
  FROM (SELECT * FROM cause_documents WHERE sought = {sought:String} AND entity = 'stock_movements' AND ref != '') AS found
  INNER JOIN ${staged('cause_cases')} AS cases ON cases.number = found.number
) AS documents
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
