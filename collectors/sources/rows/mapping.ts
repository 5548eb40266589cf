import type { Estate } from '../../../server/core/estate.ts'
import type { ColumnRule } from '../../../server/core/estate-rows-schema.ts'
import {
  type Column,
  type ColumnType,
  type EntityName,
  entityNames,
  entityOf,
  isNumber,
  statesPrice,
} from '../../../server/core/model.ts'
import { priceFactor } from '../../../sql/entity-tables.ts'
import type { Binder } from './binder.ts'
import { hasCells, type Shape, selectRows } from './records.ts'
import { createRowSql, type RowSql } from './row-sql.ts'
import type { RowRules } from './rules.ts'
import { plantsServed, writeDeleted } from './values.ts'

/** A mapped state: its columns as SQL over the mapped rows, in the types of the table. */
export type MappedState = {
  entity: EntityName
  columns: { name: string; value: string }[]
  /** SQL of what tells one state from another */
  keys: string[]
  deleted: string
  occurredAt: string
  /** whether the file itself says when, so that a new moment is a change */
  hasOccurredAt: boolean
}
export type MappedEvent = {
  type: string
  flow: string
  stage: string
  key: string
  occurredAt: string
  id: string
}

/** A file's rows in the estate's words: a SELECT of `row`, `raw`, `plant`, `reasons` and all the others refer to. */
export type Mapping = { select: string; data: string; states: MappedState[]; events: MappedEvent[] }

/**
 * Compiles the rules of a source to SQL. A row is taken whole or not at all: `reasons` holds everything that speaks
 * against it.
 */
export function compileMapping(estate: Estate, source: RowRules, shape: Shape, binder: Binder): Mapping {
  const sql = createRowSql(estate, source, shape, binder)
  addPlant(estate, source, binder, sql)
  const states = entityNames.flatMap((entity, index) => {
    const rules = source.states[entity]
    return rules ? [addState(estate, entity, `s${index}`, rules, binder, sql)] : []
  })
  const events = source.events.map((event, index): MappedEvent => {
    const at = `events[${index}]`
    const text = { type: 'text', required: true } as const
    const type = binder.text(event.type)
    const key = sql.addValue(`e${index}_key`, `${at}.key`, event.key, text)
    const occurredAt = sql.addOccurredAt(`e${index}_occurred_at`, `${at}.occurred_at`, event.occurred_at)
    // not of the whole row: a row that changes elsewhere, or comes again in another file, tells the same fact
    const id = event.id
      ? sql.addValue(`e${index}_id`, `${at}.id`, event.id, text)
      : `lower(hex(sipHash128({source:String}, ${type}, plant, ${key}, toString(${occurredAt}))))`
    return { type, ...findStage(estate, event.type, binder), key, occurredAt, id }
  })
  const names = binder.texts(shape.names)
  return {
    select: sql.build(selectRows(source, shape, binder)),
    data: hasCells(source) ? `toJSONString(mapFromArrays(${names}, cells))` : 'raw',
    states,
    events,
  }
}

function addPlant(estate: Estate, source: RowRules, binder: Binder, sql: RowSql): void {
  const served = plantsServed(estate, source)
  sql.addPlant(source.plant ?? { const: served[0] as string })
  const wrong = `'is not a plant that ' || ${binder.text(source.system)} || ' serves'`
  sql.addReason(
    'plant',
    'plant',
    `multiIf(plant = '', 'is missing', NOT has(${binder.texts(served)}, plant), ${wrong}, '')`,
  )
}

function addState(
  estate: Estate,
  entity: EntityName,
  prefix: string,
  rules: Record<string, ColumnRule>,
  binder: Binder,
  sql: RowSql,
): MappedState {
  const alias = (name: string) => `${prefix}_${name}`
  const columns: Record<string, Column> = entityOf(entity).columns
  for (const [name, column] of Object.entries(columns)) {
    const rule = rules[name]
    if (!rule) continue
    // a deletion needs no more than to say what is gone
    const mayLack = column.required && rules.deleted && !entityOf(entity).key.includes(name)
    const at = `${entity}.${name}`
    sql.addValue(alias(name), at, rule, mayLack ? { ...column, required: false } : column)
    if (!mayLack) continue
    const { text } = sql.textOf(rule, column.type)
    sql.addReason(at, text, `if(${text} = '' AND NOT ${alias('deleted')}, 'is missing', '')`)
  }
  // one conversion may be of the item
  const item = rules.item && alias('item')
  const hasFactor = rules.unit !== undefined && estate.units.length > 0
  if (hasFactor) addUnit(estate, alias('unit'), `${entity}.unit`, item, binder, sql)
  const factor = hasFactor ? `${alias('unit')}_factor` : undefined
  if (factor && rules.quantity)
    sql.addReason(
      `${entity}.quantity`,
      sql.textOf(rules.quantity, 'quantity').text,
      `if(abs(toFloat64(ifNull(${alias('quantity')}, 0)) * toFloat64(${factor})) >= 1e18, 'is too large in its base unit', '')`,
    )
  const read = (name: string) => (name === 'unit' && hasFactor ? `${alias(name)}_base` : alias(name))
  if (rules.price_unit && estate.units.length > 0)
    addUnit(estate, alias('price_unit'), `${entity}.price_unit`, item, binder, sql)
  const made = Object.entries(columns).map(([name, { type }]) => ({
    name,
    value: rules[name] ? castColumn(type, read(name), factor) : emptyColumn[type],
  }))
  if (statesPrice(entityOf(entity))) addPriceFactor(estate, rules, alias, factor, made)
  const deleted =
    rules.deleted &&
    sql.addValue(alias('deleted'), `${entity}.deleted`, rules.deleted, { type: 'code' }, writeDeleted)
  const occurredAt =
    rules.occurred_at && sql.addOccurredAt(alias('occurred_at'), `${entity}.occurred_at`, rules.occurred_at)
  return {
    entity,
    columns: made,
    keys: entityOf(entity).key.map((name) => made.find((column) => column.name === name)?.value as string),
    deleted: deleted ?? 'false',
    occurredAt: occurredAt ?? "{modified_at:DateTime64(3, 'UTC')}",
    hasOccurredAt: occurredAt !== undefined,
  }
}

