import type { ReceiverAdapter } from './index.ts'
import { listFacts } from './parts/facts.ts'
import { judgeHttp } from './parts/judge.ts'
import { writeAnnotations, writeLabels } from './parts/prometheus.ts'

/** An Alertmanager forgets what nobody repeats; until it is told that it is over, this fires. */
const firesMs = 366 * 86_400_000
const atOnce = 500

/**
 * The v2 API of an Alertmanager, as Prometheus calls it. It tells alerts apart by their labels, so nothing stands there
 * that changes while an alert lives, as its severity may: that is an annotation.
 */
export const adapter: ReceiverAdapter<'alertmanager'> = {
  kind: 'alertmanager',
  way: 'http',
  render: (notification, { receiver, places, at }) => {
    const alerts = listFacts(notification, places).map((facts) => {
      const starts = readMoment(facts.alert.starts_at, at)
      const ends =
        facts.alert.status === 'resolved' ? readMoment(facts.alert.ends_at ?? '', at) : at.getTime() + firesMs
      return {
        labels: writeLabels(facts.alert),
        annotations: { ...writeAnnotations(facts), severity: facts.alert.severity },
        startsAt: new Date(starts).toISOString(),
        // it refuses an end before the start
        endsAt: new Date(Math.max(starts, ends)).toISOString(),
        generatorURL: facts.url,
      }
    })
    const url = `${receiver.address.replace(/\/+$/, '')}/api/v2/alerts`
    const headers = {
      'content-type': 'application/json',
      'user-agent': 'plumbline',
      ...(receiver.secrets[0] ? { authorization: `Bearer ${receiver.secrets[0]}` } : {}),
    }
    return Array.from({ length: Math.ceil(alerts.length / atOnce) }, (_, part) => ({
      method: 'POST',
      url,
      headers,
      body: JSON.stringify(alerts.slice(part * atOnce, (part + 1) * atOnce)),
    }))
  },
  judge: (answer, at) => judgeHttp(answer, at, [400]),
}

function readMoment(text: string, otherwise: Date): number {
  const at = Date.parse(text)
  return Number.isNaN(at) ? otherwise.getTime() : at
}
