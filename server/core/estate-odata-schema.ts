import { z } from 'zod'
import { timeZone, words } from './estate-parts.ts'
import { address, cursor, pullShape } from './estate-pull-schema.ts'

/** A property, or one of what a navigation leads to: to_Item/Material. */
const property = z
  .string('the name of a property, such as Material or to_Item/Material')
  .regex(/^[\p{L}_][\p{L}\p{N}_]*(\/[\p{L}_][\p{L}\p{N}_]*)*$/u, 'the name of a property, such as Material')
const expanded = z
  .string('the name of a navigation')
  .regex(/^[\p{L}_][\p{L}\p{N}_/]*(\(.+\))?$/u, 'the name of a navigation, such as to_Item')

export const odataSource = z.strictObject({
  ...pullShape,
  kind: z.literal('odata'),
  url: address.describe('The root of the service, without $metadata'),
  version: z
    .union([z.literal(2), z.literal(4)], '2 or 4')
    .optional()
    .describe('The version of the protocol; what $metadata says when absent'),
  set: words.describe('The set that is read, such as A_SalesOrder'),
  key: z
    .array(property)
    .min(1)
    .optional()
    .describe('What items are ordered by beside the cursor; the key of $metadata when absent'),
  one: z
    .array(property)
    .length(1, 'the one property')
    .optional()
    .describe(
      'What a key is that `notify` of another source names, where it is not the key of $metadata: an order of a set of its items',
    ),
  select: z
    .array(property)
    .min(1)
    .optional()
    .describe('The properties that are asked for; all when absent. Of what is expanded: to_Item/Material'),
  expand: z.array(expanded).default([]).describe('The navigations that are followed'),
  filter: z
    .string()
    .min(1)
    .max(4_000)
    .optional()
    .describe('What is asked for at all, as $filter; the cursor is put beside it'),
  query: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String))
    .default({})
    .describe('Other parameters, such as sap-client'),
  headers: z.record(z.string(), z.string()).default({}).describe('Headers that are no secret'),
  changes: z
    .enum(['filter', 'delta_link'])
    .default('filter')
    .describe(
      'How it is told what is new: filter asks for what is newer than the cursor; delta_link goes on from where the service said, which knows of deletions too (V4)',
    ),
  cursor: cursor
    .extend({
      or: property
        .optional()
        .describe(
          'Counts where the field is empty, such as CreationDate of what was never changed; it is asked for by itself',
        ),
    })
    .optional(),
  time_zone: timeZone
    .optional()
    .describe(
      "The zone of dates and times that don't name theirs (Edm.DateTime); that of the row's plant when absent",
    ),
  paging: z
    .enum(['server', 'keyset', 'skip'])
    .optional()
    .describe(
      'Who pages. server (V4 when absent): the service, and its links are followed; keyset (V2 when absent): pages go on from the last value; skip: by $skip alone, where the service can neither page nor compare',
    ),
  page_size: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .describe('How many items are asked for at once; a service may give fewer'),
  count: z
    .boolean()
    .default(true)
    .describe('Whether the service is asked how many there are: a snapshot that has fewer is not taken'),
})

export type OdataSourceConfig = z.infer<typeof odataSource>
