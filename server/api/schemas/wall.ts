import { z } from '@hono/zod-openapi'
import { decimal, moment, scopeQuery, status } from './common.ts'
import { tile } from './overview.ts'

export const wallQuery = scopeQuery.extend({
  flow: z.string().optional().openapi({ description: 'Only this flow and its checks; all when absent' }),
})

/** What a screen on a wall shows: an overview that can be read from five metres. */
export const wall = z
  .object({
    as_of: moment,
    /** of the dashboard that is served: another one than the screen has means that it should load itself again */
    build: z.string(),
    currency: z.string(),
    sentence: z.object({ status, lead: z.string(), rest: z.string() }),
    tiles: z.array(
      tile.pick({
        tile: true,
        label: true,
        kind: true,
        value: true,
        money: true,
        partial: true,
        unit: true,
        status: true,
        detail: true,
      }),
    ),
    /** plants; of one plant alone its hand-offs and checks */
    rows_of: z.enum(['plants', 'places']),
    rows: z.array(
      z.object({
        row: z.string(),
        name: z.string(),
        status,
        /** the worst of now, in words */
        worst: z.string(),
        cases: z.number().nullable(),
        amount: decimal.nullable(),
      }),
    ),
    /** what runs out next; null when no clock runs */
    deadline: z
      .object({
        number: z.number(),
        plant: z.string(),
        plant_name: z.string(),
        title: z.string(),
        /** acknowledge or resolve by */
        kind: z.enum(['acknowledge', 'resolve']),
        due_at: moment,
        cases: z.number(),
        amount: decimal,
        owner: z.string(),
      })
      .nullable(),
    /** cases whose clock has run out */
    late: z.number(),
    /** sources of the scope that are silent, longest first */
    stale: z.array(z.object({ label: z.string(), plant: z.string(), lag_s: z.number().nullable() })),
    /** since when no source of the scope has said anything that is recent enough; null while one has */
    silent_since: moment.nullable(),
  })
  .openapi('Wall')
export type Wall = z.infer<typeof wall>
