import type { Store } from './store.ts'
import { actorColumns, type Handling, ourColumns } from './subject-tables.ts'

/** A column that holds text. */
export type TextColumn = {
  name: string
  type: string
  /** Its value is part of where a row stands: it can't be changed in place */
  isPlaced: boolean
}
/** A table as the engine has it. */
export type SubjectTableShape = {
  table: string
  texts: TextColumn[]
  /** every column that is stored */
  columns: string[]
  /** those that hold bytes, which are shown in hex */
  bytes: { name: string; isList: boolean }[]
  hasPlant: boolean
}

/** Text, alone or within arrays, maps and tuples; bytes of a fixed length are identifiers. */
const isText = (type: string) => /(?<!Fixed)String/.test(type.replaceAll(/FixedString/g, 'Fixed'))

/** Every table of the store that keeps rows, with its columns that hold text. */
export async function readShapes(store: Store): Promise<SubjectTableShape[]> {
  const rows = await store.rows<{
    table: string
    name: string
    type: string
    placed: boolean
    kind: string
  }>(
    `SELECT table, name, type, toBool(is_in_sorting_key OR is_in_partition_key) AS placed, default_kind AS kind
     FROM system.columns WHERE database = currentDatabase() AND table IN (
       SELECT name FROM system.tables WHERE database = currentDatabase() AND engine NOT LIKE '%View' AND engine NOT IN ('Null', 'Distributed'))
     ORDER BY table, position`,
  )
  const shapes = new Map<string, SubjectTableShape>()
  for (const { table: own, name, type, placed, kind } of rows) {
    const table = own.replace(/_local$/, '')
    const shape = shapes.get(table) ?? { table, texts: [], columns: [], bytes: [], hasPlant: false }
    shapes.set(table, shape)
    if (kind === 'MATERIALIZED' || kind === 'ALIAS') continue
    shape.columns.push(name)
    if (/^(Array\()?FixedString/.test(type)) shape.bytes.push({ name, isList: type.startsWith('Array') })
    if (name === 'plant') shape.hasPlant = true
    if (isText(type) && !ourColumns.has(name) && !ourColumns.has(`${table}.${name}`))
      shape.texts.push({ name, type, isPlaced: placed })
  }
  return [...shapes.values()]
}

/** A name as a statement takes it: those of nested columns have a point. SQL. */
export const quoteName = (name: string) => `\`${name}\``
const isPlain = (type: string) =>
  /^(LowCardinality\()?String\)?$|^SimpleAggregateFunction\(max, String\)$/.test(type)

const valuesOf = (what: string) =>
  `(SELECT arraySort(groupUniqArray(value)) FROM subject_values WHERE request = {request:String} AND what = '${what}')`
/** The keys, names and cases that a request looks for. SQL, an array of texts. */
export const keysSql = valuesOf('key')
const namesSql = valuesOf('name')
/** The numbers of its cases. SQL, a list. */
export const casesSql = `(SELECT toUInt64(value) FROM subject_values WHERE request = {request:String} AND what = 'case')`
/** How keys begin that name a check's row, with what the check puts before them. SQL, an array. */
const startsSql = valuesOf('start')
/** An empty pattern would find everything: where there is none, nothing is found. */
const patternSql = `(SELECT if(count() = 0, '[^\\\\x00-\\\\x{10FFFF}]', any(value)) FROM subject_values WHERE request = {request:String} AND what = 'pattern')`

/** Whether a text holds a value that is looked for. SQL. */
export function hitSql({ name, type }: TextColumn): string {
  const column = quoteName(name)
  if (!isPlain(type)) return `match(toString(${column}), ${patternSql})`
  const whole = actorColumns.has(name) ? `has(${namesSql}, toString(${column})) OR ` : ''
  return `(${whole}match(${column}, ${patternSql}))`
}

/** The text without it: the mask of the request in its place. SQL. */
export function mendSql({ name, type }: TextColumn): string {
  const column = quoteName(name)
  // what stands around a key is kept; two beside each other share it
  const replace = (text: string) =>
    `replaceRegexpAll(replaceRegexpAll(${text}, ${patternSql}, concat('\\\\1', {mask:String}, '\\\\2')), ${patternSql}, concat('\\\\1', {mask:String}, '\\\\2'))`
  // a map is read from text as one of a list, and without its dictionaries
  if (!isPlain(type))
    return `CAST(CAST(concat('[', ${replace(`toString(${column})`)}, ']') AS Array(${type.replaceAll('LowCardinality(String)', 'String')}))[1] AS ${type})`
  const mended = replace(`toString(${column})`)
  return actorColumns.has(name)
    ? `if(has(${namesSql}, toString(${column})), {mask:String}, ${mended})`
    : mended
}

const inPlant = ({ hasPlant }: SubjectTableShape) =>
  hasPlant ? " AND ({plant:String} = '' OR plant = {plant:String})" : ''

/** Rows of a check's key: its key begins with one that is looked for, or it is of an order that is. SQL. */
export const checkedSql = (shape: SubjectTableShape) =>
  `((check IN {checks:Array(String)} AND arrayExists(start -> startsWith(concat(${quoteName('key')}, '/'), start), ${startsSql}))${shape.columns.includes('order_no') ? ` OR has(if({is_order:UInt8} = 1, ${keysSql}, []), order_no)` : ''})`

/** The masks of whole keys, each its own, so that what was one stays one. SQL. */
export const maskKeySql = (column: string) =>
  `if(has(${keysSql}, toString(${column})), concat({mask:String}, '-', toString(indexOf(${keysSql}, toString(${column})))), toString(${column}))`
/** A check's key with masks for those of its parts that are looked for. SQL. */
export const maskCheckedSql = (column: string) =>
  `(arrayStringConcat(arrayMap(part -> ${maskKeySql('part')}, splitByChar('/', ${column})), '/') AS masked_parts)`

/** Where rows of a table speak of the subject of a key: those that are of it, and those that mention it. SQL; '0' for none. */
export function ofKeySql(shape: SubjectTableShape, handling: Handling): { own: string; mention: string } {
  const own = [
    ...(handling.keys ?? []).map((name) => `has(${keysSql}, toString(${quoteName(name)}))`),
    ...(handling.checked ? [checkedSql(shape)] : []),
    ...(handling.cases ? [`number IN ${casesSql}`] : []),
  ]
  const mention = textsOf(shape, handling).map(hitSql)
  const within = (parts: string[]) => (parts.length > 0 ? `((${parts.join(' OR ')})${inPlant(shape)})` : '0')
  return { own: within(own), mention: within(mention) }
}

/** The columns of a table in which a key may be mentioned. */
export const textsOf = (shape: SubjectTableShape, { texts = [] }: Handling): TextColumn[] =>
  shape.texts.filter(({ name }) => texts.includes(name))

/** Where rows hold a personal value. SQL; '0' for a table without text. */
export const ofPersonSql = (texts: readonly TextColumn[]): string =>
  texts.length > 0 ? `(${texts.map(hitSql).join(' OR ')})` : '0'
