import { z } from '@hono/zod-openapi'
import { sourceKinds } from '../../core/estate-schema.ts'
import { moment, status } from './common.ts'

export const sourceList = z
  .object({
    as_of: moment,
    sources: z.array(
      z.object({
        source: z.string(),
        kind: z.enum(sourceKinds),
        system: z.string(),
        system_name: z.string(),
        plant: z.string(),
        status,
        /** up to when it says to be complete */
        watermark: moment.nullable(),
        /** where it is held while its own word is not believed, and why */
        held_to: moment.nullable(),
        held_because: z.string(),
        lag_s: z.number().nullable(),
        stale_after_s: z.number(),
        last_received_at: moment.nullable(),
        rows_24h: z.number(),
        rejected_24h: z.number(),
        detail: z.string(),
      }),
    ),
    files: z.array(
      z.object({
        source: z.string(),
        path: z.string(),
        read_at: moment,
        modified_at: moment,
        bytes: z.number(),
        rows: z.number(),
        rejected: z.number(),
        outcome: z.enum(['ok', 'failed']),
        reason: z.string(),
      }),
    ),
    spool: z.object({
      waiting_segments: z.number(),
      waiting_bytes: z.number(),
      oldest_s: z.number(),
      /** why nothing more is taken; empty when it is */
      refusing: z.string(),
    }),
  })
  .openapi('SourceList')
/** `-` asks for messages without a code, of no source, of no plant. */
const quarantineScope = {
  plant: z.string().max(100).default(''),
  from: z.iso.datetime().optional().openapi({ description: 'Received from then on; all when absent' }),
  to: z.iso.datetime().optional().openapi({ description: 'Received before then; up to now when absent' }),
}
export const reasonsQuery = z.object(quarantineScope)
export const quarantineQuery = z.object({
  ...quarantineScope,
  code: z.string().max(200).default('').openapi({ description: 'A rule that was broken; all when absent' }),
  source: z.string().max(200).default(''),
  kind: z.string().max(100).default(''),
  limit: z.coerce.number<string | number>().int().min(1).max(1000).default(100),
  offset: z.coerce.number<string | number>().int().min(0).max(1_000_000).default(0),
})
export const quarantineReasons = z
  .object({
    as_of: moment,
    /** messages; one that broke several rules counts in a row for each */
    total: z.number(),
    rows: z.array(
      z.object({
        /** the rule that was broken; `-` for none that is named */
        code: z.string(),
        kind: z.string(),
        source: z.string(),
        messages: z.number(),
        newest_at: moment,
        plants: z.array(z.string()),
      }),
    ),
  })
  .openapi('QuarantineReasons')
export const quarantineList = z
  .object({
    as_of: moment,
    total: z.number(),
    rows: z.array(
      z.object({
        received_at: moment,
        source: z.string(),
        kind: z.string(),
        system: z.string(),
        plant: z.string(),
        flow: z.string(),
        stage: z.string(),
        partner: z.string(),
        message_id: z.string(),
        where: z.string(),
        reasons: z.array(z.string()),
        /** one for each reason: the rule that was broken */
        codes: z.array(z.string()),
        body: z.string(),
      }),
    ),
  })
  .openapi('QuarantineList')
export const searchResult = z
  .object({
    q: z.string(),
    results: z.array(
      z.object({
        kind: z.enum([
          'exception',
          'trace',
          'key',
          'item',
          'lot',
          'partner',
          'order',
          'shipment',
          'invoice',
          'movement',
        ]),
        id: z.string(),
        title: z.string(),
        detail: z.string(),
        href: z.string(),
      }),
    ),
  })
  .openapi('SearchResult')
export type SourceList = z.infer<typeof sourceList>
export type QuarantineReasons = z.infer<typeof quarantineReasons>
export type QuarantineList = z.infer<typeof quarantineList>
export type SearchResult = z.infer<typeof searchResult>
