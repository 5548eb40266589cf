import { createHash } from 'node:crypto'
import type { Alert } from '../../../server/core/alert.ts'
import type { ReceiverAdapter } from './index.ts'
import { type Facts, listFacts, namedLinks } from './parts/facts.ts'
import { fitText, oneLine } from './parts/fit.ts'
import { judgeHttp } from './parts/judge.ts'

const longestKey = 255
const severities = { page: 'critical', ticket: 'warning', info: 'info' } as const
const actions = { firing: 'trigger', acknowledged: 'acknowledge', resolved: 'resolve' } as const

/** PagerDuty Events v2: an event for each alert, by its fingerprint; one that comes twice is one there. */
export const adapter: ReceiverAdapter<'pagerduty'> = {
  kind: 'pagerduty',
  way: 'http',
  render: (notification, { receiver, places }) =>
    listFacts(notification, places).map((facts) => ({
      method: 'POST',
      url: receiver.address,
      headers: { 'content-type': 'application/json', 'user-agent': 'plumbline' },
      body: JSON.stringify({
        routing_key: receiver.secrets[0],
        event_action: actions[facts.alert.status],
        dedup_key: dedupKey(facts.alert),
        // who takes over or ends an alert only names it
        ...(facts.alert.status === 'firing'
          ? {
              client: fitText(`Plumbline, ${oneLine(places.estate.name)}`, 100),
              client_url: places.baseUrl,
              payload: payloadOf(facts, notification.is_test),
              links: namedLinks(facts).map(([text, href]) => ({ href, text })),
            }
          : {}),
      }),
    })),
  judge: (answer, at) =>
    // it has taken an event when it says 202, and says 400 of one it will never take
    answer.status >= 200 && answer.status < 300 && answer.status !== 202
      ? { outcome: 'retry', reason: `it answered ${answer.status}; expected 202`, afterMs: 0 }
      : judgeHttp(answer, at, [400]),
}

/** What PagerDuty tells one alert from another by. */
const dedupKey = ({ fingerprint }: Alert) =>
  fingerprint.length <= longestKey ? fingerprint : createHash('sha256').update(fingerprint).digest('hex')

function payloadOf(facts: Facts, isTest: boolean): object {
  const { alert } = facts
  const starts = new Date(alert.starts_at)
  return {
    summary: fitText(`${isTest ? 'Test: ' : ''}${facts.title} (${facts.where})`, 1_024),
    source: fitText(facts.where, 255),
    severity: severities[alert.severity],
    ...(Number.isNaN(starts.getTime()) ? {} : { timestamp: starts.toISOString() }),
    component: fitText(alert.flow, 255) || 'plumbline',
    group: fitText(alert.plant, 255) || 'all plants',
    class: fitText(alert.condition, 255),
    custom_details: {
      summary: fitText(alert.summary, 4_000),
      since: fitText(facts.since, 255),
      money: fitText(facts.money, 255),
      orders: facts.orders,
      team: fitText(facts.team, 255),
      fingerprint: fitText(alert.fingerprint, 255),
    },
  }
}
