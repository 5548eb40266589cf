import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { SourceError } from '../pull/failure.ts'

/** A column of what is fetched, with the name of its type in the words of its database. */
export type SqlColumn = { name: string; type: string }
/** A statement for a database; `binds` are the values of its placeholders, where it has any. */
export type SqlStatement = { sql: string; binds: string[] }
/** What a type is to a cursor: a time with its zone, one without, or none at all. */
export type MomentKind = 'zoned' | 'naive' | 'none'

/** How one database writes what all of them do. */
export type Dialect = {
  quote(name: string): string
  /** A column as text, or as what becomes exactly that in JSON: no digit is lost, and a time with a zone is in UTC */
  read(column: SqlColumn, of: string): string
  /**
   * A value that came out of `read`, to be compared with its column. Nothing of it stands in the statement as it is:
   * it is a placeholder, or written in digits only.
   */
  value(text: string, column: SqlColumn, binds: string[]): string
  momentOf(type: string): MomentKind
  /** What stands between a relation and its alias */
  as: string
  /** What ends a sorted SELECT after so many rows */
  limit(rows: number): string
  /** Whether (a, b) > (1, 2) is understood, and goes by an index */
  comparesRows: boolean
}

/** Which rows are meant: all, those from a value of the cursor on, or those behind a row. */
export type Range = { from: string } | { after: string[] }

/** What a fetch has to know besides its source. */
export type Shape = { columns: SqlColumn[]; cursor: SqlColumn | undefined; keys: SqlColumn[] }

/** The relation that a source names, and what it says of its rows. A line of the site's may end in a comment. */
function relationOf(dialect: Dialect, source: SqlSourceConfig): { from: string; where: string[] } {
  if (source.query !== undefined) return { from: `(${source.query}\n)${dialect.as}q`, where: [] }
  const parts = [...(source.schema === undefined ? [] : [source.schema]), source.table as string]
  return {
    from: `${parts.map(dialect.quote).join('.')}${dialect.as}q`,
    where: source.where === undefined ? [] : [`(${source.where}\n)`],
  }
}

