import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { Spool } from '../spool/spool.ts'
import { expectUtf8, readBody } from './body.ts'
import { answerAccepted, answerStatus, jsonType, mediaTypeOf, protobufType } from './otlp-answer.ts'
import { OtlpJsonError, transcodeJson } from './otlp-json.ts'
import { requestMessages, type Signal } from './otlp-messages.ts'
import { walkRequest } from './otlp-walk.ts'
import { createResendWindow } from './resends.ts'

type Options = { spool: Spool; estate: Estate; guard: MiddlewareHandler }

/**
 * OTLP/HTTP for traces and metrics (opentelemetry-proto docs/specification.md): protobuf and JSON, answered in the
 * encoding of the request; every refusal carries a google.rpc.Status. A request is acknowledged once it is on disk.
 */
export function otlpRoutes({ spool, estate, guard }: Options): Hono {
  const routes = new Hono()
  const resends = createResendWindow()
  routes.onError(answerStatus)
  for (const signal of Object.keys(requestMessages) as Signal[]) {
    routes.use(`/v1/${signal}`, guard)
    routes.post(`/v1/${signal}`, async (context) => {
      const { body, isJson } = await readRequest(context, signal)
      const receivedMs = Date.now()
      const walk = walkRequest(signal, body, {
        receivedMs,
        oldestMs: estate.spans.allowed_age,
        aheadMs: estate.spans.allowed_skew,
      })
      if (walk.error)
        throw walk.isTooMuch
          ? new PlumblineError('body_too_large', `A request holds ${walk.error}`, {
              status: 413,
              mend: 'Send smaller batches',
            })
          : malformed(signal, walk.error)
      // spans that are not taken go along: the load puts them into quarantine, with their reason
      const isWorthKeeping = signal === 'traces' ? walk.items > 0 : walk.items > walk.rejected
      if (isWorthKeeping)
        await resends.once(body, () =>
          spool.append(signal === 'traces' && walk.rejected > 0 ? 'traces_mixed' : signal, body, {
            receivedMs,
            contentType: isJson ? jsonType : protobufType,
            source: senderOf(context),
          }),
        )
      return answerAccepted(context, signal, walk)
    })
    routes.all(`/v1/${signal}`, (context) => {
      throw new PlumblineError('method', `${context.req.method} is not understood here; send it by POST`, {
        status: 405,
      })
    })
  }
  return routes
}

async function readRequest(context: Context, signal: Signal): Promise<{ body: Uint8Array; isJson: boolean }> {
  const type = mediaTypeOf(context)
  if (type !== protobufType && type !== jsonType)
    throw new PlumblineError(
      'media_type',
      `Content-Type "${type.slice(0, 80)}" is not understood; expected ${protobufType} or ${jsonType}`,
      { status: 415 },
    )
  const raw = await readBody(context)
  if (type === protobufType) return { body: raw, isJson: false }
  try {
    expectUtf8(raw)
    return { body: transcodeJson(raw, requestMessages[signal]), isJson: true }
  } catch (error) {
    if (error instanceof OtlpJsonError) throw malformed(signal, error.message)
    throw error
  }
}

const malformed = (signal: Signal, reason: string) =>
  new PlumblineError('malformed', `The body is not an ${requestMessages[signal].title}: ${reason}`)

/** Who sent a request, as far as it says: ourselves, or the program. */
const senderOf = (context: Context): string =>
  context.req.header('x-plumbline-self')
    ? 'plumbline'
    : (context.req.header('user-agent') ?? '').split(/[\s(]/)[0]?.slice(0, 80) || 'otlp'
