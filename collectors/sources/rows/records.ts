import type { FileLoad } from '../../../sql/store.ts'
import type { Binder } from './binder.ts'
import { selectFixed } from './fixed.ts'
import type { RowRules } from './rules.ts'

/** What the first line, or the schema, of a file says of its rows. */
export type Shape = {
  /** how many columns a row of csv or tsv has */
  width: number
  /** what they are called; their numbers when there is no header */
  names: string[]
  /** how many lines the header takes */
  headerLines: number
  /** whether a quoted value goes over more than one line */
  hasLongRecords: boolean
}

/** Lines of JSON have no columns. */
export const noShape: Shape = { width: 0, names: [], headerLines: 0, hasLongRecords: false }

export const delimiterOf = (source: RowRules): string =>
  source.format === 'tsv' ? '\t' : (source.delimiter ?? ',')
export const isDelimited = (source: RowRules): boolean => source.format === 'csv' || source.format === 'tsv'
/** Whether a row is a list of cells rather than an object of JSON. */
export const hasCells = (source: RowRules): boolean => isDelimited(source) || source.format === 'fixed'
export const hasQuotes = (source: RowRules): boolean => source.format === 'csv' && source.quoted

/** How the engine stages a file: its lines as they stand; rows of Parquet as lines of JSON. One thread keeps the order. */
export function stagingOf(source: RowRules): Omit<FileLoad, 'path' | 'token'> {
  const settings = {
    max_threads: 1,
    max_insert_threads: 1,
    input_format_parallel_parsing: 0,
    input_format_parquet_preserve_order: 1,
    output_format_json_quote_decimals: 1,
    output_format_json_quote_64bit_integers: 1,
  }
  const number = 'rowNumberInAllBlocks() + 1'
  if (source.format === 'parquet')
    return {
      table: 'file_rows (load_seq, row, raw)',
      format: 'Parquet',
      structure: 'auto',
      select: `{load_seq:UInt64}, ${number}, formatRowNoNewline('JSONEachRow', *)`,
      settings,
    }
  const line = "if(startsWith(line, unhex('EFBBBF')), substring(line, 4), line)"
  const text = source.encoding === 'utf-8' ? line : `convertCharset(${line}, {encoding:String}, 'utf-8')`
  return {
    table: 'file_rows (load_seq, row, raw)',
    format: 'LineAsString',
    structure: 'line String',
    select: `{load_seq:UInt64}, ${number}, if(endsWith(${text}, char(13)), substring(${text}, 1, length(${text}) - 1), ${text})`,
    settings,
    params: source.encoding === 'utf-8' ? {} : { encoding: source.encoding },
  }
}

/** The records of a staged file: `row` (the line it starts at), `raw`. A quoted value may go over several lines. */
export function selectRecords(shape: Shape): string {
  const lines = `SELECT row, raw FROM file_rows WHERE load_seq = {staged:UInt64} AND row > ${shape.headerLines}`
  if (!shape.hasLongRecords) return `SELECT row, raw FROM (${lines}) WHERE trimBoth(raw) != ''`
  // a line with an odd number of quotes opens or closes a value; a record ends where all are closed
  return `SELECT min(line) AS row, arrayStringConcat(arrayMap(part -> part.2, arraySort(groupArray((line, text)))), char(10)) AS raw
FROM (
  SELECT line, text, sum(is_end) OVER (ORDER BY line ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS record
  FROM (
    SELECT row AS line, raw AS text, sum(countSubstrings(raw, '"')) OVER (ORDER BY row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) % 2 = 0 AS is_end
    FROM (${lines})
  )
)
GROUP BY record
HAVING trimBoth(raw) != ''`
}

/** The records with `cells` (csv, tsv, fixed) and `faults`: why a record is no row. */
export function selectRows(source: RowRules, shape: Shape, binder: Binder): string {
  const records = selectRecords(shape)
  const encoding = `if(isValidUTF8(raw), '', 'is not UTF-8; set the encoding of the source')`
  const keep = (faults: string[]) => `arrayFilter(fault -> fault != '', [${faults.join(', ')}])`
  if (source.fixed) return selectFixed(source.fixed, records, keep([encoding]), binder)
  if (!isDelimited(source)) {
    const json = `if(JSONType(raw) = 'Object', '', 'is not a JSON object (or holds a number beyond 64 bits that is not written as text)')`
    return `SELECT row, raw, [] AS cells, ${keep([encoding, json])} AS faults FROM (${records})`
  }
  const delimiter = binder.text(delimiterOf(source))
  const width = `multiIf(length(cells) < ${shape.width}, 'has too few columns: ' || toString(length(cells)) || ' instead of ${shape.width}', length(cells) > ${shape.width}, 'has too many columns: ' || toString(length(cells)) || ' instead of ${shape.width}', '')`
  if (!hasQuotes(source))
    return `SELECT row, raw, arrayMap(cell -> trimBoth(cell), splitByChar(${delimiter}, raw)) AS cells, ${keep([encoding, width])} AS faults FROM (${records})`
  const each = delimiterOf(source).replace(/[^A-Za-z0-9\t ]/g, '\\$&')
  const pattern = binder.text(`(?s)${each}("(?:[^"]|"")*"|[^${each}"][^${each}]*|)`)
  const parts = `if(position(raw, '"') = 0, splitByChar(${delimiter}, raw), extractAll(${delimiter} || raw, ${pattern}))`
  const cells = `arrayMap(part -> trimBoth(if(startsWith(part, '"'), replaceAll(substring(part, 2, length(part) - 2), '""', '"'), part)), parts)`
  // what the pattern could not take shows as missing length
  const quotes = `multiIf(position(raw, '"') = 0 OR arraySum(part -> length(part) + 1, parts) = length(raw) + 1, '', countSubstrings(raw, '"') % 2 = 1, 'opens a quote that is never closed', 'has text beside a quoted value')`
  const faults = keep([encoding, 'quotes', `if(quotes = '', ${width}, '')`])
  return `SELECT row, raw, cells, ${faults} AS faults FROM (SELECT row, raw, ${parts} AS parts, ${cells} AS cells, ${quotes} AS quotes FROM (${records}))`
}
