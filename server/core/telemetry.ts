import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { NodeSDK, resources, tracing } from '@opentelemetry/sdk-node'

/**
 * Traces our own work (requests, loads, runs) and sends it by OTLP/HTTP, by default to ourselves. Taking in our own
 * spans is not traced, or one span would breed the next.
 */
export function startTelemetry(endpoint: string, ingestToken: string): { stop(): Promise<void> } {
  const headers: Record<string, string> = { 'x-plumbline-self': '1' }
  if (ingestToken) headers.authorization = `Bearer ${ingestToken}`
  const exporter = new OTLPTraceExporter({ url: `${endpoint.replace(/\/$/, '')}/v1/traces`, headers })
  const sdk = new NodeSDK({
    resource: resources.resourceFromAttributes({ 'service.name': 'plumbline' }),
    autoDetectResources: false,
    instrumentations: [],
    spanProcessors: [new tracing.BatchSpanProcessor(exporter, { scheduledDelayMillis: 5_000 })],
  })
  sdk.start()
  return { stop: () => sdk.shutdown().catch(() => undefined) }
}
