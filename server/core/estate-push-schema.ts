import { z } from 'zod'
import { duration, id } from './estate-parts.ts'
import { expression, variable } from './estate-pull-schema.ts'
import { rowsShape } from './estate-rows-schema.ts'

/** Variables that hold secrets, or with _FILE the paths of their files: a second one while it takes over from the first. */
export const secrets = z
  .array(variable)
  .min(1)
  .max(2, 'at most two: the one in use, and the one that takes over')
  .describe(
    'The variables that hold the secret, or with _FILE the path of its file; two while one takes over',
  )

/** What every source has that sends to us: how its messages become records, and records states and events. */
export const pushShape = {
  source: id,
  system: id,
  stale_after: duration.default(600_000).describe('A watermark older than this makes runs incomplete'),
  format: z
    .enum(['json', 'xml', 'form', 'text'])
    .default('json')
    .describe('What a body is; text is a record { text } of its own'),
  records: expression
    .optional()
    .describe(
      'What a body becomes: a record, or a list of records, by JSONata; $message has what came beside it (topic, headers); numbers with a point are text',
    ),
  ...rowsShape,
}

/** A message that names only the key of what has changed: that key is fetched from a source that we pull. */
export const notify = z.strictObject({
  source: id.describe('A pulled source that can be asked for one key: rest with `one`, or odata'),
  key: expression.describe(
    'Where the key stands in a body, such as data.SalesOrder; may give several, and of odata objects, such as { "Plant": data.Plant, "Material": data.Material }',
  ),
})

export type PushConfig = z.infer<z.ZodObject<typeof pushShape>>
export type NotifyConfig = z.infer<typeof notify>
