import type { Store } from '../../sql/store.ts'
import type { SubjectTableShape } from '../../sql/subject-columns.ts'

/** What stands between the outermost brackets of a type, part by part. */
function partsOf(type: string): string[] {
  const inner = type.slice(type.indexOf('(') + 1, -1)
  const parts: string[] = []
  let depth = 0
  let from = 0
  for (let at = 0; at <= inner.length; at++) {
    const char = inner[at]
    if (char === '(') depth++
    else if (char === ')') depth--
    else if ((char === ',' && depth === 0) || at === inner.length) {
      parts.push(inner.slice(from, at).trim())
      from = at + 1
    }
  }
  return parts
}

/** A value of a type that holds a text wherever it can. SQL. */
function sayIn(type: string): string {
  if (/^SimpleAggregateFunction/.test(type)) return sayIn(partsOf(type)[1] as string)
  if (/^LowCardinality/.test(type)) return sayIn(partsOf(type)[0] as string)
  if (type === 'String') return '{canary:String}'
  if (/^Array/.test(type)) return `[${sayIn(partsOf(type)[0] as string)}]`
  if (/^Map/.test(type)) return `map(${partsOf(type).map(sayIn).join(', ')})`
  if (/^Tuple/.test(type))
    return `tuple(${partsOf(type)
      .map((part) => sayIn(part.replace(/^(`[^`]+`|\w+) /, '')))
      .join(', ')})`
  return `defaultValueOfTypeName('${type.replaceAll("'", "\\'")}')`
}

/**
 * Puts a row into a table that says something wherever it may say it, at this moment: the engine drops what is as old as
 * the epoch.
 */
export async function plantCanary(store: Store, shape: SubjectTableShape, canary: string): Promise<void> {
  const moments = await store.rows<{ name: string }>(
    "SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String} AND type LIKE 'Date%' AND default_kind = ''",
    { table: shape.table },
  )
  const values = [
    ...shape.texts.map(({ name, type }) => [name, `CAST(${sayIn(type)} AS ${type})`]),
    ...moments.map(({ name }) => [name, 'now()']),
    // a run is a number
    ...(shape.columns.includes('run') ? [['run', "'1'"]] : []),
    // a row that strikes and is struck by nothing is none
    ...(shape.columns.includes('sign') ? [['sign', '1']] : []),
  ]
  await store.command(
    `INSERT INTO ${shape.table} (${values.map(([name]) => `\`${name}\``).join(', ')}) SELECT ${values.map(([, value]) => value).join(', ')}`,
    { canary },
    { lane: 'load' },
  )
}

/** In which columns of which tables a text stands, in whatever letters, and in lists, which escape it. */
export async function findText(
  store: Store,
  shapes: readonly SubjectTableShape[],
  text: string,
): Promise<string[]> {
  const found: string[] = []
  for (const { table, texts } of shapes) {
    if (texts.length === 0) continue
    const [row] = await store.rows<Record<string, number>>(
      `SELECT ${texts.map(({ name }, at) => `toUInt32(countIf(positionCaseInsensitiveUTF8(replaceAll(toString(\`${name}\`), '\\\\', ''), {text:String}) > 0)) AS c${at}`).join(', ')} FROM ${table}`,
      { text },
    )
    found.push(...texts.flatMap(({ name }, at) => (row?.[`c${at}`] ? [`${table}.${name}`] : [])))
  }
  return found
}
