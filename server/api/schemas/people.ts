import { z } from '@hono/zod-openapi'

export const people = z.object({ people: z.array(z.string()) }).openapi('People')
export type People = z.infer<typeof people>
