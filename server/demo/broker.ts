import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-proto'
import { metrics, resources } from '@opentelemetry/sdk-node'
import type { QueueDepth } from './queues.ts'

const interval = 15_000

/**
 * The hub's broker measures its queues, as if it were its own process: every 15 seconds, by the SDK and its exporter. A
 * measurement that is not taken is lost, as it would be there; the next one says more.
 */
export function startBroker(options: {
  url: string
  headers: Record<string, string>
  /** how much waits now */
  read(): QueueDepth[]
}): { stop(): Promise<void> } {
  const provider = new metrics.MeterProvider({
    resource: resources.resourceFromAttributes({ 'service.name': 'hub', 'service.namespace': 'demo' }),
    readers: [
      new metrics.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${options.url}/v1/metrics`, headers: options.headers }),
        exportIntervalMillis: interval,
      }),
    ],
  })
  provider
    .getMeter('plumbline.demo')
    .createObservableGauge('messaging.queue.depth', { unit: '{message}' })
    .addCallback((result) => {
      for (const { plant, destination, depth } of options.read())
        result.observe(depth, { 'plumbline.plant': plant, 'messaging.destination.name': destination })
    })
  // the first depth is on the screen without waiting for the interval
  provider.forceFlush().catch(() => undefined)
  return { stop: () => Promise.race([provider.shutdown().catch(() => undefined), sleep(300)]) }
}
