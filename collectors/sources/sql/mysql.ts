import { SourceError } from '../pull/failure.ts'
import { type Dialect, type SqlColumn, writeFrom } from './dialect.ts'
import { type EngineDialect, secondsOf } from './engine-dialect.ts'

const isBytes = (type: string) => /^(tiny|medium|long)?blob|^(var)?binary/.test(type)
const isTimestamp = (type: string) => type.startsWith('timestamp')

/** A literal that gives way to the collation of a column; of digits alone. */
const writeHex = (text: string) => `_utf8mb4 X'${Buffer.from(text, 'utf8').toString('hex')}'`
const utcNow = `DATE_FORMAT(UTC_TIMESTAMP(6), '%Y-%m-%dT%H:%i:%s.%fZ')`

const dialect: Dialect = {
  quote: (name) => `\`${name.replaceAll('`', '``')}\``,
  as: ' AS ',
  limit: (rows) => `LIMIT ${rows}`,
  // it is understood, but goes by no index
  comparesRows: false,
  momentOf: (type) => (isTimestamp(type) ? 'zoned' : /^date/.test(type) ? 'naive' : 'none'),
  read: ({ type }, of) => {
    // in UTC, whatever the zone of the session
    if (isTimestamp(type))
      return `CONCAT(DATE_FORMAT(TIMESTAMPADD(MICROSECOND, CAST(UNIX_TIMESTAMP(${of}) * 1000000 AS SIGNED), '1970-01-01'), '%Y-%m-%dT%H:%i:%s.%f'), 'Z')`
    if (type.startsWith('datetime')) return `DATE_FORMAT(${of}, '%Y-%m-%dT%H:%i:%s.%f')`
    if (isBytes(type)) return `LOWER(HEX(${of}))`
    if (type.startsWith('bit')) return `CAST(${of} + 0 AS CHAR)`
    return `CAST(${of} AS CHAR)`
  },
  value: (text, { type }) => {
    if (isBytes(type)) return `UNHEX(${writeHex(text)})`
    if (isTimestamp(type)) return `FROM_UNIXTIME(${writeSeconds(text)})`
    if (type.startsWith('datetime')) return `CAST(${writeHex(text)} AS DATETIME(6))`
    if (type.startsWith('date')) return `CAST(${writeHex(text.slice(0, 10))} AS DATE)`
    if (/int|^decimal|^numeric|^float|^double|^year/.test(type))
      return `CAST(${writeHex(text)} AS DECIMAL(65, 20))`
    return writeHex(text)
  },
}

/** Seconds since 1970 with what stands behind the point. */
const writeSeconds = (text: string) => {
  const seconds = Math.floor(Date.parse(text) / 1000)
  return `${Number.isNaN(seconds) ? 0 : seconds}${/\.\d{1,6}/.exec(text)?.[0] ?? ''}`
}

/** MySQL and MariaDB: every column comes as text, and the engine makes the line of JSON. */
export const mysql: EngineDialect = {
  ...dialect,
  call: (timeoutMs) =>
    `mysql({db_address:String}, {db_name:String}, query({db_query:String}), {db_user:String}, {db_password:String}, SETTINGS connection_max_tries = 1, connection_pool_size = 1, connect_timeout = ${Math.min(10, secondsOf(timeoutMs))}, read_write_timeout = ${secondsOf(timeoutMs)})`,
  settings: () => ({}),
  wrap: (select) => select,
  raw: "formatRowNoNewline('JSONEachRow', *)",
  learn: async (source, ask) => {
    const columns =
      source.table === undefined
        ? (await ask.describe(`SELECT q.* ${writeFrom(dialect, source)}`)).map(ofEngine)
        : await ask.rows<SqlColumn>(
            `SELECT COLUMN_NAME AS name, CAST(COLUMN_TYPE AS CHAR) AS type FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = ${source.schema === undefined ? 'DATABASE()' : writeHex(source.schema)} AND TABLE_NAME = ${writeHex(source.table)} ORDER BY ORDINAL_POSITION`,
          )
    if (columns.length === 0)
      throw new SourceError('table_missing', `There is no table ${source.table} that its user may read`, {
        mend: 'See that database, schema and table are named as they are called there, and that the user may read it',
      })
    const field = columns.find(({ name }) => name === source.cursor?.field)?.name
    const lacking =
      field === undefined
        ? '0'
        : `EXISTS (SELECT 1 ${writeFrom(dialect, source, [`q.${dialect.quote(field)} IS NULL`])})`
    const [row] = await ask.rows<{ now: string; lacking: string }>(
      `SELECT ${utcNow} AS now, CAST(${lacking} AS CHAR) AS lacking`,
    )
    return { columns, now: row?.now ?? '', lacksCursor: Number(row?.lacking) > 0 }
  },
  greatest: (source, cursor) =>
    `SELECT ${dialect.read(cursor, 'g.value')} AS value FROM (SELECT MAX(q.${dialect.quote(cursor.name)}) AS value ${writeFrom(dialect, source)}) AS g`,
}

/** Of a query only the engine says what its columns are, in its own words; a time it gives has no zone. */
const ofEngine = ({ name, type }: SqlColumn): SqlColumn => {
  const plain = type.replace(/^Nullable\((.*)\)$/, '$1')
  const known = {
    DateTime: 'datetime',
    Date: 'date',
    Int: 'bigint',
    UInt: 'bigint',
    Decimal: 'decimal',
    Float: 'double',
  }
  const word = /^(DateTime|Date|Int|UInt|Decimal|Float)/.exec(plain)?.[1] as keyof typeof known | undefined
  return { name, type: word ? known[word] : 'text' }
}
