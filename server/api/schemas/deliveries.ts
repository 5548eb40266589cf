import { z } from '@hono/zod-openapi'
import { alertSeverities } from '../../core/alert.ts'
import { deliveryOutcomes } from '../../core/delivery-info.ts'
import { rowNumber } from '../../core/row-number.ts'
import { decimal, moment } from './common.ts'

const alertStatus = z.enum(['firing', 'acknowledged', 'resolved'])
/** How a delivery stands; `waiting` has not been tried, or waits for the try that a person asked for. */
const standing = z.enum(['waiting', 'delivered', 'retry', 'given_up', 'disabled', 'skipped'])

export const receiverList = z
  .object({
    as_of: moment,
    rows: z.array(
      z.object({
        receiver: z.string(),
        kind: z.string(),
        /** the host that is called, or the mailboxes */
        target: z.string(),
        send_resolved: z.boolean(),
        allow_private: z.boolean(),
        /** keys it signs with; two while one takes over from the other, none where nothing is signed */
        keys: z.number(),
        /** idle: it was never told anything */
        state: z.enum(['ok', 'retrying', 'disabled', 'idle']),
        /** since when it is not ok */
        since: moment.nullable(),
        next_at: moment.nullable(),
        reason: z.string(),
        /** the notification that its line stands at */
        head_sequence: z.string().nullable(),
        waiting: z.number(),
        last_delivered_at: moment.nullable(),
        delivered_24h: z.number(),
        given_up_24h: z.number(),
      }),
    ),
  })
  .openapi('ReceiverList')

export const deliveryQuery = z.object({
  receiver: z.string().max(64).default('').openapi({ description: 'All when absent' }),
  outcome: z
    .enum(['', 'open', ...standing.options])
    .default('')
    .openapi({ description: 'open: all that will be tried yet; all when absent' }),
  from: z.iso
    .datetime()
    .optional()
    .openapi({ description: 'Of which something happened since then; a month when absent' }),
  limit: z.coerce.number<string | number>().int().min(1).max(1000).default(100),
  offset: z.coerce.number<string | number>().int().min(0).max(1_000_000).default(0),
})

const deliveryRow = z.object({
  receiver: z.string(),
  sequence: z.string(),
  /** the same in every attempt */
  id: z.string(),
  status: alertStatus,
  is_test: z.boolean(),
  created_at: moment,
  /** of its first alert */
  title: z.string(),
  plant: z.string(),
  path: z.string(),
  alerts: z.number(),
  outcome: standing,
  attempts: z.number(),
  last_at: moment.nullable(),
  /** what the receiver answered last; 0 when it did not */
  status_code: z.number(),
  answer: z.string(),
  next_at: moment.nullable(),
  reason: z.string(),
})
export const deliveryList = z
  .object({ as_of: moment, total: z.number(), rows: z.array(deliveryRow) })
  .openapi('DeliveryList')

export const deliveryDetail = z
  .object({
    as_of: moment,
    receiver: z.string(),
    sequence: z.string(),
    id: z.string(),
    status: alertStatus,
    is_test: z.boolean(),
    group_key: z.string(),
    created_at: moment,
    currency: z.string(),
    /** later ones about the same group: this one is not the last word */
    later: z.number(),
    alerts: z.array(
      z.object({
        fingerprint: z.string(),
        status: alertStatus,
        severity: z.enum(alertSeverities),
        plant: z.string(),
        flow: z.string(),
        team: z.string(),
        title: z.string(),
        summary: z.string(),
        starts_at: moment,
        ends_at: moment.nullable(),
        amount: decimal.nullable(),
        orders: z.number().nullable(),
        path: z.string(),
      }),
    ),
    attempts: z.array(
      z.object({
        step: z.number(),
        /** 0 where it is what a person asked for */
        attempt: z.number(),
        at: moment,
        outcome: z.enum(deliveryOutcomes),
        status_code: z.number(),
        answer: z.string(),
        duration_ms: z.number(),
        next_at: moment.nullable(),
        reason: z.string(),
        actor: z.string(),
      }),
    ),
  })
  .openapi('DeliveryDetail')

export const testSent = z.object({ receiver: z.string(), sequence: z.string() }).openapi('TestSent')
export const deliveryParams = z.object({
  receiver: z
    .string()
    .min(1)
    .max(64)
    .openapi({ param: { name: 'receiver', in: 'path' }, description: 'The receiver' }),
  sequence: z
    .string()
    .regex(rowNumber, 'a number')
    .openapi({ param: { name: 'sequence', in: 'path' }, description: "The notification's number there" }),
})

export type ReceiverList = z.infer<typeof receiverList>
export type DeliveryQuery = z.infer<typeof deliveryQuery>
export type DeliveryRow = z.infer<typeof deliveryRow>
export type DeliveryList = z.infer<typeof deliveryList>
export type DeliveryDetail = z.infer<typeof deliveryDetail>
