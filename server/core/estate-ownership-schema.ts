import { z } from 'zod'
import { decimal, id, oneOrMany, words } from './estate-parts.ts'

/** Who works on a case. The first rule counts of which all that it names fits; without one the check's own team. */
export const ownershipRule = z.strictObject({
  check: oneOrMany(id).optional(),
  plant: oneOrMany(id).optional(),
  region: oneOrMany(words).optional().describe('Of the plant'),
  flow: oneOrMany(id).optional(),
  class: oneOrMany(words).optional().describe('A class of differences, as its check names it'),
  cause: oneOrMany(words).optional().describe('The name of a file in sql/causes'),
  least_amount: decimal.optional().describe('In the reporting currency'),
  team: id,
})

export type OwnershipRule = z.infer<typeof ownershipRule>
