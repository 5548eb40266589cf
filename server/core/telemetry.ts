import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { metrics, NodeSDK, resources, tracing } from '@opentelemetry/sdk-node'

export type Telemetry = {
  /** What is measured now, in Prometheus' text format. */
  writeMetrics(): Promise<string>
  stop(): Promise<void>
}

/**
 * Traces and measures our own work and sends both by OTLP/HTTP, by default to ourselves; the measurements can also be
 * scraped. Taking in our own spans is not traced, or one span would breed the next.
 */
export function startTelemetry(endpoint: string, ingestToken: string): Telemetry {
  const headers: Record<string, string> = { 'x-plumbline-self': '1' }
  if (ingestToken) headers.authorization = `Bearer ${ingestToken}`
  const base = endpoint.replace(/\/$/, '')
  const scraped = new PrometheusExporter({ preventServerStart: true })
  const serializer = new PrometheusSerializer()
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': 'plumbline' }),
    autoDetectResources: false,
    instrumentations: [],
    spanProcessors: [
      new tracing.BatchSpanProcessor(new OTLPTraceExporter({ url: `${base}/v1/traces`, headers }), {
        scheduledDelayMillis: 5_000,
      }),
    ],
    metricReaders: [
      scraped,
      new metrics.PeriodicExportingMetricReader({
        exporter: new OTLPMetricExporter({ url: `${base}/v1/metrics`, headers }),
        exportIntervalMillis: 15_000,
      }),
    ],
  })
  sdk.start()
  return {
    writeMetrics: async () => serializer.serialize((await scraped.collect()).resourceMetrics),
    stop: () => sdk.shutdown().catch(() => undefined),
  }
}
