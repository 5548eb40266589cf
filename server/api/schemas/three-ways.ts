import { z } from '@hono/zod-openapi'
import { decimal, moment } from './common.ts'

/** Quantities in base units; amounts in the currency beside them, '' where there is no price or more than one currency. */
const way = z.object({
  way: z.enum(['ordered', 'moved', 'billed']),
  documents: z.array(
    z.object({
      system: z.string(),
      system_name: z.string(),
      /** its number and line */
      number: z.string(),
      /** what it is, where that is not plain: a direction, a kind of invoice */
      says: z.string(),
      /** signed: what came back and what was credited takes away */
      quantity: decimal,
      /** as stated, for `price_factor` base units; of goods that moved the order's; '' where nobody says */
      price: z.string(),
      price_factor: decimal,
      amount: z.string(),
      currency: z.string(),
      at: moment,
      trace_id: z.string(),
    }),
  ),
  /** there are more documents than are listed and summed: these are the newest */
  is_cut: z.boolean(),
  quantity: decimal,
  amount: z.string(),
  currency: z.string(),
  charges: decimal,
  tax: decimal,
  /** what it has more than the way before it; null for the first; no amount where the currencies differ */
  more: z.object({ quantity: decimal, amount: z.string() }).nullable(),
})

/** What was ordered, what was received or shipped, and what was billed or credited. */
export const threeWays = z
  .object({ order_type: z.enum(['sales', 'purchase']), unit: z.string(), ways: z.array(way) })
  .openapi('ThreeWays')
export type ThreeWays = z.infer<typeof threeWays>
