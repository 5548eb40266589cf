import type { Estate } from '../../../server/core/estate.ts'
import type { ColumnRule } from '../../../server/core/estate-rows-schema.ts'
import type { Column, ColumnType } from '../../../server/core/model.ts'
import type { Binder } from './binder.ts'
import type { Shape } from './records.ts'
import type { RowRules } from './rules.ts'
import { writeText } from './texts.ts'
import { type ValueSql, writeValue } from './values.ts'

/** The SELECT of a mapped row while it grows: texts first, then values made of them, then the reasons against it. */
export type RowSql = {
  /** The aliases of a rule's text and its fault; the same rule is read once. */
  textOf(rule: ColumnRule, type: ColumnType): { text: string; fault: string }
  add(alias: string, value: string): void
  addPlant(rule: ColumnRule): void
  /** Adds a column's value under an alias, and what speaks against it under the name the estate uses. */
  addValue(
    alias: string,
    name: string,
    rule: ColumnRule,
    column: Column,
    write?: (from: string, binder: Binder) => ValueSql,
  ): string
  /** The same for the moment a fact occurred, which can't lie ahead. */
  addOccurredAt(alias: string, name: string, rule: ColumnRule): string
  /** `fault` is SQL of a reason, '' when there is none; what was found is added to it. */
  addReason(name: string, text: string, fault: string): void
  build(rows: string): string
}

/** Starts the SELECT of a source's rows. */
export function createRowSql(estate: Estate, source: RowRules, shape: Shape, binder: Binder): RowSql {
  const texts: string[] = []
  const values: string[] = []
  const reasons: string[] = []
  const known = new Map<string, { text: string; fault: string }>()

  const sql: RowSql = {
    textOf: (rule, type) => {
      const same = `${type === 'key'} ${JSON.stringify(rule)}`
      const found = known.get(same)
      if (found) return found
      const alias = `text_${known.size}`
      const { text, fault } = writeText(rule, type, source, shape, binder)
      const made = { text: alias, fault: fault && `${alias}_fault` }
      texts.push(`${text} AS ${alias}`)
      if (fault) texts.push(`${fault} AS ${made.fault}`)
      known.set(same, made)
      return made
    },
    add: (alias, value) => {
      values.push(`${value} AS ${alias}`)
    },
    addPlant: (rule) => {
      const { text, fault } = sql.textOf(rule, 'code')
      texts.push(`${text} AS plant`)
      if (fault) sql.addReason('plant', text, fault)
    },
    addReason: (name, text, fault) => {
      const at = `fault_${reasons.length}`
      const found = `if(${text} = '', '', ', found "' || substringUTF8(toValidUTF8(${text}), 1, 60) || '"')`
      reasons.push(`if((${fault} AS ${at}) = '', '', ${binder.text(`${name}: `)} || ${at} || ${found})`)
    },
    addValue: (alias, name, rule, column, write) => {
      const { text, fault } = sql.textOf(rule, column.type)
      const made = write?.(text, binder) ?? writeValue(column, rule, text, estate, source, binder)
      sql.add(alias, made.value)
      sql.addReason(name, text, fault ? `if(${fault} != '', ${fault}, ${made.fault})` : made.fault)
      return alias
    },
    addOccurredAt: (alias, name, rule) => {
      sql.addValue(alias, name, rule, { type: 'moment', required: true })
      const { text } = sql.textOf(rule, 'moment')
      sql.addReason(name, text, `if(${alias} > {latest:DateTime64(3, 'UTC')}, 'is in the future', '')`)
      return `assumeNotNull(${alias})`
    },
    build: (rows) => `SELECT row, raw, cells, plant, ${[...values, ''].join(', ')}
  if(notEmpty(faults), faults, arrayFilter(reason -> reason != '', [${reasons.join(', ')}])) AS reasons
FROM (SELECT row, raw, cells, faults, ${texts.join(', ')} FROM (${rows}))`,
  }
  return sql
}