/** What a price is for: the unit it names, else that of the quantity, times how many of them. */
function addPriceFactor(
  estate: Estate,
  rules: Record<string, ColumnRule>,
  alias: (name: string) => string,
  factor: string | undefined,
  columns: MappedState['columns'],
): void {
  const columnOf = (name: string) =>
    columns.find((column) => column.name === name) as MappedState['columns'][number]
  const unit = columnOf('price_unit')
  const own = factor ?? '1'
  const named = rules.price_unit && estate.units.length > 0 ? `${alias('price_unit')}_factor` : '1'
  const factorOfUnit = rules.price_unit ? `if(${alias('price_unit')} = '', ${own}, ${named})` : own
  columns.push({ name: 'price_factor', value: priceFactor(factorOfUnit, columnOf('price_per').value) })
  // a price that names no unit of its own is for the one its row was written with
  if (factor && rules.unit_price)
    unit.value = `if(${unit.value} = '' AND ${alias('unit')}_base != ${alias('unit')} AND isNotNull(${alias('unit_price')}), ${alias('unit')}, ${unit.value})`
}

/** The base unit a row's unit belongs to, and the factor to it: that of the row's item where it has one of its own. */
function addUnit(
  estate: Estate,
  unit: string,
  name: string,
  item: string | undefined,
  binder: Binder,
  sql: RowSql,
): void {
  const names = [...estate.unitOf.keys()]
  const list = binder.texts(names)
  const pick = (of: 'unit' | 'factor', otherwise: string) =>
    `transform(${unit}, ${list}, ${binder.texts(names.map((each) => estate.unitOf.get(each)?.[of] as string))}, '${otherwise}')`
  sql.add(`${unit}_base`, pick('unit', ''))
  const own = names.flatMap((each) =>
    [...(estate.unitOf.get(each)?.items ?? [])].map(([of, factor]) => ({ of: `${each}\n${of}`, factor })),
  )
  const factor =
    item && own.length > 0
      ? `transform(concat(${unit}, '\\n', ${item}), ${binder.texts(own.map(({ of }) => of))}, ${binder.texts(own.map((each) => each.factor))}, ${pick('factor', '1')})`
      : pick('factor', '1')
  sql.add(`${unit}_factor`, `CAST(${factor} AS Decimal(24, 6))`)
  sql.addReason(name, unit, `if(${unit} = '' OR has(${list}, ${unit}), '', 'is not a unit of this estate')`)
}

const emptyColumn: Record<ColumnType, string> = {
  key: "''",
  code: "''",
  text: "''",
  decimal: 'CAST(0 AS Decimal(24, 6))',
  quantity: 'CAST(0 AS Decimal(24, 6))',
  price: 'CAST(0 AS Decimal(24, 6))',
  moment: "toDateTime64(0, 3, 'UTC')",
}

/** A value in the type of its column; what is absent takes the column's empty value. */
function castColumn(type: ColumnType, from: string, factor: string | undefined): string {
  if (type === 'quantity' && factor) return `CAST(ifNull(${from}, 0) * ${factor} AS Decimal(24, 6))`
  if (isNumber(type)) return `CAST(ifNull(${from}, 0) AS Decimal(24, 6))`
  if (type === 'moment') return `ifNull(${from}, toDateTime64(0, 3, 'UTC'))`
  return from
}

/** Where in a flow an event of the type belongs; '' when no flow knows it. */
function findStage(estate: Estate, type: string, binder: Binder): { flow: string; stage: string } {
  for (const flow of estate.flows) {
    const stage = flow.ends_early.includes(type)
      ? 'ended'
      : flow.stages.find((each) => each.event === type)?.stage
    if (stage) return { flow: binder.text(flow.flow), stage: binder.text(stage) }
  }
  return { flow: "''", stage: "''" }
}
