import { SpanStatusCode, trace } from '@opentelemetry/api'
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { StoreError } from '../../sql/store.ts'
import { describeError, PlumblineError } from '../core/errors.ts'
import { log } from '../core/log.ts'
import type { Problem } from './schemas/common.ts'

/** The one place where an error becomes an answer. What we did not foresee is shown by its request id only. */
export function answerError(error: Error, context: Context): Response {
  const request_id = String(context.get('requestId') ?? '')
  const known = toKnown(error)
  if (known.status >= 500) {
    log.error({ path: context.req.path, error: describeError(error), stack: error.stack }, 'a request failed')
    trace.getActiveSpan()?.setStatus({ code: SpanStatusCode.ERROR, message: known.message })
  }
  const retryAfterS = known.retryAfterS ?? (known.status === 503 ? 2 : undefined)
  if (retryAfterS !== undefined) context.header('Retry-After', String(retryAfterS))
  const body: Problem = {
    error: {
      code: known.code,
      message: known.message,
      ...(known.where ? { where: known.where } : {}),
      ...(known.mend ? { mend: known.mend } : {}),
      ...(known.details.length > 0 ? { details: known.details } : {}),
      request_id,
    },
  }
  return context.json(body, known.status as ContentfulStatusCode)
}

function toKnown(error: Error): PlumblineError {
  if (error instanceof PlumblineError) return error
  if (error instanceof HTTPException)
    return new PlumblineError('request_invalid', error.message || 'The request is not valid', {
      status: error.status,
    })
  if (error instanceof StoreError)
    return new PlumblineError('store_failed', 'The store could not answer this', {
      status: 503,
      mend: 'Try again; the log names the statement under this request id.',
    })
  return new PlumblineError('fault', 'Something went wrong on our side', {
    status: 500,
    mend: 'The log has the cause under this request id.',
  })
}
