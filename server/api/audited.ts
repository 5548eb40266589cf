import { setTimeout as sleep } from 'node:timers/promises'
import type { Context, MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { AuditEvent } from '../access/audit-chain.ts'
import type { AuditTrail } from '../access/audit-trail.ts'
import { PlumblineError } from '../core/errors.ts'
import { identityOf } from '../core/identity.ts'
import { addressOf } from './caller.ts'

/** Who asks, from where, as the trail says it. */
export function auditOf(context: Context): Omit<AuditEvent, 'act' | 'object' | 'outcome' | 'details'> {
  const identity = identityOf(context.req.raw)
  return {
    actor: identity?.name ?? '',
    actor_kind: identity?.kind ?? '',
    actor_id: identity?.id ?? '',
    address: addressOf(context),
    request: String(context.get('requestId') ?? ''),
  }
}

/** What changes nothing, though it is posted: trials and previews. Signing in has words of its own. */
const isSilent = (path: string) => /\/(try|preview)$/.test(path) || /^\/api\/sign-in\b/.test(path)
/** The same refusal of the same caller is told once in this time: a page that is left open asks again and again. */
const againMs = 60_000
const mostRefusals = 10_000
const longestDetails = 1_000
const patienceMs = 3_000
/** Of longer bodies nothing is said. */
const longestAsked = 10_000
/** Values that are nobody's business, or long. */
const unsaid = new Set(['password', 'code', 'token', 'body', 'text', 'subject'])

/**
 * Writes down every act, export and refusal, whatever the route. An act is answered once it is written down; refusals are
 * noted, and wait for nobody.
 */
export function audited(trail: AuditTrail): MiddlewareHandler {
  const refused = new Map<string, number>()
  const isAgain = (event: AuditEvent): boolean => {
    const name = `${event.actor_id} ${event.actor} ${event.address} ${event.object}`
    const now = Date.now()
    const isKnown = now - (refused.get(name) ?? 0) < againMs
    if (refused.size >= mostRefusals) refused.clear()
    if (!isKnown) refused.set(name, now)
    return isKnown
  }
  return createMiddleware(async (context, next) => {
    const { method, path } = context.req
    const isAct = method !== 'GET' && method !== 'HEAD' && path.startsWith('/api/') && !isSilent(path)
    const asked = isAct ? readAsked(context) : undefined
    await next()
    const { status } = context.res
    const event = { ...auditOf(context), object: `${method} ${path}` }
    if ((status === 401 || status === 403) && !/^\/api\/sign-in\b/.test(path)) {
      const refusal: AuditEvent = { ...event, act: 'refusal', outcome: 'refused', details: String(status) }
      if (!isAgain(refusal)) trail.note(refusal)
    } else if (isAct) {
      const outcome = status < 400 ? 'done' : 'failed'
      await writeDown(trail, { ...event, act: 'act', outcome, details: (await asked) ?? '' })
    } else if (status === 200 && isExport(context)) {
      const { search } = new URL(context.req.url)
      await writeDown(trail, {
        ...event,
        act: 'export',
        outcome: 'done',
        details: search.slice(0, longestDetails),
      })
    }
  })
}

/**
 * Waits until it is written down, and no longer than somebody waits for an answer: what the engine does not take now is
 * written as soon as it does.
 * @throws PlumblineError 503 where something was done; what failed is answered with its own reason
 */
async function writeDown(trail: AuditTrail, event: AuditEvent): Promise<void> {
  const written = trail.write(event).then(() => true)
  written.catch(() => undefined)
  const isWritten = await Promise.race([written, sleep(patienceMs, false, { ref: false })])
  if (isWritten || event.outcome === 'failed') return
  throw new PlumblineError('audit_behind', 'It was done, but the audit trail can not be written now', {
    status: 503,
    mend: 'It is written down as soon as the store takes it. Look whether it is done before you do it again.',
  })
}

/** A download: a table or a list for a program. */
const isExport = (context: Context) =>
  context.req.path.startsWith('/api/') &&
  /^(text\/csv|application\/x-ndjson)\b/.test(context.res.headers.get('content-type') ?? '')

/** What was asked, in short: the plain values of a small body, without secrets and texts. */
async function readAsked(context: Context): Promise<string> {
  // of a body that does not say how long it is nothing is read here: it may have no end
  const length = Number(context.req.header('content-length') ?? Number.NaN)
  if (!(length <= longestAsked)) return ''
  const text = await context.req.raw
    .clone()
    .text()
    .catch(() => '')
  try {
    const body = JSON.parse(text) as Record<string, unknown>
    const plain = Object.entries(body).filter(
      ([name, value]) => !unsaid.has(name) && JSON.stringify(value).length <= 300,
    )
    return JSON.stringify(Object.fromEntries(plain)).slice(0, longestDetails)
  } catch {
    return ''
  }
}
