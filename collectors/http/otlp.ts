import { type Context, Hono } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import { describeError, PlumblineError } from '../../server/core/errors.ts'
import { log } from '../../server/core/log.ts'
import type { Spool } from '../spool/spool.ts'
import { readBody, readText } from './body.ts'
import { encodeJsonTraces, OtlpJsonError } from './otlp-json.ts'
import { walkTraces } from './otlp-walk.ts'

const protobuf = 'application/x-protobuf'
const json = 'application/json'

/**
 * OTLP/HTTP for traces (opentelemetry-proto docs/specification.md): protobuf and JSON, answered in the encoding of the
 * request; errors carry a google.rpc.Status. A request is acknowledged once it is on disk.
 */
export function otlpRoutes(spool: Spool): Hono {
  const routes = new Hono()
  routes.post('/v1/traces', async (context) => {
    const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    try {
      if (type !== protobuf && type !== json)
        throw new PlumblineError(
          'media_type',
          `Content-Type "${type}" is not understood; expected ${protobuf} or ${json}`,
          { status: 415 },
        )
      const raw = await readBody(context)
      const body = type === json ? encodeJson(raw) : raw
      const { spans, rejected, error } = walkTraces(body)
      if (error)
        throw new PlumblineError('malformed', `The body is not an ExportTraceServiceRequest: ${error}`)
      if (spans > rejected) await spool.append('traces', frame(body))
      return accept(context, type, rejected)
    } catch (error) {
      return refuse(context, type === json ? json : protobuf, error)
    }
  })
  routes.all('/v1/traces', (context) =>
    refuse(context, json, new PlumblineError('method', 'Traces are sent by POST', { status: 405 })),
  )
  return routes
}

function encodeJson(raw: Buffer): Uint8Array {
  try {
    return encodeJsonTraces(readText(raw))
  } catch (error) {
    if (error instanceof OtlpJsonError)
      throw new PlumblineError('malformed', `The body is not an ExportTraceServiceRequest: ${error.message}`)
    throw error
  }
}

// field 1000, fixed64, and its eight bytes
const envelopeBytes = 10

/** A spool record: the body's length, the body, and our moment of receipt as one more field of the message. */
function frame(body: Uint8Array): Uint8Array {
  const length: number[] = []
  let rest = body.length + envelopeBytes
  while (rest > 127) {
    length.push((rest & 127) | 128)
    rest >>>= 7
  }
  length.push(rest)
  const record = Buffer.allocUnsafe(length.length + body.length + envelopeBytes)
  record.set(length, 0)
  record.set(body, length.length)
  const end = length.length + body.length
  record[end] = 0xc1
  record[end + 1] = 0x3e
  record.writeBigUInt64LE(BigInt(Date.now()), end + 2)
  return record
}

/** ExportTraceServiceResponse: empty, or with the spans that were not taken and why. */
function accept(context: Context, type: string, rejected: number): Response {
  const message = 'spans need a trace id of 16 bytes and a span id of 8 bytes, neither all zero'
  if (type === json)
    return context.json(
      rejected > 0 ? { partialSuccess: { rejectedSpans: String(rejected), errorMessage: message } } : {},
      200,
    )
  const partial =
    rejected > 0
      ? field(1, Buffer.concat([Buffer.from([8]), varint(rejected), field(2, Buffer.from(message))]))
      : Buffer.alloc(0)
  return context.body(new Uint8Array(partial), 200, { 'Content-Type': protobuf })
}

/** google.rpc.Status in the request's encoding. What we did not foresee is 503: the sender keeps it and tries again. */
function refuse(context: Context, type: string, error: unknown): Response {
  const known =
    error instanceof PlumblineError
      ? error
      : new PlumblineError('unavailable', 'The message could not be taken now', { status: 503 })
  if (!(error instanceof PlumblineError)) log.error({ error: describeError(error) }, 'a trace request failed')
  // google.rpc.Code: 3 invalid argument, 8 resource exhausted, 14 unavailable
  const code = known.status === 503 ? 14 : known.status === 429 ? 8 : 3
  const headers: Record<string, string> = { 'Content-Type': type }
  if (known.status === 503 || known.status === 429) headers['Retry-After'] = '2'
  const status = known.status as ContentfulStatusCode
  if (type === json) return context.body(JSON.stringify({ code, message: known.message }), status, headers)
  return context.body(
    new Uint8Array(Buffer.concat([Buffer.from([8, code]), field(2, Buffer.from(known.message))])),
    status,
    headers,
  )
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}
const field = (number: number, content: Buffer) =>
  Buffer.concat([Buffer.from([number * 8 + 2]), varint(content.length), content])
