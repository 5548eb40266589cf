import { z } from 'zod'
import { age, duration, id, words } from './estate-parts.ts'
import { entityNames, entityOf } from './model.ts'
import { describeUnsafe } from './safe-pattern.ts'

/** Entities that a value can name: their key is one column. */
export const referable = entityNames.filter((name) => entityOf(name).key.length === 1)

const fieldWords =
  'an attribute such as subject or partner, or a path such as data.order or data.lines[].item'
const fieldPath = z
  .string(fieldWords)
  .max(200, 'at most 200 characters')
  .regex(/^([a-z0-9]+|data(\.[A-Za-z_][\w-]*(\[\])?)+)$/, fieldWords)

const pattern = words.superRefine((text, context) => {
  const fault = describeUnsafe(text)
  if (fault) context.addIssue({ code: 'custom', message: fault, input: text })
})

const versionWords = 'a version such as 2 or "2.1"; put it in quotes if it has a point'
const version = z
  .union([z.int(), z.string()], versionWords)
  .transform(String)
  .refine((text) => /^\d{1,9}(\.\d{1,9}){0,3}$/.test(text), versionWords)

const limitWords = 'a decimal such as -5 or 0.5, with at most 6 places'
const limit = z
  .union([z.string(), z.number()], limitWords)
  .transform(String)
  .refine((text) => /^-?\d{1,18}(\.\d{1,6})?$/.test(text), limitWords)

const length = z
  .int('a whole number from 0 to 400')
  .min(0, 'a whole number from 0 to 400')
  .max(400, 'a whole number from 0 to 400')
const zone = z.enum(['required', 'any'])
const severity = z.enum(['break', 'deviate'])
const date = z.iso.date('a date such as 2026-01-31')

const field = z.strictObject({
  path: fieldPath.describe(
    'An attribute of the event, or where the value stands in its data; [] is every row',
  ),
  type: z.enum(['text', 'integer', 'decimal', 'boolean', 'moment', 'date']).default('text'),
  required: z.boolean().default(false).describe('Of rows: there is one at least, and each has it'),
  values: z.array(words).min(1).optional(),
  pattern: pattern
    .optional()
    .describe('A regular expression that is found in the text; ^ and $ hold the whole of it'),
  min: limit.optional(),
  max: limit.optional(),
  min_length: length.optional(),
  max_length: length.optional(),
  unit: fieldPath
    .optional()
    .describe(
      'The field beside it with the unit of this number, which must be one of the estate; min and max are then in its base unit',
    ),
  zone: zone.optional().describe('Whether a moment names its zone; as in time when absent'),
  reference: z
    .enum(['plants', ...referable])
    .optional()
    .describe(
      'plants: it is a plant of this estate. An entity: it is the key of a record that some system must have stated',
    ),
  severity: severity
    .default('break')
    .describe('break: the message goes to quarantine; deviate: it is let in and counted'),
})

/** What messages of one event type must look like, in one version. */
export const contract = z.strictObject({
  event: words.describe('The CloudEvents type'),
  flow: id.optional().describe('The flow of events that reach no stage of one'),
  version: version.prefault(1),
  version_from: fieldPath
    .optional()
    .describe('Where a message states its version; of a dataschema its last part counts. Absent: the newest'),
  deprecated: date.optional().describe('Messages of this version that occur from this day on deviate'),
  retired: date.optional().describe('Messages of this version that occur from this day on break'),
  time: z
    .strictObject({
      zone: zone.default('required').describe('Whether moments name their zone'),
      allowed_skew: duration.optional().describe('How far ahead it may be stamped; the estate’s when absent'),
      latest_age: age.optional().describe('How old it may be; the allowed_age of the estate when absent'),
    })
    .prefault({}),
  additional: z
    .enum(['allow', 'deviate', 'break'])
    .default('allow')
    .describe('What fields of data mean that no path names'),
  fields: z.array(field).default([]),
})

export type ContractConfig = z.infer<typeof contract>
export type FieldConfig = z.infer<typeof field>
