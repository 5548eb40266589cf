import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { describeError, PlumblineError } from '../../server/core/errors.ts'
import { log } from '../../server/core/log.ts'
import { varint } from '../spool/frames.ts'
import type { Signal } from './otlp-messages.ts'
import { type Rejection, rejections, type WalkResult } from './otlp-walk.ts'

export const protobufType = 'application/x-protobuf'
export const jsonType = 'application/json'
const retryAfterS = '2'

/** The media type of a request, without its parameters. */
export const mediaTypeOf = (context: Context): string =>
  (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''

/** The encoding an answer has: the request's own, protobuf where that is neither of the two. */
const answerType = (context: Context) => (mediaTypeOf(context) === jsonType ? jsonType : protobufType)

/**
 * ExportTraceServiceResponse or ExportMetricsServiceResponse: empty, or with how many spans or points were not taken
 * and why, which the sender may not send again.
 */
export function answerAccepted(context: Context, signal: Signal, { rejected, why }: WalkResult): Response {
  const message = Object.entries(why)
    .map(([rule, count]) => `${count}: ${rejections[rule as Rejection]}`)
    .join('; ')
  if (answerType(context) === jsonType) {
    const count = signal === 'traces' ? 'rejectedSpans' : 'rejectedDataPoints'
    return context.json(
      rejected > 0 ? { partialSuccess: { [count]: String(rejected), errorMessage: message } } : {},
      200,
    )
  }
  const partial =
    rejected > 0
      ? bytesField(1, Buffer.concat([Buffer.from([8]), varint(rejected), textField(2, message)]))
      : Buffer.alloc(0)
  return context.body(new Uint8Array(partial), 200, { 'Content-Type': protobufType })
}

// google.rpc.Code by HTTP status: invalid argument, unauthenticated, permission denied, not found, resource exhausted,
// unavailable
const codes: Record<number, number> = { 401: 16, 403: 7, 404: 5, 405: 12, 413: 8, 429: 8, 503: 14 }

/** A PlumblineError of this code is answered as what OTLP knows and we don't do. */
export const unimplemented = 'unimplemented'

/**
 * google.rpc.Status in the request's encoding. 500 would tell the sender to throw its message away, so what we did not
 * foresee is 503: it keeps it and tries again.
 */
export function answerStatus(error: unknown, context: Context): Response {
  const known =
    error instanceof PlumblineError
      ? error
      : new PlumblineError('unavailable', 'The message could not be taken now', { status: 503 })
  if (known !== error) log.error({ error: describeError(error) }, 'a telemetry request failed')
  const message = known.mend ? `${known.message}. ${known.mend}` : known.message
  const code = known.code === unimplemented ? 12 : (codes[known.status] ?? 3)
  if (known.status === 503 || known.status === 429)
    context.header('Retry-After', known.retryAfterS === undefined ? retryAfterS : String(known.retryAfterS))
  if (known.status === 405) context.header('Allow', 'POST')
  const type = answerType(context)
  context.header('Content-Type', type)
  const status = known.status as ContentfulStatusCode
  if (type === jsonType) return context.body(JSON.stringify({ code, message }), status)
  return context.body(new Uint8Array(Buffer.concat([Buffer.from([8, code]), textField(2, message)])), status)
}

const bytesField = (number: number, content: Buffer) =>
  Buffer.concat([Buffer.from([number * 8 + 2]), varint(content.length), content])
const textField = (number: number, content: string) => bytesField(number, Buffer.from(content))
