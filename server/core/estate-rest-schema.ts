import { z } from 'zod'
import { words } from './estate-parts.ts'
import { address, cursor, expression, pullShape } from './estate-pull-schema.ts'

const size = z.int().min(1).max(100_000)
const parameter = words.describe('The name of the parameter')

/** How one answer leads to the next. */
const paging = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('none').describe('One answer has it all') }),
  z.strictObject({
    by: z.literal('page').describe('A number of the page; a page that is not full is the last'),
    page: parameter.default('page'),
    first: z.int().min(0).default(1),
    limit: parameter.default('per_page'),
    size: size.default(500),
  }),
  z.strictObject({
    by: z.literal('offset').describe('How many to leave out; a page that is not full is the last'),
    offset: parameter.default('offset'),
    limit: parameter.default('limit'),
    size: size.default(500),
  }),
  z.strictObject({
    by: z.literal('cursor').describe('A token in the answer, given back in a parameter'),
    next: expression.describe('Where it stands in the answer, such as meta.next_cursor'),
    cursor: parameter.default('cursor'),
    limit: parameter.optional(),
    size: size.optional(),
  }),
  z.strictObject({ by: z.literal('link').describe('The header Link, rel="next" (RFC 8288)') }),
  z.strictObject({
    by: z.literal('next').describe('An address in the answer, such as nextRecordsUrl of Salesforce'),
    next: expression,
  }),
  z.strictObject({
    by: z
      .literal('keyset')
      .describe('The last key of a page, given back; a page that is not full is the last'),
    field: words.describe('The key by which the answer is sorted'),
    after: parameter.describe('The parameter that takes the last key'),
    limit: parameter.default('limit'),
    size: size.default(500),
  }),
])

export const restSource = z.strictObject({
  ...pullShape,
  kind: z.literal('rest'),
  url: address.describe('Where the list is'),
  query: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .describe(
      'Parameters; {cursor} stands for where to go on, and a parameter with it is left out at the beginning',
    ),
  headers: z.record(z.string(), z.string()).default({}).describe('Headers that are no secret'),
  format: z.enum(['json', 'xml']).default('json'),
  items: expression.optional().describe('Where the list stands in an answer; the answer itself when absent'),
  total: expression
    .optional()
    .describe('Where an answer says how many there are in all: a snapshot that has fewer is not taken'),
  cursor: cursor
    .extend({
      written: z
        .enum(['iso', 'epoch_ms', 'epoch_s'])
        .default('iso')
        .describe('How a moment is written in a parameter'),
      sorted: z
        .boolean()
        .default(false)
        .describe(
          'Whether items come sorted by the field: then a fetch that breaks off goes on where it was',
        ),
    })
    .optional(),
  paging: paging.default({ by: 'none' }),
  one: address
    .refine((text) => text.includes('{key}') || text.includes('%7Bkey%7D'), 'an address with {key} in it')
    .optional()
    .describe('Where one record is, by its key: what a key-only notification asks for, with {key} in it'),
})

export type RestSourceConfig = z.infer<typeof restSource>
export type Paging = z.infer<typeof paging>
