import type { Dialect } from './dialect.ts'

const is = (type: string, ...names: string[]) => names.some((name) => type === name || type === `${name}N`)
const isBytes = (type: string) => is(type, 'Binary', 'VarBinary', 'Image')

/** SQL Server, in the names that its driver has for types: each column comes as text, a time with an offset in UTC. */
export const sqlserver: Dialect = {
  quote: (name) => `[${name.replaceAll(']', ']]')}]`,
  as: ' AS ',
  limit: (rows) => `OFFSET 0 ROWS FETCH NEXT ${rows} ROWS ONLY`,
  comparesRows: false,
  momentOf: (type) =>
    type === 'DateTimeOffset'
      ? 'zoned'
      : is(type, 'DateTime', 'DateTime2', 'SmallDateTime', 'Date')
        ? 'naive'
        : 'none',
  read: ({ type }, of) => {
    if (type === 'DateTimeOffset') return `CONVERT(varchar(40), ${of}, 127)`
    if (is(type, 'DateTime', 'DateTime2', 'SmallDateTime')) return `CONVERT(varchar(40), ${of}, 126)`
    if (is(type, 'Date')) return `CONVERT(varchar(10), ${of}, 23)`
    if (is(type, 'Money', 'SmallMoney')) return `CONVERT(varchar(50), ${of}, 2)`
    if (is(type, 'Float', 'Real')) return `CONVERT(varchar(50), ${of}, 3)`
    if (isBytes(type)) return `CONVERT(varchar(max), CONVERT(varbinary(max), ${of}), 2)`
    if (is(type, 'NVarChar', 'VarChar', 'NChar', 'Char')) return of
    if (is(type, 'Xml', 'NText', 'Text', 'UDT', 'Variant')) return `CONVERT(nvarchar(max), ${of})`
    return `CONVERT(varchar(100), ${of})`
  },
  value: (text, { type }, binds) => {
    const name = `@p${binds.push(text) - 1}`
    // in the type of the column: compared as another, it would go by no index
    if (type === 'DateTimeOffset') return `CONVERT(datetimeoffset, ${name}, 127)`
    if (is(type, 'DateTime', 'SmallDateTime')) return `CONVERT(datetime, ${name}, 126)`
    if (is(type, 'DateTime2')) return `CONVERT(datetime2, ${name}, 126)`
    if (is(type, 'Date')) return `CONVERT(date, ${name})`
    if (isBytes(type)) return `CONVERT(varbinary(8000), ${name}, 2)`
    if (is(type, 'VarChar', 'Char')) return `CONVERT(varchar(8000), ${name})`
    return name
  },
}
