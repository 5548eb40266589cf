import { z } from '@hono/zod-openapi'
import { moment, status } from './common.ts'

export const sourceList = z
  .object({
    as_of: moment,
    sources: z.array(
      z.object({
        source: z.string(),
        kind: z.enum(['events', 'files']),
        system: z.string(),
        system_name: z.string(),
        plant: z.string(),
        status,
        watermark: moment.nullable(),
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
    spool: z.object({ waiting_segments: z.number(), waiting_bytes: z.number(), oldest_s: z.number() }),
  })
  .openapi('SourceList')
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
        message_id: z.string(),
        where: z.string(),
        reasons: z.array(z.string()),
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
        kind: z.enum(['exception', 'trace', 'key', 'item']),
        id: z.string(),
        title: z.string(),
        detail: z.string(),
        href: z.string(),
      }),
    ),
  })
  .openapi('SearchResult')
export type SourceList = z.infer<typeof sourceList>
export type QuarantineList = z.infer<typeof quarantineList>
export type SearchResult = z.infer<typeof searchResult>
