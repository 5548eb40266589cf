import type { Estate } from '../../server/core/estate.ts'
import { type Column, type EntityName, entityNames, entityOf } from '../../server/core/model.ts'
import { isMoment } from './cloud-event.ts'

export type StateRow = Record<string, string | number | boolean>

const decimalText = /^-?\d{1,18}(\.\d{1,6})?$/
const longest = 400
const columnsOf = new Map(
  entityNames.map((name) => [name as string, Object.entries<Column>(entityOf(name).columns)]),
)
const namesOf = new Map(
  [...columnsOf].map(([name, columns]) => [
    name,
    new Set([...columns.map(([column]) => column), 'version', 'deleted']),
  ]),
)

/**
 * Reads `data.states` of an event: rows per entity in the shape the engine takes. Every column that does not fit adds a
 * reason with its path; `version` is the state's own, else `fallbackVersion`.
 */
export function readStates(
  value: unknown,
  estate: Estate,
  fallbackVersion: number,
  reasons: string[],
): Partial<Record<EntityName, StateRow[]>> {
  const states: Partial<Record<EntityName, StateRow[]>> = {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reasons.push('data.states: expected an object of entities')
    return states
  }
  for (const [entity, rows] of Object.entries(value)) {
    if (!columnsOf.has(entity))
      reasons.push(`data.states.${entity}: is not an entity; expected one of ${entityNames.join(', ')}`)
    else if (!Array.isArray(rows)) reasons.push(`data.states.${entity}: expected an array`)
    else
      states[entity as EntityName] = rows.map((row, index) =>
        readRow(entity, row, estate, fallbackVersion, `data.states.${entity}[${index}]`, reasons),
      )
  }
  return states
}

function readRow(
  entity: string,
  value: unknown,
  estate: Estate,
  fallbackVersion: number,
  path: string,
  reasons: string[],
): StateRow {
  const row: StateRow = { unit_factor: '1', version: fallbackVersion, deleted: false }
  if (typeof value !== 'object' || value === null) {
    reasons.push(`${path}: expected an object`)
    return row
  }
  const given = value as Record<string, unknown>
  const names = namesOf.get(entity) as Set<string>
  for (const name in given)
    if (!names.has(name)) reasons.push(`${path}.${name}: is not a column of ${entity}`)
  for (const [name, column] of columnsOf.get(entity) as [string, Column][]) {
    const found = given[name]
    if (found === undefined || found === null || found === '') {
      if (column.required) reasons.push(`${path}.${name}: is missing`)
      continue
    }
    const text = typeof found === 'number' ? String(found) : found
    const fault = describeFault(column, text)
    if (fault) reasons.push(`${path}.${name}: ${fault}, found ${JSON.stringify(found).slice(0, 60)}`)
    else row[name] = text as string
  }
  if (typeof row.unit === 'string' && estate.units.length > 0) {
    const unit = estate.unitOf.get(row.unit)
    if (!unit) reasons.push(`${path}.unit: "${row.unit}" is not a unit of this estate`)
    else Object.assign(row, { unit: unit.unit, unit_factor: unit.factor })
  }
  if (given.version !== undefined) {
    if (Number.isSafeInteger(given.version) && (given.version as number) >= 0)
      row.version = given.version as number
    else reasons.push(`${path}.version: expected a whole number, not negative`)
  }
  if (given.deleted !== undefined) {
    if (typeof given.deleted === 'boolean') row.deleted = given.deleted
    else reasons.push(`${path}.deleted: expected true or false`)
  }
  return row
}

/** Why a value does not fit its column; undefined when it does. */
function describeFault(column: Column, text: unknown): string | undefined {
  if (typeof text !== 'string') return 'expected text'
  if (text.length > longest) return `expected at most ${longest} characters`
  if (column.type === 'decimal' || column.type === 'quantity')
    return decimalText.test(text) ? undefined : 'expected a decimal of at most 18 digits and 6 places'
  if (column.type === 'moment') return isMoment(text) ? undefined : 'expected a moment of RFC 3339'
  if (column.values && !column.values.includes(text)) return `expected one of ${column.values.join(', ')}`
  return undefined
}
