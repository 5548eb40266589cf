import { compareDecimals, multiplyDecimals } from '../../server/core/decimal.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { FieldConfig } from '../../server/core/estate-schema.ts'
import { longestMatched } from '../../server/core/safe-pattern.ts'
import { isMoment } from './cloud-event.ts'
import type { Code, Findings } from './reasons.ts'
import { decimalText, writeExact, writeFound } from './state.ts'

/** Holds a value that is there against its field; `row` is the object it stands in. Returns it as text if it is of its type. */
export type FieldRules = (
  value: unknown,
  path: string,
  row: Record<string, unknown> | undefined,
  findings: Findings,
) => string | undefined

/** What breaks a field is a reason or, where the estate says so, a deviation. */
export function report(field: FieldConfig, findings: Findings, code: Code, path: string, text: string): void {
  if (field.severity === 'deviate') findings.deviations.add(`${code} ${field.path}`)
  else findings.reasons.add(code, path, text)
}

const day = /^\d{4}-\d{2}-\d{2}$/
const zoned = 'a moment that names its zone, such as 2018-04-05T17:31:00Z'
const named = /(?:[Zz]|[+-]\d{2}:\d{2})$/

/** Compiles what the estate says of one field. `zone` is whether its moments must name theirs. */
export function compileField(estate: Estate, field: FieldConfig, zone: 'required' | 'any'): FieldRules {
  const read = readers[field.type]
  const isNumber = field.type === 'integer' || field.type === 'decimal'
  const values = field.values && new Set(field.values)
  const pattern = field.pattern === undefined ? undefined : new RegExp(field.pattern, 'u')
  const { min, max, min_length = 0, max_length = Number.POSITIVE_INFINITY } = field
  const unitName = field.unit?.slice(field.unit.lastIndexOf('.') + 1)
  // the units of states are looked up where states are read
  const isState = field.path.startsWith('data.states.') && unitName === 'unit'
  const limits = [min === undefined ? '' : `at least ${min}`, max === undefined ? '' : `at most ${max}`]
  const range = limits.filter((limit) => limit !== '').join(' and ')

  // no closures in here: this runs for every field of every message
  return (value, path, row, findings) => {
    const text = read.read(value, row === undefined)
    if (text === undefined) {
      refuse(field, findings, 'field.type', path, read.expected, value)
      return undefined
    }
    if (values && !values.has(text))
      refuse(field, findings, 'field.enum', path, `one of ${[...values].join(', ')}`, value)
    if (pattern && (text.length > longestMatched || !pattern.test(text)))
      refuse(field, findings, 'field.pattern', path, `text of the pattern ${field.pattern}`, value)
    if (text.length < min_length)
      refuse(field, findings, 'field.length', path, `at least ${min_length} characters`, value)
    if (text.length > max_length)
      refuse(field, findings, 'field.length', path, `at most ${max_length} characters`, value)
    if (isNumber && range !== '' && unitName === undefined && !isWithin(text, min, max))
      refuse(field, findings, 'field.range', path, range, value)
    if (field.reference === 'plants' && !estate.plantOf.has(text))
      refuse(field, findings, 'plant.unknown', path, 'a plant of this estate', value)
    if (field.type === 'moment' && (field.zone ?? zone) === 'required' && !named.test(text))
      refuse(field, findings, 'time.zone', path, zoned, value)
    if (unitName !== undefined && row) {
      const unit = row[unitName]
      const at = `${path.slice(0, path.lastIndexOf('.'))}.${unitName}`
      if (unit === undefined || unit === null || unit === '')
        report(field, findings, 'unit.missing', at, `is missing; ${path} needs a unit`)
      else {
        const known = typeof unit === 'string' ? estate.unitOf.get(unit) : undefined
        if (known) {
          // a range speaks of base units, whatever the sender counts in
          const quantity = known.factor === '1' ? text : multiplyDecimals(text, known.factor)
          if (range !== '' && !isWithin(quantity, min, max))
            report(
              field,
              findings,
              'field.range',
              path,
              `expected ${range} ${known.unit}, found ${writeFound(value)} ${unit}${unit === known.unit ? '' : ` (${quantity} ${known.unit})`}`,
            )
        } else if (!isState) refuse(field, findings, 'unit.unknown', at, 'a unit of this estate', unit)
      }
    }
    return text
  }
}

function refuse(
  field: FieldConfig,
  findings: Findings,
  code: Code,
  path: string,
  expected: string,
  found: unknown,
): void {
  report(field, findings, code, path, `expected ${expected}, found ${writeFound(found)}`)
}

type Reader = {
  expected: string
  /** The value as text; undefined when it is not of the type. Attributes of an event are always text. */
  read(value: unknown, isAttribute: boolean): string | undefined
}

const onlyText = (value: unknown) => (typeof value === 'string' ? value : undefined)
const numberText = (form: RegExp) => (value: unknown) => {
  const text = typeof value === 'number' ? writeExact(value) : value
  return typeof text === 'string' && form.test(text) ? text : undefined
}

const readers: Record<FieldConfig['type'], Reader> = {
  text: { expected: 'text', read: onlyText },
  integer: { expected: 'a whole number of at most 18 digits', read: numberText(/^-?\d{1,18}$/) },
  decimal: { expected: 'a decimal of at most 18 digits and 6 places', read: numberText(decimalText) },
  boolean: {
    expected: 'true or false',
    read: (value, isAttribute) =>
      typeof value === 'boolean' || (isAttribute && (value === 'true' || value === 'false'))
        ? String(value)
        : undefined,
  },
  moment: {
    expected: 'a moment such as 2018-04-05T17:31:00Z',
    read: (value) =>
      typeof value === 'string' && isMoment(named.test(value) ? value : `${value}Z`) ? value : undefined,
  },
  date: {
    expected: 'a date such as 2018-04-05',
    read: (value) => (typeof value === 'string' && day.test(value) && isDay(value) ? value : undefined),
  },
}

/** A day of the calendar: the 31st of April is moved on by Date, and reads otherwise. */
const isDay = (text: string): boolean => {
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

function isWithin(text: string, min: string | undefined, max: string | undefined): boolean {
  return (min === undefined || compare(text, min) >= 0) && (max === undefined || compare(text, max) <= 0)
}

/** Exact for all; as doubles, which are faster, where they hold every digit. */
const compare = (text: string, limit: string): number =>
  text.length <= 15 && limit.length <= 15 ? Number(text) - Number(limit) : compareDecimals(text, limit)
