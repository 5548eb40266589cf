import type { ReceiverAdapter } from './index.ts'
import { listFacts } from './parts/facts.ts'
import { fitItems, fitText } from './parts/fit.ts'
import { judgeHttp } from './parts/judge.ts'
import { writeAnnotations, writeLabels } from './parts/prometheus.ts'

/** What it names as the end of an alert that has none. */
const noEnd = '0001-01-01T00:00:00Z'
const mostAlerts = 200
const longestBody = 500_000

type Texts = Record<string, string>

/** What Alertmanager itself would send to a webhook, version 4: for all the tools that take it. */
export const adapter: ReceiverAdapter<'alertmanager_webhook'> = {
  kind: 'alertmanager_webhook',
  way: 'http',
  render: (notification, { receiver, places }) => {
    const alerts = listFacts(notification, places).map((facts) => ({
      // it knows no third status: what somebody works at still fires
      status: facts.alert.status === 'resolved' ? 'resolved' : 'firing',
      labels: { ...writeLabels(facts.alert), severity: facts.alert.severity } as Texts,
      annotations: writeAnnotations(facts) as Texts,
      startsAt: fitText(facts.alert.starts_at, 40),
      endsAt: facts.alert.status === 'resolved' ? fitText(facts.alert.ends_at ?? noEnd, 40) : noEnd,
      generatorURL: facts.url,
      fingerprint: fitText(facts.alert.fingerprint, 255),
    }))
    const body = fitItems(alerts, mostAlerts, longestBody, (shown, leftOut) => ({
      version: '4',
      groupKey: fitText(notification.group_key, 1_000),
      truncatedAlerts: leftOut,
      status: notification.status === 'resolved' ? 'resolved' : 'firing',
      receiver: notification.receiver,
      groupLabels: Object.fromEntries(
        Object.entries(notification.group_labels).map(([name, value]) => [
          fitText(name, 100),
          fitText(value, 500),
        ]),
      ),
      commonLabels: commonOf(alerts.map((alert) => alert.labels)),
      commonAnnotations: commonOf(alerts.map((alert) => alert.annotations)),
      externalURL: places.baseUrl,
      alerts: shown,
    }))
    return [
      {
        method: 'POST',
        url: receiver.address,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'plumbline',
          ...(receiver.secrets[0] ? { authorization: `Bearer ${receiver.secrets[0]}` } : {}),
        },
        body,
      },
    ]
  },
  judge: (answer, at) => judgeHttp(answer, at, [400]),
}

/** What all of them have, and the same. */
function commonOf(all: Texts[]): Texts {
  const [first = {}, ...rest] = all
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => rest.every((each) => each[name] === value)),
  )
}
