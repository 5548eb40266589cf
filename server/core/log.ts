import { AsyncLocalStorage } from 'node:async_hooks'
import { trace } from '@opentelemetry/api'
import { pino } from 'pino'

const asking = new AsyncLocalStorage<{ request_id: string }>()

/** Whatever is logged while `work` runs, and by what it awaits, says which request it is for. */
export const logFor = <Result>(request_id: string, work: () => Result): Result =>
  asking.run({ request_id }, work)

/** Whether what runs now is done for a request, and not on a schedule. */
export const isOfRequest = (): boolean => asking.getStore() !== undefined

/**
 * The process log: one JSON object a line, with the ids of the request and of the trace it was written in, where there is
 * one. Set the level by LOG_LEVEL (debug, info, warn, error, silent).
 */
export const log = pino({
  level: process.env.LOG_LEVEL ?? 'info',
  base: undefined,
  timestamp: pino.stdTimeFunctions.isoTime,
  mixin: () => {
    const span = trace.getActiveSpan()?.spanContext()
    return { ...asking.getStore(), ...(span ? { trace_id: span.traceId, span_id: span.spanId } : {}) }
  },
})
