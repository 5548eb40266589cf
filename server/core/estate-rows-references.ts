import type { ColumnRule, RowsConfig } from './estate-rows-schema.ts'
import type { EstateFile } from './estate-schema.ts'
import { type ColumnType, type Entity, type EntityName, entities, isNumber } from './model.ts'

export type Say = (path: string, message: string) => void

/** Columns that a mapped state may have besides those of its entity. */
const extraColumns: Record<string, ColumnType> = { occurred_at: 'moment', deleted: 'code' }
const decimalText = /^-?\d{1,18}(\.\d{1,6})?$/

/**
 * What a schema can't see in how rows become states and events: plants that exist, columns that fit, rules that mean
 * something.
 * @param isNumbered whether columns have numbers only
 */
export function checkRowRules(
  estate: EstateFile,
  source: RowsConfig & { source: string; system: string },
  at: string,
  say: Say,
  isNumbered = false,
): void {
  checkPlantRule(estate, source, `${at}.plant`, say)

  const check = (path: string, rule: ColumnRule, type: ColumnType, values?: readonly string[]) => {
    checkRule(path, rule, type, say, values)
    for (const column of [rule.column, ...(rule.join ?? [])])
      if (isNumbered && column !== undefined && !/^[1-9]\d*$/.test(column))
        say(path, `"${column}" names a column, but the files have no header; expected its number from 1`)
  }
  if (source.plant) check(`${at}.plant`, source.plant, 'code')
  for (const [name, rules] of Object.entries(source.states)) {
    const columns: Entity['columns'] = entities[name as EntityName].columns
    const path = `${at}.states.${name}`
    for (const [column, rule] of Object.entries(rules ?? {})) {
      const known = columns[column] ?? (extraColumns[column] && { type: extraColumns[column] })
      if (known) check(`${path}.${column}`, rule, known.type, known.values)
      else
        say(
          `${path}.${column}`,
          `"${column}" is not a column of ${name}; expected one of ${[...Object.keys(columns), ...Object.keys(extraColumns)].join(', ')}`,
        )
    }
    for (const [column, { required }] of Object.entries(columns))
      if (required && !rules?.[column])
        say(`${path}.${column}`, `is missing; expected a rule, since ${name} needs it`)
  }
  source.events.forEach((event, index) => {
    check(`${at}.events[${index}].key`, event.key, 'text')
    check(`${at}.events[${index}].occurred_at`, event.occurred_at, 'moment')
    if (event.id) check(`${at}.events[${index}].id`, event.id, 'text')
  })
  if (Object.keys(source.states).length + source.events.length === 0)
    say(at, `"${source.source}" maps nothing; expected states or events`)
}

function checkPlantRule(
  estate: EstateFile,
  source: RowsConfig & { system: string },
  path: string,
  say: Say,
): void {
  const all = estate.plants.map((plant) => plant.plant)
  const system = estate.systems.find((candidate) => candidate.system === source.system)
  const served = system?.plants ?? all
  const rule = source.plant
  if (!rule) {
    if (served.length !== 1)
      say(path, `is missing; expected a rule, since ${source.system} serves ${served.length} plants`)
    return
  }
  for (const plant of [rule.const, ...Object.values(rule.map ?? {})])
    if (plant !== undefined && !all.includes(plant))
      say(path, `"${plant}" is not a plant of this estate; expected one of ${all.join(', ')}`)
    else if (plant !== undefined && !served.includes(plant))
      say(path, `"${plant}" is not served by ${source.system}; expected one of ${served.join(', ')}`)
}

/** A rule must be able to make a value of its column's type. */
function checkRule(path: string, rule: ColumnRule, type: ColumnType, say: Say, values?: readonly string[]) {
  const isDecimal = isNumber(type)
  for (const name of ['format', 'time_zone'] as const)
    if (rule[name] !== undefined && type !== 'moment')
      say(`${path}.${name}`, `"${rule[name]}" has no meaning here; it is for columns that hold a time`)
  for (const name of ['decimal', 'thousands'] as const)
    if (rule[name] !== undefined && !isDecimal)
      say(`${path}.${name}`, `"${rule[name]}" has no meaning here; it is for columns that hold a number`)
  const fixed = rule.const !== undefined ? [rule.const] : Object.values(rule.map ?? {})
  for (const value of fixed) {
    if (isDecimal && !decimalText.test(value))
      say(path, `"${value}" does not fit; expected a decimal of at most 18 digits and 6 places`)
    if (type === 'moment' && Number.isNaN(Date.parse(value)))
      say(path, `"${value}" does not fit; expected a time such as 2026-01-31T08:00:00Z`)
    if (values && !values.includes(value))
      say(path, `"${value}" does not fit; expected one of ${values.join(', ')}`)
  }
}
