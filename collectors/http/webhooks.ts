import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { PlumblineError } from '../../server/core/errors.ts'
import type { WebhookSourceConfig } from '../../server/core/estate-webhook-schema.ts'
import { SourceError } from '../sources/pull/failure.ts'
import type { Push } from '../sources/push/push.ts'
import { readBody } from '../sources/push/read.ts'
import type { Bodies } from './body.ts'
import { expectSource } from './key-reach.ts'

type Options = { push: Push; guard: MiddlewareHandler; bodies: Bodies }

/** Headers that are nobody's business behind the door. */
const hidden = /^(authorization|cookie|proxy-.*|x-api-key)$|token|secret|signature/

/**
 * Webhooks: `POST /v1/webhooks/:source`. A delivery shows who it is from by its source's own verification, which is its
 * credential; one without is behind the permission to ingest. It is answered once it is on disk, and ours from then on.
 */
export function webhookRoutes({ push, guard, bodies }: Options): Hono {
  const { doorman, inbox } = push
  const take = async (context: Context, source: WebhookSourceConfig, body: Buffer) => {
    if (body.length > source.limits.body_mib) throw tooLarge(push, source)
    expectVerified(push, context, source, body)
    const waitMs = doorman.waitOf(source, Date.now())
    if (waitMs > 0) {
      doorman.note(source.source, 'too_fast', { reason: `more than ${source.limits.per_second} a second` })
      context.header('retry-after', String(Math.ceil(waitMs / 1000)))
      throw new PlumblineError(
        'too_fast',
        `${source.source} takes ${source.limits.per_second} deliveries a second`,
        { status: 429, mend: 'Nothing of this delivery was taken; send it again later.' },
      )
    }
    const id = findId(context, source, body)
    await inbox.take({
      source: source.source,
      id,
      message: { headers: shownHeaders(context, source) },
      body,
      ...(id !== '' && { identity: id }),
    })
    doorman.note(source.source, 'taken', { bytes: body.length })
    return context.json({ taken: true }, 200)
  }
  const routes = new Hono()
  const path = '/v1/webhooks/:source'
  routes.post(path, (context) => {
    const source = doorman.find(context.req.param('source') ?? '')
    const isGuarded = !source?.verify
    const work = async () => {
      if (!source)
        throw new PlumblineError(
          'webhook_unknown',
          `"${context.req.param('source')}" is not a webhook of this estate`,
          { status: 404, where: 'source' },
        )
      if (isGuarded) expectSource(context.req.raw, source.source)
      if (Number(context.req.header('content-length') ?? 0) > source.limits.body_mib)
        throw tooLarge(push, source)
      return bodies.with(context, (body) => take(context, source, body))
    }
    if (!isGuarded) return work()
    // what is refused is thrown; what is let in is answered here
    return guard(context, async () => {
      context.res = await work()
    }).then((refused) => refused ?? context.res)
  })
  // CloudEvents' handshake: whoever asks whether we want to be sent to is told yes
  routes.options(path, (context) => {
    const origin = context.req.header('webhook-request-origin')
    const source = doorman.find(context.req.param('source') ?? '')
    if (!origin || !source) return context.body(null, 404)
    return context.body(null, 200, {
      'webhook-allowed-origin': origin,
      'webhook-allowed-rate': String(Math.max(1, Math.floor(source.limits.per_second * 60))),
      allow: 'POST',
    })
  })
  return routes
}

/** @throws PlumblineError 401 for who is not who they should be, 503 while we lack the secret to tell */
function expectVerified(
  { doorman }: Push,
  context: Context,
  source: WebhookSourceConfig,
  body: Buffer,
): void {
  let fault: string | undefined
  try {
    fault = doorman.verifierOf(source)?.((name) => context.req.header(name), body, Date.now())
  } catch (error) {
    if (!(error instanceof SourceError)) throw error
    doorman.note(source.source, 'secret_missing', { reason: error.message })
    // which variable is nobody's business out there
    throw new PlumblineError('secret_missing', `${source.source} can't verify anybody now`, {
      status: 503,
      mend: 'Nothing of this delivery was taken; send it again later.',
      cause: error,
    })
  }
  if (fault === undefined) return
  doorman.note(source.source, 'unverified', { reason: fault })
  throw new PlumblineError('unverified', `The delivery could not be verified: ${fault}`, {
    status: 401,
    mend: 'See that it is signed as the estate says, with the secret that is set here.',
  })
}

function tooLarge({ doorman }: Push, source: WebhookSourceConfig): PlumblineError {
  const most = source.limits.body_mib / 2 ** 20
  doorman.note(source.source, 'too_large', { reason: `larger than ${most} MiB` })
  return new PlumblineError('body_too_large', `A delivery to ${source.source} may hold at most ${most} MiB`, {
    status: 413,
    mend: 'Raise limits.body_mib of the source, or send smaller ones.',
  })
}

/** What the sender calls a delivery; '' where it has no name, or the body can't be read. */
function findId(context: Context, source: WebhookSourceConfig, body: Buffer): string {
  if (source.verify?.standard) return context.req.header('webhook-id') ?? ''
  if (source.id?.header) return context.req.header(source.id.header) ?? ''
  const path = source.id?.field
  if (path === undefined) return ''
  try {
    const found = path
      .split('.')
      .reduce<unknown>(
        (value, name) => (value as Record<string, unknown> | undefined)?.[name],
        readBody(source.format, body.toString('utf8')),
      )
    return found === undefined || found === null || typeof found === 'object' ? '' : String(found)
  } catch {
    // what can't be read is ours all the same, and goes to quarantine
    return ''
  }
}

/** The headers that an expression may use; none that carries a credential. */
function shownHeaders(context: Context, { verify }: WebhookSourceConfig): Record<string, string> {
  const own = verify?.token?.header ?? verify?.hmac?.header
  return Object.fromEntries(
    Object.entries(context.req.header()).filter(([name]) => !hidden.test(name) && name !== own),
  )
}
