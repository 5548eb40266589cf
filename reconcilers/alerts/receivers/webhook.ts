import { createHmac } from 'node:crypto'
import type { Notification } from '../../../server/core/alert.ts'
import type { ReceiverAdapter } from './index.ts'
import { type Facts, groupUrl, listFacts, writeHeadline } from './parts/facts.ts'
import { fitItems, fitText, oneLine } from './parts/fit.ts'
import { judgeHttp } from './parts/judge.ts'

/** Standard Webhooks asks for less than about 20 KB. */
const longestBody = 19_500
const mostAlerts = 100
const mostLabels = 8

/** Standard Webhooks: the body is signed with every key, so that a receiver may take over a new one when it likes. */
export const adapter: ReceiverAdapter<'webhook'> = {
  kind: 'webhook',
  way: 'http',
  render: (notification, { receiver, places, at }) => {
    const facts = listFacts(notification, places)
    const body = fitItems(facts, mostAlerts, longestBody, (shown, leftOut) =>
      bodyOf(notification, facts, shown, leftOut, groupUrl(facts, places)),
    )
    const id = messageId(notification.id)
    const timestamp = String(Math.floor(at.getTime() / 1000))
    return [
      {
        method: 'POST',
        url: receiver.address,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'plumbline',
          'webhook-id': id,
          'webhook-timestamp': timestamp,
          'webhook-signature': receiver.secrets.map((key) => sign(key, id, timestamp, body)).join(' '),
        },
        body,
      },
    ]
  },
  judge: (answer, at) => judgeHttp(answer, at),
}

/** An id that stands in a header and, since the signature joins it by dots, has none. */
export const messageId = (id: string): string => id.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 128)

/** `v1,` and the HMAC of what is sent; the key is `whsec_` and its bytes in base64. */
function sign(key: string, id: string, timestamp: string, body: string): string {
  const bytes = Buffer.from(key.replace(/^whsec_/, ''), 'base64')
  return `v1,${createHmac('sha256', bytes).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}

function bodyOf(
  notification: Notification,
  facts: readonly Facts[],
  shown: readonly Facts[],
  leftOut: number,
  url: string,
): object {
  return {
    type: `alert.${notification.status}`,
    timestamp: notification.created_at,
    data: {
      title: fitText(writeHeadline(notification, facts), 250),
      status: notification.status,
      is_test: notification.is_test,
      group_key: fitText(notification.group_key, 200),
      group_labels: Object.fromEntries(
        Object.entries(notification.group_labels)
          .slice(0, mostLabels)
          .map(([name, value]) => [fitText(name, 40), fitText(value, 100)]),
      ),
      alerts: shown.map(writeAlert),
      alerts_left_out: leftOut,
      url,
    },
  }
}

function writeAlert(facts: Facts): object {
  const { alert } = facts
  return {
    fingerprint: fitText(alert.fingerprint, 255),
    status: alert.status,
    severity: alert.severity,
    condition: fitText(alert.condition, 100),
    plant: fitText(alert.plant, 100),
    flow: fitText(alert.flow, 100),
    team: fitText(alert.team, 100),
    title: fitText(oneLine(alert.title), 200),
    summary: fitText(alert.summary, 1_000),
    where: fitText(facts.where, 150),
    since: fitText(facts.since, 150),
    starts_at: fitText(alert.starts_at, 40),
    ends_at: alert.ends_at === null ? null : fitText(alert.ends_at, 40),
    amount: alert.amount,
    orders: alert.orders,
    url: facts.url,
    about_url: facts.about,
    runbook: facts.runbook,
  }
}
