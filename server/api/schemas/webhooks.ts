import { z } from '@hono/zod-openapi'

export const delivered = z.object({ taken: z.literal(true) }).openapi('Delivered')
