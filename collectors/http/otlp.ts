import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { createResendWindow } from '../spool/resends.ts'
import type { Spool } from '../spool/spool.ts'
import { type Bodies, expectUtf8 } from './body.ts'
import { boundsOfSender, expectTelemetry } from './key-reach.ts'
import {
  answerAccepted,
  answerStatus,
  jsonType,
  mediaTypeOf,
  protobufType,
  unimplemented,
} from './otlp-answer.ts'
import { OtlpJsonError, transcodeJson } from './otlp-json.ts'
import { requestMessages, type Signal } from './otlp-messages.ts'
import { walkRequest } from './otlp-walk.ts'

type Options = { spool: Spool; estate: Estate; guard: MiddlewareHandler; bodies: Bodies }

/**
 * OTLP/HTTP for traces and metrics (opentelemetry-proto docs/specification.md): protobuf and JSON, answered in the
 * encoding of the request; every refusal carries a google.rpc.Status. A request is acknowledged once it is on disk.
 */
export function otlpRoutes({ spool, estate, guard, bodies }: Options): Hono {
  const routes = new Hono()
  const resends = createResendWindow(spool.taken)
  routes.onError(answerStatus)
  for (const signal of Object.keys(requestMessages) as Signal[]) {
    routes.use(`/v1/${signal}`, guard)
    const take = async (context: Context, raw: Buffer, hold: (bytes: number) => void) => {
      const isJson = mediaTypeOf(context) === jsonType
      const body = isJson ? transcode(raw, signal) : raw
      if (isJson) hold(body.length)
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
      const bounds = boundsOfSender(context.req.raw)
      if (bounds) expectTelemetry(bounds, signal, body, estate.spans)
      // spans that are not taken go along: the load puts them into quarantine, with their reason
      const isWorthKeeping = signal === 'traces' ? walk.items > 0 : walk.items > walk.rejected
      if (isWorthKeeping)
        await resends.once(body, (digest) =>
          spool.append(signal === 'traces' && walk.rejected > 0 ? 'traces_mixed' : signal, body, {
            receivedMs,
            contentType: isJson ? jsonType : protobufType,
            source: senderOf(context),
            digest,
          }),
        )
      return answerAccepted(context, signal, walk)
    }
    routes.post(`/v1/${signal}`, (context) => {
      expectMediaType(context)
      return bodies.with(context, (raw, hold) => take(context, raw, hold))
    })
    routes.all(`/v1/${signal}`, (context) => {
      throw new PlumblineError('method', `${context.req.method} is not understood here; send it by POST`, {
        status: 405,
      })
    })
  }
  // exporters that know one endpoint send whatever they have to it; they understand a refusal in their own words only
  for (const others of ['/v1/*', '/v1development/*'])
    routes.all(others, (context, next) =>
      context.req.path === '/v1/events' || context.req.path.startsWith('/v1/webhooks/')
        ? next()
        : guard(context, () => {
            throw notHere(context.req.path)
          }),
    )
  return routes
}

function expectMediaType(context: Context): void {
  const type = mediaTypeOf(context)
  if (type !== protobufType && type !== jsonType)
    throw new PlumblineError(
      'media_type',
      `Content-Type "${type.slice(0, 80)}" is not understood; expected ${protobufType} or ${jsonType}`,
      { status: 415 },
    )
}

function transcode(raw: Buffer, signal: Signal): Uint8Array {
  try {
    expectUtf8(raw)
    return transcodeJson(raw, requestMessages[signal])
  } catch (error) {
    if (error instanceof OtlpJsonError) throw malformed(signal, error.message)
    throw error
  }
}

const notHere = (path: string) =>
  /^\/v1\/logs$|^\/v1development\/profiles$/.test(path)
    ? new PlumblineError(unimplemented, `${path.split('/').at(-1)} are not taken, only traces and metrics`, {
        status: 404,
        mend: 'Turn their exporter off, or point it elsewhere',
      })
    : new PlumblineError('not_found', 'There is nothing at this path', {
        status: 404,
        mend: 'Traces go to /v1/traces, metrics to /v1/metrics',
      })

const malformed = (signal: Signal, reason: string) =>
  new PlumblineError('malformed', `The body is not an ${requestMessages[signal].title}: ${reason}`)

/** Who sent a request, as far as it says: ourselves, or the program. */
const senderOf = (context: Context): string =>
  context.req.header('x-plumbline-self')
    ? 'plumbline'
    : (context.req.header('user-agent') ?? '').split(/[\s(]/)[0]?.slice(0, 80) || 'otlp'
