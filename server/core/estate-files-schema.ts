import { z } from 'zod'
import { duration, id, words } from './estate-parts.ts'
import { oneChar, rowsShape } from './estate-rows-schema.ts'

export const filesSource = z.strictObject({
  source: id,
  kind: z.literal('files'),
  system: id,
  folder: words.describe('Relative to the estate file; ${NAME} is taken from the environment'),
  pattern: words
    .regex(/^[^/\\]+$/, 'the name of files in the folder, such as Purchase*.csv, without a path')
    .describe('Which files of the folder, such as Purchase*.csv; * is any text, ? any character'),
  format: z
    .enum(['csv', 'tsv', 'jsonl', 'parquet'])
    .describe('csv: delimited text with quotes; tsv: split at tabs, no quotes; jsonl: a JSON object a line'),
  header: z.boolean().default(true).describe('csv and tsv: the first line names the columns'),
  delimiter: oneChar
    .regex(/^[^"\r\n]$/, 'one character that is neither a quote nor a line end')
    .optional()
    .describe('csv: a comma when absent'),
  quoted: z.boolean().default(true).describe('csv: quotes enclose values; false when they are ordinary'),
  encoding: z.enum(['utf-8', 'windows-1252', 'iso-8859-1', 'iso-8859-15', 'windows-1250']).default('utf-8'),
  mode: z
    .enum(['snapshot', 'delta'])
    .default('snapshot')
    .describe('snapshot: what a newer file no longer holds is deleted; delta: files add and change'),
  replaces: z
    .enum(['itself', 'all'])
    .default('itself')
    .describe(
      'Snapshots only. itself: each file is a whole of its own, and its newer version replaces it; all: each new file replaces every earlier one, as dated exports do. A file that is taken away deletes nothing.',
    ),
  poll: duration.default(30_000),
  stale_after: duration.default(300_000),
  watermark: z
    .enum(['polled', 'modified'])
    .default('polled')
    .describe(
      'polled: the folder as last looked at is the whole truth; modified: only up to when the newest file was written',
    ),
  ...rowsShape,
})
