import { z } from '@hono/zod-openapi'
import { moment } from './common.ts'

/** A list somebody keeps under a name. */
export const savedView = z.object({
  slug: z.string(),
  name: z.string(),
  owner: z.string(),
  /** others see it too; only its owner changes it */
  shared: z.boolean(),
  /** the filters, as they stand in an address */
  query: z.string(),
  at: moment,
  /** the list this person starts with */
  is_start: z.boolean(),
})

export const savedViews = z.object({ views: z.array(savedView) }).openapi('SavedViews')

const name = z.string().trim().min(1).max(60)
const query = z
  .string()
  .max(2000)
  .regex(/^[\w.~%+&=*:,-]*$/)
  .openapi({ description: 'As after the question mark of the address, without it' })

export const viewGiven = z.object({ name, query, shared: z.boolean().default(false) })

export const viewChange = z.object({
  name: name.optional(),
  query: query.optional(),
  shared: z.boolean().optional(),
  /** taken away for everybody */
  deleted: z.literal(true).optional(),
  /** whether whoever asks starts with it */
  start: z.boolean().optional(),
})

export type SavedView = z.infer<typeof savedView>
export type SavedViews = z.infer<typeof savedViews>
export type ViewGiven = z.input<typeof viewGiven>
export type ViewChange = z.input<typeof viewChange>
