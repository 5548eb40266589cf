import { z } from 'zod'
import { timeZone, words } from './estate-parts.ts'
import { entityNames } from './model.ts'

const columnNumber = z.int().min(1, 'a column number from 1').transform(String)
const constant = z.union([z.string(), z.number(), z.boolean()]).transform(String)
export const oneChar = z.string().length(1, 'one character')

/** A rule written out. Exactly one of column, const and join makes the value; the others say how to read it. */
const writtenRule = z
  .strictObject({
    column: z
      .union([words, columnNumber])
      .optional()
      .describe(
        'A column by its name or its number from 1; in JSON lines and Parquet a path such as lines[0].qty',
      ),
    const: constant.optional().describe('The same value for every row'),
    join: z
      .array(z.union([words, columnNumber]))
      .min(2, 'two or more columns')
      .optional()
      .describe('The parts of a key; a row that lacks one of them has no value'),
    with: z.string().max(5).optional().describe('What stands between the parts; / when absent'),
    format: words
      .optional()
      .describe('How a time is written, as a Joda pattern such as dd.MM.yyyy HH:mm; ISO 8601 when absent'),
    time_zone: timeZone
      .optional()
      .describe("The zone of times that don't name theirs; the plant's when absent"),
    decimal: z.enum(['.', ',']).optional().describe('The decimal sign; a point when absent'),
    thousands: oneChar.optional().describe('The sign between groups of three digits; none when absent'),
    map: z
      .record(z.string(), constant)
      .optional()
      .describe('What a value becomes; "*" is for all others, which are rejected without it'),
  })
  .superRefine((rule, context) => {
    const say = (message: string, path: string[] = []) =>
      context.addIssue({ code: 'custom', message, path, input: rule })
    const made = (['column', 'const', 'join'] as const).filter((name) => rule[name] !== undefined)
    if (made.length !== 1) say(`exactly one of column, const and join${made.length ? `, not ${made}` : ''}`)
    if (rule.with !== undefined && !rule.join) say('with only beside join', ['with'])
    for (const name of ['format', 'time_zone', 'decimal', 'thousands'] as const)
      if (rule[name] !== undefined && rule.column === undefined) say(`${name} only beside column`, [name])
    if (rule.map && rule.const !== undefined) say('map only beside column or join', ['map'])
    if (rule.thousands !== undefined && rule.thousands === (rule.decimal ?? '.'))
      say('another sign than the decimal sign', ['thousands'])
  })

/** How one column of a state or event is made from a row of a file; a bare name or number is a column. */
export const columnRule = z.union([
  words.transform((column): ColumnRule => ({ column })),
  columnNumber.transform((column): ColumnRule => ({ column })),
  writtenRule.transform((rule): ColumnRule => rule),
])
export type ColumnRule = z.infer<typeof writtenRule>

const fields = z.record(z.string(), columnRule)

/** How rows become states and events; the same for whatever is read in rows. */
export const rowsShape = {
  plant: columnRule
    .optional()
    .describe('The plant of a row; may be absent when the system serves exactly one'),
  states: z
    .partialRecord(z.enum(entityNames as [string, ...string[]]), fields)
    .default({})
    .describe(
      'Per entity its columns; also occurred_at (when absent: when the file was written) and deleted',
    ),
  events: z
    .array(
      z.strictObject({ type: words, key: columnRule, occurred_at: columnRule, id: columnRule.optional() }),
    )
    .default([])
    .describe(
      'Events of the type, one per row; without an id, rows of the same plant, key and moment are one event',
    ),
}

export type RowsConfig = z.infer<z.ZodObject<typeof rowsShape>>
