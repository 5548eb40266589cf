import { type Dialect, writeFrom } from './dialect.ts'
import { type EngineDialect, secondsOf } from './engine-dialect.ts'

const zoned = new Set(['timestamp with time zone'])
const naive = new Set(['timestamp without time zone', 'date'])
/** What stands in JSON as it is: small numbers, times as ISO 8601, and JSON itself. */
const plain = new Set(['smallint', 'integer', 'bigint', 'boolean', 'text', 'json', 'jsonb', 'uuid', ...naive])

const isoUtc = (of: string) => `to_char(${of} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`

const dialect: Dialect = {
  quote: (name) => `"${name.replaceAll('"', '""')}"`,
  as: ' AS ',
  limit: (rows) => `LIMIT ${rows}`,
  comparesRows: true,
  momentOf: (type) => (zoned.has(type) ? 'zoned' : naive.has(type) ? 'naive' : 'none'),
  read: ({ type }, of) => {
    // infinity is no moment, and says so where it is read as one
    if (zoned.has(type)) return `CASE WHEN isfinite(${of}) THEN ${isoUtc(of)} ELSE ${of}::text END`
    if (plain.has(type) || type.endsWith('[]')) return of
    if (type === 'bytea') return `encode(${of}, 'hex')`
    if (type === 'money') return `${of}::numeric::text`
    return `${of}::text`
  },
  value: (text, { type }) => writeEscaped(type === 'bytea' ? `\\x${text}` : text),
}

/** A literal of no type of its own, of escapes alone: whatever the text is, it ends nowhere. */
const writeEscaped = (text: string): string => {
  const units = Array.from({ length: text.length }, (_, index) =>
    text.charCodeAt(index).toString(16).padStart(4, '0'),
  )
  return `E'${units.map((unit) => `\\u${unit}`).join('')}'`
}

/** One row, whatever there is, with the columns of the relation and nothing in them. */
const oneOf = (from: string) => `(SELECT 1) AS one LEFT JOIN (SELECT q.* ${from} LIMIT 0) AS q ON true`

/** PostgreSQL: it writes each row as JSON itself, so that its types never become those of another. */
export const postgresql: EngineDialect = {
  ...dialect,
  call: () =>
    'postgresql({db_address:String}, {db_name:String}, query({db_query:String}), {db_user:String}, {db_password:String})',
  settings: (timeoutMs) => ({ postgresql_connection_attempt_timeout: Math.min(10, secondsOf(timeoutMs)) }),
  wrap: (select) => `SELECT row_to_json(r)::text AS raw FROM (${select}) AS r`,
  raw: 'assumeNotNull(raw)',
  learn: async (source, ask) => {
    const from = oneOf(writeFrom(dialect, source))
    const found = await ask.rows<{ name: string }>(
      `SELECT json_object_keys(row_to_json(x)) AS name FROM (SELECT q.* FROM ${from}) AS x`,
    )
    const names = found.map(({ name }) => name)
    const types = names.map((name, index) => `pg_typeof(q.${dialect.quote(name)})::text AS c${index}`)
    const field = names.find((name) => name === source.cursor?.field)
    const lacking =
      field === undefined
        ? 'false'
        : `EXISTS (SELECT 1 ${writeFrom(dialect, source, [`q.${dialect.quote(field)} IS NULL`])})`
    const [row] = await ask.rows<Record<string, string>>(
      `SELECT ${[...types, `${isoUtc('clock_timestamp()')} AS now`, `(${lacking})::int AS lacking`].join(', ')} FROM ${from}`,
    )
    return {
      columns: names.map((name, index) => ({ name, type: row?.[`c${index}`] ?? '' })),
      now: row?.now ?? '',
      lacksCursor: Number(row?.lacking) > 0,
    }
  },
  greatest: (source, cursor) =>
    `SELECT ${dialect.read(cursor, 'g.value')}::text AS value FROM (SELECT max(q.${dialect.quote(cursor.name)}) AS value ${writeFrom(dialect, source)}) AS g`,
  // whoever asked may end it, also without any rights
  cancel: (mark) =>
    `SELECT pg_cancel_backend(pid) AS ended FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid() AND query LIKE '%' || ${writeEscaped(mark)} || '%'`,
}
