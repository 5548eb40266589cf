import { z } from 'zod'
import { duration, id, words } from './estate-parts.ts'
import { address, expression, variable } from './estate-pull-schema.ts'
import { oneChar, rowsShape } from './estate-rows-schema.ts'

const from = z.int().min(1, 'a position from 1').describe('The first character, counted from 1')
const length = z.int().min(1).max(10_000).describe('How many characters')
const fixedColumns = z.record(
  words,
  z.strictObject({
    start: from,
    length,
    trim: z.enum(['both', 'end', 'none']).default('both').describe('Where blanks do not count'),
    decimals: z
      .int()
      .min(1)
      .max(6)
      .optional()
      .describe('A number without a point, of which so many digits stand behind it: 1250 is 12.50'),
  }),
)

/** Lines whose values stand in places. */
const fixed = z.strictObject({
  skip: z.int().min(0).max(1000).default(0).describe('So many lines at the beginning are no records'),
  columns: fixedColumns.optional().describe('Where all lines are of one type: its columns by name'),
  type: z.strictObject({ start: from, length }).optional().describe('Where a line says of which type it is'),
  records: z
    .record(words, fixedColumns)
    .optional()
    .describe('The columns of each type; lines of other types are passed over'),
  item: words
    .optional()
    .describe('The type whose lines are the rows; they have the columns of the last line of each other type'),
})

/** A bucket that speaks S3. Its credentials are in the environment. */
const bucket = z.strictObject({
  endpoint: address
    .optional()
    .describe(
      'Where the service is, such as https://minio.example.com; that of AWS in the region when absent',
    ),
  region: words.default('us-east-1'),
  bucket: words.regex(/^[A-Za-z0-9][A-Za-z0-9._-]{1,62}$/, 'the name of a bucket'),
  prefix: z
    .string()
    .regex(/^([^/].*\/)?$/, 'a folder such as export/, or nothing')
    .default(''),
  access_key_from: variable.describe('The variable that holds the id of the key, or with _FILE its file'),
  secret_key_from: variable.describe('The variable that holds the key, or with _FILE its file'),
  session_token_from: variable.optional(),
  path_style: z
    .boolean()
    .default(false)
    .describe('The bucket stands in the path, as most servers inside want it, rather than in the host'),
  timeout: duration.default(30_000).describe('How long an answer, or the next part of one, may take'),
  retries: z.int().min(0).max(10).default(4),
})

const formats = ['csv', 'tsv', 'jsonl', 'parquet', 'fixed', 'xml', 'x12', 'edifact'] as const

export const filesSource = z.strictObject({
  source: id,
  kind: z.literal('files'),
  preset: words
    .optional()
    .describe('A mapping that comes with Plumbline, such as x12.856; what is written here counts before it'),
  system: id,
  folder: words
    .optional()
    .describe('Relative to the estate file; ${NAME} is taken from the environment. Or a bucket'),
  bucket: bucket.optional(),
  recursive: z.boolean().default(false).describe('Also the files of folders below'),
  pattern: words
    .regex(/^[^/\\]+$/, 'the name of files in the folder, such as Purchase*.csv, without a path')
    .describe('Which files of the folder, such as Purchase*.csv; * is any text, ? any character'),
  done: words
    .regex(/^(?=.*\{(name|stem)\})[^/\\]+$/, "the name of a marker with {name} in it, such as '{name}.done'")
    .optional()
    .describe(
      'A file is read only once this one lies beside it; {name} is its name, {stem} that without its ending',
    ),
  after: z
    .union([
      z.enum(['keep', 'delete']),
      z.strictObject({
        move: words.regex(/^(?!\/)(?!.*\.\.)[^\\]+$/, 'a folder below that of the source, such as archive/'),
      }),
    ])
    .default('keep')
    .describe('What becomes of a file, and of its marker, once all of it is in the store'),
  format: z
    .enum(formats)
    .describe(
      'csv: delimited text with quotes; tsv: split at tabs, no quotes; jsonl: a JSON object a line; fixed: values in places of a line; xml: elements, such as those of an IDoc; x12, edifact: interchanges',
    ),
  header: z.boolean().default(true).describe('csv and tsv: the first line names the columns'),
  delimiter: oneChar
    .regex(/^[^"\r\n]$/, 'one character that is neither a quote nor a line end')
    .optional()
    .describe('csv: a comma when absent'),
  quoted: z.boolean().default(true).describe('csv: quotes enclose values; false when they are ordinary'),
  fixed: fixed.optional(),
  item: words
    .regex(/^[^/\s]+(\/[^/\s]+)*$/, 'a path of elements, such as IDOC/E1EDP01')
    .optional()
    .describe(
      'xml: the elements that are records, by the end of their path; each has beside its own what stood before it in those around it, under parents',
    ),
  records: expression
    .optional()
    .describe(
      'xml, x12 and edifact: what each element or line becomes, by JSONata: a record, or a list of records; without an item, what the whole document does',
    ),
  edi: z
    .strictObject({
      messages: z
        .array(words)
        .min(1)
        .optional()
        .describe('The types whose lines are read, such as 856 or DESADV; all that are known when absent'),
      acknowledge_within: duration
        .optional()
        .describe('How soon each interchange must be acknowledged by its receiver; none need be when absent'),
      remember: duration
        .default(365 * 86_400_000)
        .describe('How long a control number may not come again with other content'),
    })
    .prefault({}),
  encoding: z
    .enum(['utf-8', 'windows-1252', 'iso-8859-1', 'iso-8859-15', 'windows-1250'])
    .default('utf-8')
    .describe('Of text; XML and EDIFACT say it themselves'),
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
  stale_after: duration.default(300_000).describe('A watermark older than this makes runs incomplete'),
  watermark: z
    .enum(['polled', 'modified'])
    .default('polled')
    .describe(
      'polled: the folder as last looked at is the whole truth; modified: only up to when the newest file was written',
    ),
  ...rowsShape,
})

export type FixedConfig = z.infer<typeof fixed>
export type BucketConfig = z.infer<typeof bucket>
