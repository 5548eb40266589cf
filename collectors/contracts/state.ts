import type { Estate } from '../../server/core/estate.ts'
import {
  type Column,
  type EntityName,
  entityNames,
  entityOf,
  isNumber,
  statesPrice,
} from '../../server/core/model.ts'
import { factorOf, type Unit } from '../../server/core/units.ts'
import { isMoment } from './cloud-event.ts'
import type { Code, Reasons } from './reasons.ts'

export type StateRow = Record<string, string | number | boolean>

/** An exact number as the tables keep it. */
export const decimalText = /^-?\d{1,18}(\.\d{1,6})?$/
const longest = 400
// what the engine can keep to the millisecond; a system's "never" (9999) counts as its end
const earliest = Date.UTC(1900, 0, 1)
const columnsOf = new Map(
  entityNames.map((name) => [name as string, Object.entries<Column>(entityOf(name).columns)]),
)
const pricedEntities = new Set<string>(entityNames.filter((name) => statesPrice(entityOf(name))))
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
  reasons: Reasons,
): Partial<Record<EntityName, StateRow[]>> {
  const states: Partial<Record<EntityName, StateRow[]>> = {}
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    reasons.add('field.type', 'data.states', 'expected an object of entities')
    return states
  }
  for (const [entity, rows] of Object.entries(value)) {
    if (!columnsOf.has(entity))
      reasons.add(
        'field.unknown',
        `data.states.${entity}`,
        `is not an entity; expected one of ${entityNames.join(', ')}`,
      )
    else if (!Array.isArray(rows)) reasons.add('field.type', `data.states.${entity}`, 'expected an array')
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
  reasons: Reasons,
): StateRow {
  const row: StateRow = { unit_factor: '1', version: fallbackVersion, deleted: false }
  if (typeof value !== 'object' || value === null) {
    reasons.add('field.type', path, 'expected an object')
    return row
  }
  const given = value as Record<string, unknown>
  const names = namesOf.get(entity) as Set<string>
  for (const name in given)
    if (!names.has(name)) reasons.add('field.unknown', `${path}.${name}`, `is not a column of ${entity}`)
  for (const [name, column] of columnsOf.get(entity) as [string, Column][]) {
    const found = given[name]
    if (found === undefined || found === null || found === '') {
      // a deletion needs no more than to say what is gone
      const isNeeded =
        column.required && (given.deleted !== true || entityOf(entity as EntityName).key.includes(name))
      if (isNeeded) reasons.add('field.missing', `${path}.${name}`, 'is missing')
      continue
    }
    const text = typeof found === 'number' ? writeExact(found) : found
    const fault = describeFault(column, text)
    if (fault) reasons.add(fault.code, `${path}.${name}`, `${fault.text}, found ${writeFound(found)}`)
    else row[name] = column.type === 'moment' ? new Date(text as string).toISOString() : (text as string)
  }
  if (typeof row.unit === 'string' && estate.units.length > 0) {
    const unit = estate.unitOf.get(row.unit)
    if (!unit) reasons.add('unit.unknown', `${path}.unit`, `"${row.unit}" is not a unit of this estate`)
    else convertUnit(entity, row, unit, path, reasons)
  }
  if (pricedEntities.has(entity)) readPriceUnit(row, estate, path, reasons)
  // what goes to a plant that nobody knows would be missed by none
  if (row.to_plant !== undefined && !estate.plantOf.has(row.to_plant as string))
    reasons.add('plant.unknown', `${path}.to_plant`, `"${row.to_plant}" is not a plant of this estate`)
  if (given.version !== undefined) {
    if (Number.isSafeInteger(given.version) && (given.version as number) >= 0)
      row.version = given.version as number
    else reasons.add('field.type', `${path}.version`, 'expected a whole number, not negative')
  }
  if (given.deleted !== undefined) {
    if (typeof given.deleted === 'boolean') row.deleted = given.deleted
    else reasons.add('field.type', `${path}.deleted`, 'expected true or false')
  }
  return row
}

/**
 * Quantities stay as they were sent, beside the factor to the base unit; one the engine can't convert is a fault. A price
 * that names no unit of its own is for the unit it was sent with.
 */
function convertUnit(entity: string, row: StateRow, converted: Unit, path: string, reasons: Reasons): void {
  const { unit } = converted
  const factor = factorOf(converted, row.item)
  if (unit !== row.unit && row.unit_price !== undefined && row.price_unit === undefined)
    row.price_unit = row.unit as string
  Object.assign(row, { unit, unit_factor: factor })
  for (const [name, { type }] of columnsOf.get(entity) as [string, Column][])
    if (type === 'quantity' && wholeDigits(String(row[name] ?? '')) + wholeDigits(factor) > 18)
      reasons.add(
        'unit.range',
        `${path}.${name}`,
        `expected at most 18 digits in ${unit}, found ${row[name]} × ${factor}`,
      )
}

/** The factor of the unit that a price is for, where it names one, stands beside it. */
function readPriceUnit(row: StateRow, estate: Estate, path: string, reasons: Reasons): void {
  if (typeof row.price_unit === 'string' && estate.units.length > 0) {
    const unit = estate.unitOf.get(row.price_unit)
    if (unit) row.price_unit_factor = factorOf(unit, row.item)
    else reasons.add('unit.unknown', `${path}.price_unit`, `"${row.price_unit}" is not a unit of this estate`)
  }
  const per = row.price_per
  if (typeof per === 'string' && decimalText.test(per) && (!/[1-9]/.test(per) || !/^\d{1,9}(\.|$)/.test(per)))
    reasons.add(
      'field.range',
      `${path}.price_per`,
      `expected more than 0 and less than 1 000 000 000, found ${writeFound(per)}`,
    )
}

const wholeDigits = (decimal: string) => (/^-?0*(\d*)/.exec(decimal)?.[1] ?? '').length

/** What stands in a message, short enough for a reason. */
export const writeFound = (found: unknown): string => JSON.stringify(found).slice(0, 60)

/** A JSON number as text, where none of its digits can have been lost: fifteen survive a double. */
export function writeExact(value: number): string | number {
  const text = String(value)
  return text.replace(/^[-0.]+|\D/g, '').length <= 15 ? text : value
}

const fault = (code: Code, text: string) => ({ code, text })

/** Why a value does not fit its column; undefined when it does. */
function describeFault(column: Column, text: unknown): { code: Code; text: string } | undefined {
  if (typeof text === 'number')
    return fault('field.type', 'expected text: a number of more than 15 digits is not exact in JSON')
  if (typeof text !== 'string') return fault('field.type', 'expected text')
  if (/\p{Cs}/u.test(text)) return fault('field.type', 'holds half a surrogate pair')
  if (text.length > longest) return fault('field.length', `expected at most ${longest} characters`)
  if (isNumber(column.type))
    return decimalText.test(text)
      ? undefined
      : fault('field.type', 'expected a decimal of at most 18 digits and 6 places')
  if (column.type === 'moment')
    return isMoment(text) && Date.parse(text) >= earliest
      ? undefined
      : fault('field.type', 'expected a moment of RFC 3339, not before 1900')
  if (column.values && !column.values.includes(text))
    return fault('field.enum', `expected one of ${column.values.join(', ')}`)
  return undefined
}
