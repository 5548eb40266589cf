import { z } from 'zod'
import { words } from './estate-parts.ts'
import { describeUnsafe } from './safe-pattern.ts'

/** What is personal where an estate says nothing: as messages and spans usually name it. */
const usualFields = [
  '*.email',
  '*.e_mail',
  '*.phone',
  '*.telephone',
  '*.mobile',
  '*.fax_number',
  '*.iban',
  '*.date_of_birth',
  '*.first_name',
  '*.last_name',
  '*.full_name',
  'customer.name',
  'contact.*',
  'ship_to.*',
  'bill_to.*',
  'enduser.*',
  'user.name',
]

export const formNames = ['email', 'phone', 'iban'] as const

const fieldWords = 'a path such as customer.email, *.phone or ship_to.*'
const field = z
  .string(fieldWords)
  .max(200, 'at most 200 characters')
  .regex(/^(\*\.)?[A-Za-z_][\w-]*(\.(\*|[A-Za-z_][\w-]*))*$/, fieldWords)

const own = z.strictObject({
  name: words.describe('The kind of datum, as it is shown in its place'),
  pattern: words.superRefine((text, context) => {
    const fault = describeUnsafe(text)
    if (fault) context.addIssue({ code: 'custom', message: fault, input: text })
  }),
})

/** What of messages and spans is about people: seen by who may, masked for everybody else. */
export const personal = z
  .strictObject({
    fields: z
      .array(field)
      .default(usualFields)
      .describe(
        'Paths in messages and names of attributes, wherever they end so; * is any one name. What stands below is personal too',
      ),
    patterns: z
      .array(z.union([z.enum(formNames), own]))
      .default([...formNames])
      .describe('What is personal wherever it stands: a form known by name, or a regular expression'),
  })
  .prefault({})
  .describe('What is about people, and masked for who may only read')

export type PersonalConfig = z.infer<typeof personal>
