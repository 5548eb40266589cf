import type { CaseRow } from './exception-rows.ts'
import type { ExceptionRow } from './schemas/exceptions.ts'

const csvColumns = [
  'number',
  'state',
  'status',
  'severity',
  'plant',
  'check',
  'key',
  'class_title',
  'cause_title',
  'item',
  'order_no',
  'left_system',
  'left_value',
  'right_system',
  'right_value',
  'difference',
  'unit',
  'amount',
  'currency',
  'amount_reporting',
  'amount_plant',
  'plant_currency',
  'team',
  'assignee',
  'acknowledge_due',
  'resolve_due',
  'since',
  'opened_at',
  'closed_at',
] as const satisfies (keyof ExceptionRow)[]

/** RFC 4180: a header row, then all cases; each part is read when the one before it has been taken. */
export function writeCsv(
  parts: AsyncGenerator<CaseRow[]>,
  toRow: (row: CaseRow) => ExceptionRow,
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder()
  return new ReadableStream({
    start: (out) => out.enqueue(encoder.encode(`${csvColumns.join(',')}\r\n`)),
    async pull(out) {
      const { done, value } = await parts.next()
      if (done) out.close()
      else out.enqueue(encoder.encode(value.map((row) => writeLine(toRow(row))).join('')))
    },
    cancel: async () => void (await parts.return(undefined)),
  })
}

const writeLine = (row: ExceptionRow): string =>
  `${csvColumns.map((column) => writeCell(row[column])).join(',')}\r\n`

/** A text that a spreadsheet would take for a formula is marked as text. */
function writeCell(value: string | number | null): string {
  const text = value === null ? '' : String(value)
  const safe = /^[=+\-@\t\r\n]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
