import type { Estate } from '../../../server/core/estate.ts'
import type { ColumnRule } from '../../../server/core/estate-rows-schema.ts'
import { type Column, type ColumnType, isNumber } from '../../../server/core/model.ts'
import { normaliseColumn } from '../../../sql/entity-tables.ts'
import type { Binder } from './binder.ts'
import type { RowRules } from './rules.ts'

/** The SQL of a column's value, made from the text `from`, and of the reason why it can't be made ('' = it can). */
export type ValueSql = { value: string; fault: string }

const longest = 400
const isoTime = String.raw`^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?$`
// at most 18 digits before the point and 6 after; zeros around them do not count
const decimalPattern = '^-?(0*[0-9]{1,18}([.][0-9]{0,6}0*)?|[.][0-9]{1,6}0*)$'
const yes = ['true', '1', 'x', 'yes', 'y']
const no = ['', 'false', '0', 'no', 'n']

/** The plants a source's system serves. */
export const plantsServed = (estate: Estate, source: RowRules): string[] =>
  estate.systemOf.get(source.system)?.plants ?? [...estate.plantOf.keys()]

/** Writes the SQL of one column. `from` is the alias of its text, `plant` that of the row's plant. */
export function writeValue(
  column: Column,
  rule: ColumnRule,
  from: string,
  estate: Estate,
  source: RowRules,
  binder: Binder,
): ValueSql {
  const made = writeTyped(column.type, rule, from, estate, source, binder)
  const faults = [
    `length(${from}) > ${longest}, 'expected at most ${longest} characters'`,
    ...(column.values && rule.const === undefined
      ? [
          `NOT has(${binder.texts([...column.values])}, ${from}), 'expected one of ${column.values.join(', ')}'`,
        ]
      : []),
    ...(made.fault ? [`${from} != '' AND ${made.fault}`] : []),
  ]
  const missing = column.required ? "'is missing'" : "''"
  return { value: made.value, fault: `if(${from} = '', ${missing}, multiIf(${faults.join(', ')}, ''))` }
}

function writeTyped(
  type: ColumnType,
  rule: ColumnRule,
  from: string,
  estate: Estate,
  source: RowRules,
  binder: Binder,
): { value: string; fault: string } {
  if (isNumber(type)) {
    const digits = readDigits(rule, from, binder)
    const value = `toDecimal128OrNull(${digits}, 6)`
    const isGrouped = groupFault(rule, from, binder)
    const wanted = `expected a decimal of at most 18 digits and 6 places${rule.decimal === ',' ? ' with a decimal comma' : ''}`
    return { value, fault: `(NOT match(${digits}, ${binder.text(decimalPattern)})${isGrouped}), '${wanted}'` }
  }
  if (type === 'moment') {
    const value = readMoment(rule, from, estate, source, binder)
    const wanted = rule.format
      ? `'expected a time written ' || ${binder.text(rule.format)}`
      : `'expected a time of ISO 8601'`
    return { value, fault: `isNull(${value}), ${wanted}` }
  }
  return { value: type === 'key' ? normaliseColumn('key', from, '1') : from, fault: '' }
}

/** A number as a system writes it → digits with a point: no groups, a sign in front (some write 100-). */
function readDigits(rule: ColumnRule, from: string, binder: Binder): string {
  const plain = rule.thousands ? `replaceAll(${from}, ${binder.text(rule.thousands)}, '')` : from
  // a point where a comma is the sign is no number: it becomes something that does not match
  const pointed = rule.decimal === ',' ? `translate(${plain}, ',.', '.x')` : plain
  return `replaceRegexpOne(replaceRegexpOne(${pointed}, '^([0-9.]+)-$', '-\\\\1'), '^[+]', '')`
}

/** Groups must be of three digits: 1.23 is no 123. */
function groupFault(rule: ColumnRule, from: string, binder: Binder): string {
  if (!rule.thousands) return ''
  const sign = rule.thousands.replace(/[^A-Za-z0-9 ]/g, '\\$&')
  const pattern = binder.text(`^[+-]?[0-9]{1,3}(${sign}[0-9]{3})+([.,][0-9]*)?-?$`)
  return ` OR (position(${from}, ${binder.text(rule.thousands)}) > 0 AND NOT match(${from}, ${pattern}))`
}

/** A time in UTC; what names no zone is in the rule's, else in the plant's own. */
function readMoment(
  rule: ColumnRule,
  from: string,
  estate: Estate,
  source: RowRules,
  binder: Binder,
): string {
  const parse = (zone: string) => {
    const made = rule.format
      ? `parseDateTime64InJodaSyntaxOrNull(${from}, ${binder.text(rule.format)}, ${binder.text(zone)})`
      : `if(match(${from}, ${binder.text(isoTime)}), parseDateTime64BestEffortOrNull(${from}, 3, ${binder.text(zone)}), NULL)`
    return `CAST(${made} AS Nullable(DateTime64(3, 'UTC')))`
  }
  if (rule.time_zone) return parse(rule.time_zone)
  const plants = new Map<string, string[]>()
  for (const plant of plantsServed(estate, source)) {
    const zone = estate.plantOf.get(plant)?.time_zone ?? 'UTC'
    plants.set(zone, [...(plants.get(zone) ?? []), plant])
  }
  const zones = [...plants]
  const last = zones.pop()?.[0] ?? 'UTC'
  if (zones.length === 0) return parse(last)
  const each = zones.map(([zone, names]) => `has(${binder.texts(names)}, plant), ${parse(zone)}`)
  return `multiIf(${each.join(', ')}, ${parse(last)})`
}

/** Whether a row says that its state is gone. */
export function writeDeleted(from: string, binder: Binder): ValueSql {
  const fault = `if(has(${binder.texts([...yes, ...no])}, lower(${from})), '', 'expected true or false')`
  return { value: `has(${binder.texts(yes)}, lower(${from}))`, fault }
}
