import { createRoute } from '@hono/zod-openapi'
import type { AlertView } from '../core/alert-desk.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  type AlertDetail,
  type AlertList,
  type AlertQuery,
  type AlertRow,
  acknowledgement,
  alertDetail,
  alertList,
  alertQuery,
} from './schemas/alerts.ts'

export const alertRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/alerts',
        tags: ['alerts'],
        summary: 'What fires, and what was resolved in the last day',
        middleware: [allow('read')] as const,
        request: { query: alertQuery },
        responses: answers(alertList, 'Alerts, the worst first'),
      }),
      async (c) => c.json(listAlerts(context, c.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/alerts/{fingerprint}',
        tags: ['alerts'],
        summary: 'One alert: what happened to it, and who was told',
        middleware: [allow('read')] as const,
        request: { params: keyParam('fingerprint', 'The fingerprint of the alert') },
        responses: answers(alertDetail, 'The alert'),
      }),
      async (c) => c.json(await readAlert(context, c.req.valid('param').fingerprint), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/alerts/{fingerprint}/acknowledge',
        tags: ['alerts'],
        summary: 'Somebody takes it on: it is not said again, and nobody else is called',
        middleware: [allow('respond')] as const,
        request: {
          params: keyParam('fingerprint', 'The fingerprint of the alert'),
          body: { required: false, content: { 'application/json': { schema: acknowledgement } } },
        },
        responses: answers(alertDetail, 'The alert, acknowledged'),
      }),
      async (c) => {
        const { fingerprint } = c.req.valid('param')
        const { reason = '' } = c.req.valid('json') ?? {}
        const before = await readAlert(context, fingerprint)
        const isTaken = await context.alerts.acknowledge(fingerprint, actorOf(c.req), reason)
        if (!isTaken && before.alert.status === 'resolved')
          throw new PlumblineError('alert_over', 'The alert is over; there is nothing to acknowledge', {
            status: 409,
            where: 'fingerprint',
          })
        return c.json(await readAlert(context, fingerprint), 200)
      },
    )

const severities = ['page', 'ticket', 'info']

function listAlerts(context: ApiContext, query: AlertQuery): AlertList {
  const rows = context.alerts.list().map((view) => toAlertRow(context, view))
  const count = (status: AlertRow['status']) => rows.filter((row) => row.status === status).length
  const filters = ['plant', 'flow', 'team', 'severity', 'condition'] as const
  return {
    as_of: new Date().toISOString(),
    currency: context.estate.currency,
    evaluated_at: context.alerts.evaluatedAt(),
    failing: context.alerts.failing(),
    counts: {
      firing: count('firing'),
      acknowledged: count('acknowledged'),
      resolved: count('resolved'),
    },
    rows: rows
      .filter(
        (row) =>
          query.status === 'all' ||
          (query.status === 'active' ? row.status !== 'resolved' : row.status === query.status),
      )
      .filter((row) => filters.every((name) => !query[name] || row[name] === query[name]))
      .sort(
        (a, b) =>
          Number(a.status === 'resolved') - Number(b.status === 'resolved') ||
          Number(a.status === 'acknowledged') - Number(b.status === 'acknowledged') ||
          severities.indexOf(a.severity) - severities.indexOf(b.severity) ||
          (b.ends_at ?? b.starts_at).localeCompare(a.ends_at ?? a.starts_at) ||
          a.fingerprint.localeCompare(b.fingerprint),
      ),
  }
}

/** One alert; also one that ended long ago, from its last step. */
async function readAlert(context: ApiContext, fingerprint: string): Promise<AlertDetail> {
  const { estate, store } = context
  const [steps, notified] = await Promise.all([
    store.query('alert_history', { fingerprint }),
    store.query('alert_notified', { fingerprint }),
  ])
  const [last] = steps
  const view =
    context.alerts.list().find((each) => each.alert.fingerprint === fingerprint) ??
    (last && { ...(JSON.parse(last.body) as AlertView), quiet: null, told: [] })
  if (!view)
    throw new PlumblineError('alert_unknown', `There is no alert ${fingerprint}`, {
      status: 404,
      where: 'fingerprint',
    })
  return {
    as_of: new Date().toISOString(),
    currency: estate.currency,
    time_zone: estate.plantOf.get(view.alert.plant)?.time_zone ?? 'UTC',
    alert: toAlertRow(context, view),
    labels: view.labels,
    steps: steps.map(({ body, at, act, actor, reason, severity }) => {
      const { value, limit } = JSON.parse(body) as AlertView
      return { at, act, actor, reason, severity, value, limit }
    }),
    notified: notified.map(({ receiver, id, created_at, status }) => ({
      receiver,
      id,
      at: created_at,
      status: status as AlertRow['status'],
    })),
  }
}

/** An alert as it is answered. */
export function toAlertRow({ estate }: ApiContext, view: AlertView): AlertRow {
  const { alert, value, limit, acknowledged_by, quiet, told } = view
  return {
    ...alert,
    team_name: estate.teamOf.get(alert.team)?.name ?? alert.team,
    value,
    limit,
    acknowledged_by,
    quiet,
    told,
  }
}
