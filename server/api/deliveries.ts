import { createRoute } from '@hono/zod-openapi'
import type { Notification } from '../core/alert.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  type DeliveryDetail,
  type DeliveryList,
  type DeliveryQuery,
  deliveryDetail,
  deliveryList,
  deliveryParams,
  deliveryQuery,
  type ReceiverList,
  receiverList,
  testSent,
} from './schemas/deliveries.ts'

/** How far back the log looks; a single notification is found whatever its age. */
const longestLook = 31 * 24 * 3_600_000
const dayMs = 24 * 3_600_000

/** Who is told of alerts, what became of each telling, and what a person may ask for. */
export const deliveryRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/receivers',
        tags: ['alerts'],
        summary: 'Who is told of alerts, and how each stands',
        middleware: [allow('read', 'everywhere')] as const,
        responses: answers(receiverList, 'Receivers'),
      }),
      async (c) => c.json(await listReceivers(context), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/receivers/{receiver}/test',
        tags: ['alerts'],
        summary: 'Tell a receiver something that says of itself to be a test; it goes through the same line',
        middleware: [allow('respond', 'everywhere')] as const,
        request: { params: keyParam('receiver', 'The receiver') },
        responses: answers(testSent, 'Where its delivery can be followed'),
      }),
      async (c) => {
        const { receiver } = c.req.valid('param')
        return c.json({ receiver, sequence: await context.delivery.sendTest(receiver) }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/receivers/{receiver}/enable',
        tags: ['alerts'],
        summary: 'Call a receiver again that had said it is gone',
        middleware: [allow('respond', 'everywhere')] as const,
        request: { params: keyParam('receiver', 'The receiver') },
        responses: answers(receiverList, 'Receivers'),
      }),
      async (c) => {
        await context.delivery.enable(c.req.valid('param').receiver, actorOf(c.req))
        return c.json(await listReceivers(context), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/deliveries',
        tags: ['alerts'],
        summary: 'What receivers were told, newest first, and how each delivery stands',
        middleware: [allow('read', 'everywhere')] as const,
        request: { query: deliveryQuery },
        responses: answers(deliveryList, 'Deliveries'),
      }),
      async (c) => c.json(await listDeliveries(context, c.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/deliveries/{receiver}/{sequence}',
        tags: ['alerts'],
        summary: 'One notification with every attempt to deliver it',
        middleware: [allow('read', 'everywhere')] as const,
        request: { params: deliveryParams },
        responses: answers(deliveryDetail, 'The delivery'),
      }),
      async (c) => {
        const { receiver, sequence } = c.req.valid('param')
        return c.json(await readDelivery(context, receiver, sequence), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/deliveries/{receiver}/{sequence}/resend',
        tags: ['alerts'],
        summary: 'Deliver a notification again, or at once; by the same id',
        middleware: [allow('respond', 'everywhere')] as const,
        request: { params: deliveryParams },
        responses: answers(deliveryDetail, 'The delivery'),
      }),
      async (c) => {
        const { receiver, sequence } = c.req.valid('param')
        await context.delivery.resend(receiver, sequence, actorOf(c.req))
        return c.json(await readDelivery(context, receiver, sequence), 200)
      },
    )

/** The store's word for no moment at all is 1970. */
const toMoment = (text: string | undefined) => (text && Date.parse(text) > 0 ? text : null)

async function listReceivers({ store, delivery }: ApiContext): Promise<ReceiverList> {
  const at = new Date()
  const rows = await store.query('deliver_receivers', { since: new Date(at.getTime() - dayMs) })
  const stands = new Map(rows.map((row) => [row.receiver, row]))
  return {
    as_of: at.toISOString(),
    rows: delivery.receivers.map((each) => {
      const row = stands.get(each.receiver)
      const isRetrying = row?.head === 'retry'
      const state = row?.is_disabled
        ? ('disabled' as const)
        : isRetrying
          ? ('retrying' as const)
          : row?.waiting || toMoment(row?.last_delivered_at)
            ? ('ok' as const)
            : ('idle' as const)
      const isTroubled = state === 'disabled' || state === 'retrying'
      return {
        ...each,
        state,
        since: isTroubled ? toMoment(row?.head_since) : null,
        next_at: isRetrying && state === 'retrying' ? toMoment(row?.head_next_at) : null,
        reason: isTroubled ? (row?.head_reason ?? '') : '',
        head_sequence: isTroubled ? (row?.head_sequence ?? null) : null,
        waiting: row?.waiting ?? 0,
        last_delivered_at: toMoment(row?.last_delivered_at),
        delivered_24h: row?.delivered_24h ?? 0,
        given_up_24h: row?.given_up_24h ?? 0,
      }
    }),
  }
}

async function listDeliveries({ store }: ApiContext, query: DeliveryQuery): Promise<DeliveryList> {
  const at = new Date()
  const { from, ...asked } = query
  const since = from ? new Date(from) : new Date(at.getTime() - longestLook)
  const rows = await store.query('deliver_list', { ...asked, since })
  return {
    as_of: at.toISOString(),
    total: rows[0]?.total ?? 0,
    rows: rows.map(({ total: _, ...row }) => ({
      ...row,
      outcome: row.outcome as DeliveryList['rows'][number]['outcome'],
      last_at: toMoment(row.last_at),
      next_at: toMoment(row.next_at),
    })),
  }
}

async function readDelivery(
  { store, estate }: ApiContext,
  receiver: string,
  sequence: string,
): Promise<DeliveryDetail> {
  const [[row], steps] = await Promise.all([
    store.query('deliver_one', { receiver, sequence }),
    store.query('deliver_steps', { receiver, sequence }),
  ])
  if (!row)
    throw new PlumblineError('delivery_unknown', `There is no notification ${sequence} for ${receiver}`, {
      status: 404,
      where: 'sequence',
    })
  const { alerts } = JSON.parse(row.body) as Notification
  return {
    as_of: new Date().toISOString(),
    receiver,
    sequence: row.sequence,
    id: row.id,
    status: row.status,
    is_test: row.is_test,
    group_key: row.group_key,
    created_at: row.created_at,
    currency: estate.currency,
    later: row.later ?? 0,
    alerts: alerts.map(({ condition: _, runbook: __, ...alert }) => alert),
    attempts: steps.map((step) => ({ ...step, next_at: toMoment(step.next_at) })),
  }
}
