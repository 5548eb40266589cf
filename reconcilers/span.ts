import { type Span, SpanStatusCode, trace } from '@opentelemetry/api'
import { describeError } from '../server/core/errors.ts'

const tracer = trace.getTracer('plumbline.reconcilers')

/** Our own work is traced like anybody's. */
export async function withSpan<Result>(name: string, work: (span: Span) => Promise<Result>): Promise<Result> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work(span)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(error) })
      throw error
    } finally {
      span.end()
    }
  })
}
