import type { Estate } from '../../../server/core/estate.ts'
import { lineStatuses, stockTypes } from '../../../server/core/model.ts'
import type { Store } from '../../../sql/store.ts'
import { createBinder } from './binder.ts'
import { compileMapping, type Mapping } from './mapping.ts'
import { isDelimited, type Shape } from './records.ts'
import type { RowRules } from './rules.ts'
import { findColumn, listColumns, writeText } from './texts.ts'

/** Some of what a source gives, as it would be read: fetched to be looked at, and kept nowhere. */
export type Sample = {
  /** what was fetched, in people's words */
  what: string
  rules: RowRules
  shape: Shape
  /** the rows as the mapping reads them, a header's lines among them */
  lines: string[]
  /** what they were made of, where that is something else */
  raw?: string[]
}

export type TriedRow = {
  text: string
  plant: string
  states: { entity: string; values: Record<string, string> }[]
  events: { type: string; key: string; at: string }[]
  reasons: string[]
}
/** What the mapping makes of a sample. */
export type Tried = {
  rows: number
  taken: number
  examples: TriedRow[]
  /** each thing that speaks against rows: how many, and the first of them */
  faults: { reason: string; rows: number; text: string }[]
  /** columns that the rules read and no row has; and what the rows have instead */
  absent: string[]
  has: string[]
  /** codes that nobody has explained, of columns whose meaning checks need */
  unexplained: { column: string; value: string; rows: number }[]
}

const shownExamples = 3
const shownFaults = 10
const shownNames = 60

/** Maps a sample as a load would, in a store that is thrown away; nothing is written anywhere else. */
export async function tryRows(store: Store, estate: Estate, sample: Sample): Promise<Tried> {
  const load_seq = '1'
  await store.insert(
    'file_rows',
    sample.lines.map((raw, index) => ({ load_seq, row: index + 1, raw })),
  )
  const binder = createBinder()
  const mapping = compileMapping(estate, sample.rules, sample.shape, binder)
  const presence = listColumns(sample.rules).map((column) => ({
    column,
    read: readOf(column, sample, binder),
  }))
  const unexplained = writeUnexplained(estate, sample.rules, mapping, binder)
  const at = new Date()
  const params = {
    ...binder.params,
    load_seq,
    staged: load_seq,
    source: sample.rules.source,
    system: sample.rules.system,
    modified_at: at,
    received_at: at,
    latest: new Date(at.getTime() + estate.allowed_skew),
  }
  const from = `FROM (${mapping.select})`
  const [counts] = await store.rows<{ rows: string; taken: string; present: string[] }>(
    `SELECT count() AS rows, countIf(empty(reasons)) AS taken, CAST([${presence.map(({ read }) => `toUInt64(countIf(${read} != ''))`).join(', ')}] AS Array(UInt64)) AS present ${from}`,
    params,
  )
  const examples = await store.rows<TriedRow>(
    `SELECT if(empty(cells), raw, toJSONString(cells)) AS text, plant, reasons, ${writeStates(mapping)} AS states, ${writeEvents(mapping)} AS events ${from} ORDER BY empty(reasons) DESC, row LIMIT ${shownExamples}`,
    params,
  )
  const faults = await store.rows<{ reason: string; rows: string; text: string }>(
    `SELECT replaceRegexpOne(each, ', found ".*"$', '') AS reason, count() AS rows, substringUTF8(argMin(each, row), 1, 300) AS text
     FROM (SELECT row, reasons FROM (${mapping.select})) ARRAY JOIN reasons AS each GROUP BY reason ORDER BY rows DESC LIMIT ${shownFaults}`,
    params,
  )
  const codes = unexplained
    ? await store.rows<{ column: string; value: string; rows: string }>(
        `SELECT pair.1 AS column, pair.2 AS value, count() AS rows FROM (SELECT arrayJoin(${unexplained}) AS pair ${from} WHERE empty(reasons)) WHERE value != '' GROUP BY column, value ORDER BY rows DESC LIMIT 20`,
        params,
      )
    : []
  return {
    rows: Number(counts?.rows ?? 0),
    taken: Number(counts?.taken ?? 0),
    examples,
    faults: faults.map((fault) => ({ ...fault, rows: Number(fault.rows) })),
    absent: presence.filter((_, index) => Number(counts?.present[index]) === 0).map(({ column }) => column),
    has: listNames(sample),
    unexplained: codes.map((code) => ({ ...code, rows: Number(code.rows) })),
  }
}

const readOf = (column: string, { rules, shape }: Sample, binder: ReturnType<typeof createBinder>): string =>
  isDelimited(rules) && findColumn(shape, column) === 0
    ? "''"
    : writeText({ column }, 'text', rules, shape, binder).text

const writeStates = ({ states }: Mapping): string =>
  `CAST([${states
    .map(
      ({ entity, columns }) =>
        `('${entity}', map(${columns.map(({ name, value }) => `'${name}', toString(${value})`).join(', ')}))`,
    )
    .join(', ')}] AS Array(Tuple(entity String, values Map(String, String))))`

const writeEvents = ({ events }: Mapping): string =>
  `CAST([${events.map(({ type, key, occurredAt }) => `(${type}, toString(${key}), toString(${occurredAt}))`).join(', ')}] AS Array(Tuple(type String, key String, at String)))`

const meanings: Record<string, readonly string[]> = {
  'inventory_positions.stock_type': ['', ...stockTypes],
  'stock_movements.stock_type': ['', ...stockTypes],
  'order_lines.status': ['', ...lineStatuses],
}

/** The codes of a row that neither stand for themselves nor are explained, as pairs of column and value; '' for none. */
function writeUnexplained(
  estate: Estate,
  rules: RowRules,
  { states }: Mapping,
  binder: ReturnType<typeof createBinder>,
): string {
  const pairs = states.flatMap(({ entity, columns }) =>
    columns.flatMap(({ name, value }) => {
      const known = meanings[`${entity}.${name}`]
      if (!known) return []
      const explained = estate.codes
        .filter(({ system, column }) => system === rules.system && column === name)
        .flatMap(({ values }) => Object.keys(values))
      return [
        `if(has(${binder.texts([...known, ...explained])}, toString(${value})), ('', ''), ('${entity}.${name}', toString(${value})))`,
      ]
    }),
  )
  return pairs.length > 0 ? `[${pairs.join(', ')}]` : ''
}

/** What the rows call their values: the columns, or the paths of a few records. */
function listNames({ rules, shape, lines }: Sample): string[] {
  if (isDelimited(rules)) return shape.names
  const names = new Set<string>()
  const walk = (value: unknown, path: string, depth: number) => {
    if (names.size >= shownNames || depth > 4) return
    if (Array.isArray(value)) walk(value[0], `${path}[0]`, depth + 1)
    else if (value !== null && typeof value === 'object')
      for (const [name, inner] of Object.entries(value))
        walk(inner, path ? `${path}.${name}` : name, depth + 1)
    else if (path) names.add(path)
  }
  for (const line of lines.slice(0, 20))
    try {
      walk(JSON.parse(line), '', 0)
    } catch {
      // the mapping says of each row what is wrong with it
    }
  return [...names]
}
