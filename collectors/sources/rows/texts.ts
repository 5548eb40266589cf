import type { ColumnRule } from '../../../server/core/estate-rows-schema.ts'
import type { ColumnType } from '../../../server/core/model.ts'
import { normaliseColumn } from '../../../sql/entity-tables.ts'
import type { Binder } from './binder.ts'
import { hasCells, type Shape } from './records.ts'
import type { RowRules } from './rules.ts'

/** The SQL of the text a rule takes from a row, and of the reason why it has none; '' when it always has one. */
export type TextSql = { text: string; fault: string }

/** Every column the rules of a source read, each once, by the name the estate uses. */
export function listColumns(source: RowRules): string[] {
  const rules = [
    ...(source.plant ? [source.plant] : []),
    ...Object.values(source.states).flatMap((fields) => Object.values(fields ?? {})),
    ...source.events.flatMap((event) => [event.key, event.occurred_at, ...(event.id ? [event.id] : [])]),
  ]
  return [...new Set(rules.flatMap((rule) => [...(rule.column ? [rule.column] : []), ...(rule.join ?? [])]))]
}

/** Position from 1 of a column in a row of csv or tsv: by its name, else by its number; 0 when there is none. */
export function findColumn(shape: Shape, column: string): number {
  const named = shape.names.indexOf(column) + 1
  if (named > 0) return named
  const number = /^[1-9]\d*$/.test(column) ? Number(column) : 0
  return number <= shape.width ? number : 0
}

/** Turns a rule into SQL over `cells` (csv, tsv, fixed) or `raw` (JSON). */
export function writeText(
  rule: ColumnRule,
  type: ColumnType,
  source: RowRules,
  shape: Shape,
  binder: Binder,
): TextSql {
  const read = (column: string) =>
    hasCells(source) ? `cells[${findColumn(shape, column)}]` : readJson(parsePath(column), binder)
  if (rule.const !== undefined) return { text: binder.text(rule.const), fault: '' }
  const text = rule.join
    ? joinParts(rule.join.map(read), rule.with ?? '/', type, binder)
    : read(rule.column as string)
  return rule.map ? mapText(text, rule.map, binder) : { text, fault: '' }
}

function joinParts(parts: string[], between: string, type: ColumnType, binder: Binder): string {
  const written = parts.map((part) => normaliseColumn(type === 'key' ? 'key' : 'text', part, '1'))
  return `if(has([${parts.join(', ')}], ''), '', arrayStringConcat([${written.join(', ')}], ${binder.text(between)}))`
}

function mapText(text: string, map: Record<string, string>, binder: Binder): TextSql {
  const from = Object.keys(map).filter((key) => key !== '*')
  const to = from.map((key) => map[key] as string)
  const rest = map['*']
  const fallback = rest === undefined ? text : binder.text(rest)
  const mapped =
    from.length === 0
      ? fallback
      : `transform(${text}, ${binder.texts(from)}, ${binder.texts(to)}, ${fallback})`
  if (rest !== undefined) return { text: mapped, fault: '' }
  const known = binder.texts([...from, ''])
  return { text: mapped, fault: `if(has(${known}, ${text}), '', 'is not in its map')` }
}

/** `lines[0].qty` → lines, 1, qty: names and, as the engine counts, positions from 1. */
function parsePath(path: string): (string | number)[] {
  return path.split('.').flatMap((part) => {
    const match = /^(.*?)((?:\[\d+\])*)$/.exec(part) as RegExpExecArray
    const positions = [...(match[2] as string).matchAll(/\d+/g)].map((digits) => Number(digits[0]) + 1)
    return [...(match[1] ? [match[1]] : []), ...positions]
  })
}

/** A value of a JSON row as text; '' for null, for what is absent, and for what is no single value. */
function readJson(path: (string | number)[], binder: Binder): string {
  const steps = path.map((step) =>
    typeof step === 'string' ? binder.text(step) : binder.bind(step, 'Int64'),
  )
  const at = ['raw', ...steps].join(', ')
  return `trimBoth(multiIf(JSONType(${at}) = 'String', JSONExtractString(${at}), JSONType(${at}) = 'Double', ${readDouble(at, path, binder)}, JSONType(${at}) IN ('Int64', 'UInt64', 'Bool'), JSONExtractRaw(${at}), ''))`
}

/** The engine reads a JSON number with a point as a float; the digits as written are looked up beside its name. */
function readDouble(at: string, path: (string | number)[], binder: Binder): string {
  const last = path.at(-1)
  if (typeof last !== 'string') return `JSONExtractRaw(${at})`
  const name = JSON.stringify(last).replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const written = `arrayFirst(digits -> toFloat64OrZero(digits) = JSONExtractFloat(${at}), extractAll(raw, ${binder.text(`${name}\\s*:\\s*(-?[0-9][0-9.eE+-]*)`)}))`
  return `if(${written} = '', JSONExtractRaw(${at}), ${written})`
}
