import type { BrokerConfig } from '../../../server/core/estate-broker-schema.ts'
import { transcodeJson } from '../../http/otlp-json.ts'
import { requestMessages } from '../../http/otlp-messages.ts'
import type { SourceContext } from '../index.ts'

/** How much waits in a queue of a broker. */
export type Backlog = {
  /** As people know it */
  destination: string
  /** Which part of it, where it is measured by its parts */
  partition?: string
  value: number
  /** What is measured, by the name the estate's `queues` know; messages in a queue when absent */
  metric?: 'messaging.queue.depth' | 'kafka.consumer_group.lag'
}

/** Measures what waits at a broker: as what exporters of brokers send, by the same way into the store. */
export async function noteBacklog(
  { push, estate }: Pick<SourceContext, 'push' | 'estate'>,
  source: BrokerConfig & { kind: string },
  backlogs: readonly Backlog[],
  at: Date,
): Promise<void> {
  const served = estate.systemOf.get(source.system)?.plants ?? [...estate.plantOf.keys()]
  const plant = source.plant?.const ?? (served.length === 1 ? (served[0] as string) : undefined)
  const text = (key: string, value: string) => ({ key, value: { stringValue: value } })
  const request = {
    resourceMetrics: [
      {
        resource: {
          attributes: [text('service.name', 'plumbline'), text('plumbline.source', source.source)],
        },
        scopeMetrics: [
          {
            scope: { name: 'plumbline.collectors' },
            metrics: backlogs.map(({ destination, partition, value, metric = 'messaging.queue.depth' }) => ({
              name: metric,
              unit: '{message}',
              gauge: {
                dataPoints: [
                  {
                    timeUnixNano: `${at.getTime()}000000`,
                    asInt: String(value),
                    attributes: [
                      text('messaging.system', source.kind),
                      text('messaging.destination.name', destination),
                      ...(partition === undefined
                        ? []
                        : [text('messaging.destination.partition.id', partition)]),
                      text(estate.spans.system[0] as string, source.system),
                      ...(plant ? [text(estate.spans.plant[0] as string, plant)] : []),
                    ],
                  },
                ],
              },
            })),
          },
        ],
      },
    ],
  }
  const body = transcodeJson(Buffer.from(JSON.stringify(request)), requestMessages.metrics)
  await push?.measure(body, at)
}
