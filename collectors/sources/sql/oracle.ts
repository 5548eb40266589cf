import type { Dialect } from './dialect.ts'

const isNumber = (type: string) => /^(NUMBER|FLOAT|BINARY_|INTEGER)/.test(type)
const isZoned = (type: string) => type.includes('TIME ZONE') || type.endsWith(' TZ') || type.endsWith(' LTZ')
const iso = 'YYYY-MM-DD"T"HH24:MI:SS'

/** Oracle, in the names that its driver has for types: each column comes as text, a time with a zone in UTC. */
export const oracle: Dialect = {
  quote: (name) => `"${name.replaceAll('"', '')}"`,
  as: ' ',
  limit: (rows) => `FETCH FIRST ${rows} ROWS ONLY`,
  comparesRows: false,
  momentOf: (type) =>
    isZoned(type) ? 'zoned' : type.startsWith('TIMESTAMP') || type === 'DATE' ? 'naive' : 'none',
  read: ({ type }, of) => {
    if (isZoned(type))
      return `TO_CHAR(SYS_EXTRACT_UTC(CAST(${of} AS TIMESTAMP WITH TIME ZONE)), '${iso}.FF6"Z"')`
    if (type.startsWith('TIMESTAMP')) return `TO_CHAR(${of}, '${iso}.FF6')`
    if (type === 'DATE') return `TO_CHAR(${of}, '${iso}')`
    if (isNumber(type)) return `TO_CHAR(${of}, 'TM9')`
    if (type === 'RAW') return `LOWER(RAWTOHEX(${of}))`
    if (type.includes('ROWID')) return `ROWIDTOCHAR(${of})`
    return of
  },
  value: (text, { type }, binds) => {
    const at = (value: string) => `:${binds.push(value)}`
    // in the type of the column: compared as another, it would go by no index
    if (isZoned(type)) return `TO_TIMESTAMP_TZ(${at(text.replace('Z', '+00:00'))}, '${iso}.FFTZH:TZM')`
    if (type.startsWith('TIMESTAMP')) return `TO_TIMESTAMP(${at(text)}, '${iso}.FF')`
    if (type === 'DATE') return `TO_DATE(${at(text.slice(0, 19))}, '${iso}')`
    if (isNumber(type)) return `TO_NUMBER(${at(text)})`
    if (type === 'RAW') return `HEXTORAW(${at(text)})`
    return at(text)
  },
}