/** `FROM … WHERE …` of all that a source names, and what is asked of it besides. */
export function writeFrom(dialect: Dialect, source: SqlSourceConfig, also: string[] = []): string {
  const { from, where } = relationOf(dialect, source)
  const all = [...where, ...also]
  return `FROM ${from}${all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`}`
}

const columnOf = (dialect: Dialect, column: SqlColumn) => `q.${dialect.quote(column.name)}`

/** One page of a delta: sorted by cursor and key, so that the next goes on behind its last row. */
export function writePage(
  dialect: Dialect,
  source: SqlSourceConfig,
  shape: Shape,
  range: Range,
): SqlStatement {
  const binds: string[] = []
  const order = [shape.cursor as SqlColumn, ...shape.keys]
  const also = writeRange(dialect, source, order, range, binds)
  const sorted = order.map((column) => columnOf(dialect, column)).join(', ')
  return {
    sql: `SELECT ${writeColumns(dialect, shape.columns)} ${writeFrom(dialect, source, also)} ORDER BY ${sorted} ${dialect.limit(source.page_rows)}`,
    binds,
  }
}

/** All there is, as of one moment. */
export function writeWhole(
  dialect: Dialect,
  source: SqlSourceConfig,
  { columns, cursor }: Shape,
  from: string,
): SqlStatement {
  const binds: string[] = []
  const also = cursor ? writeRange(dialect, source, [cursor], { from }, binds) : []
  return { sql: `SELECT ${writeColumns(dialect, columns)} ${writeFrom(dialect, source, also)}`, binds }
}

const writeColumns = (dialect: Dialect, columns: SqlColumn[]) =>
  columns
    .map((column) => `${dialect.read(column, columnOf(dialect, column))} AS ${dialect.quote(column.name)}`)
    .join(', ')

function writeRange(
  dialect: Dialect,
  source: SqlSourceConfig,
  order: SqlColumn[],
  range: Range,
  binds: string[],
): string[] {
  const cursor = order[0] as SqlColumn
  const value = (text: string, column: SqlColumn) => dialect.value(text, column, binds)
  if ('from' in range)
    return range.from === ''
      ? []
      : [`${columnOf(dialect, cursor)} >= ${value(writeFromOf(dialect, source, cursor, range.from), cursor)}`]
  const names = order.map((column) => columnOf(dialect, column))
  if (dialect.comparesRows) {
    const values = order.map((column, index) => value(range.after[index] as string, column))
    return [`(${names.join(', ')}) > (${values.join(', ')})`]
  }
  // the first comparison is what an index is gone into by
  const first = `${names[0]} >= ${value(range.after[0] as string, cursor)}`
  const behind = (index: number): string => {
    const column = order[index] as SqlColumn
    const text = range.after[index] as string
    const greater = `${names[index]} > ${value(text, column)}`
    return index === order.length - 1
      ? greater
      : `(${greater} OR (${names[index]} = ${value(text, column)} AND ${behind(index + 1)}))`
  }
  return [first, behind(0)]
}

/** Where a fetch goes on, in the form that the column has. */
function writeFromOf(dialect: Dialect, source: SqlSourceConfig, cursor: SqlColumn, from: string): string {
  if (source.cursor?.type !== 'moment') return from
  return dialect.momentOf(cursor.type) === 'naive' ? from.replace(/(Z|[+-]\d\d:?\d\d)$/, '') : from
}

/**
 * Holds the columns that there are against those that the source names.
 * @throws SourceError where one is missing, or the cursor is not what the source says
 */
export function shapeOf(
  dialect: Dialect,
  source: SqlSourceConfig,
  read: readonly string[],
  columns: SqlColumn[],
): Shape {
  const find = (name: string) => columns.find((column) => column.name === name)
  const named = [
    ...(source.columns ?? []),
    ...read,
    ...(source.cursor ? [source.cursor.field] : []),
    ...source.key,
  ]
  const absent = [...new Set(named)].filter((name) => !find(name))
  if (absent.length > 0)
    throw new SourceError(
      'schema_changed',
      `It lacks ${absent.map((name) => `the column "${name}"`).join(' and ')}; it has ${columns.map(({ name }) => name).join(', ')}`,
      { mend: 'Name the columns in the source as they are called now' },
    )
  const cursor = source.cursor && find(source.cursor.field)
  if (cursor && source.cursor?.type === 'moment' && dialect.momentOf(cursor.type) === 'none')
    throw new SourceError(
      'cursor_unreadable',
      `"${cursor.name}" is of type ${cursor.type}, which is no moment`,
      { mend: 'Say `type: number` or `type: text` of the cursor, or name another column' },
    )
  const wanted = source.columns ? new Set(named) : undefined
  return {
    columns: wanted ? columns.filter(({ name }) => wanted.has(name)) : columns,
    cursor,
    keys: source.key.map((name) => find(name) as SqlColumn),
  }
}

/** The columns that rules name: a path goes on inside of one. */
export const columnsOfPaths = (paths: readonly string[]): string[] => [
  ...new Set(paths.map((path) => /^[^.[]+/.exec(path)?.[0] ?? path)),
]

/**
 * Where a row stands in the order of cursor and key.
 * @throws SourceError where it lacks a part: what follows it would never be fetched
 */
export function placeOf(shape: Shape, row: Record<string, unknown>): string[] {
  return [shape.cursor as SqlColumn, ...shape.keys].map(({ name }, index) => {
    const value = row[name]
    if (value === null || value === undefined)
      throw new SourceError(
        index === 0 ? 'cursor_missing' : 'key_missing',
        `A row has no "${name}", by which the source is ${index === 0 ? 'followed' : 'fetched page by page'}`,
        { mend: 'Name a column that every row has' },
      )
    return String(value)
  })
}
