import { type HrTime, ROOT_CONTEXT, SpanKind, SpanStatusCode, type Tracer } from '@opentelemetry/api'
import { core, resources, tracing } from '@opentelemetry/sdk-node'
import type { SpanPlan } from './effects.ts'

export type SpanMaker = {
  /** Makes finished spans by the SDK, each by the provider of its own system. */
  make(plans: SpanPlan[]): tracing.ReadableSpan[]
}

/**
 * One tracer provider per simulated system, as if each were its own process. A parent in another system is known only
 * by its W3C header, as it would be there; ids come from the plan, so that what is sent twice is the same.
 */
export function createSpanMaker(): SpanMaker {
  const propagator = new core.W3CTraceContextPropagator()
  const tracers = new Map<string, Tracer>()
  let current = { traceId: '', spanId: '' }
  let finished: tracing.ReadableSpan[] = []
  const idGenerator = { generateTraceId: () => current.traceId, generateSpanId: () => current.spanId }
  const collector: tracing.SpanProcessor = {
    onStart: () => undefined,
    onEnd: (span) => {
      finished.push(span)
    },
    forceFlush: async () => undefined,
    shutdown: async () => undefined,
  }
  const tracerOf = (service: string): Tracer => {
    let tracer = tracers.get(service)
    if (!tracer) {
      const provider = new tracing.BasicTracerProvider({
        resource: resources.resourceFromAttributes({ 'service.name': service, 'service.namespace': 'demo' }),
        sampler: new tracing.AlwaysOnSampler(),
        idGenerator,
        spanProcessors: [collector],
      })
      tracer = provider.getTracer('plumbline.demo')
      tracers.set(service, tracer)
    }
    return tracer
  }
  const makeOne = (plan: SpanPlan) => {
    current = plan
    const parent = plan.parent
      ? propagator.extract(ROOT_CONTEXT, { traceparent: plan.parent }, getter)
      : ROOT_CONTEXT
    const attributes: Record<string, string | number> = {
      'plumbline.plant': plan.plant,
      'plumbline.key': plan.key,
    }
    if (plan.flow !== '') attributes['plumbline.flow'] = plan.flow
    if (plan.peer !== undefined) attributes['peer.service'] = plan.peer
    if (plan.http !== undefined) attributes['http.response.status_code'] = plan.http
    const span = tracerOf(plan.service).startSpan(
      plan.name,
      { kind: SpanKind[plan.kind], startTime: toHrTime(plan.start), attributes },
      parent,
    )
    if (plan.error) {
      span.recordException({ name: plan.error.type, message: plan.error.message }, toHrTime(plan.end))
      span.setStatus({ code: SpanStatusCode.ERROR, message: plan.error.message })
    }
    span.end(toHrTime(plan.end))
  }
  return {
    make: (plans) => {
      finished = []
      for (const plan of plans) makeOne(plan)
      return finished
    },
  }
}

const getter = {
  keys: (carrier: Record<string, string>) => Object.keys(carrier),
  get: (carrier: Record<string, string>, key: string) => carrier[key],
}

// a bare number would be taken as time since the process started
const toHrTime = (ms: number): HrTime => [Math.floor(ms / 1_000), (ms % 1_000) * 1_000_000]
