import { createMiddleware } from 'hono/factory'
import type { Estate } from '../core/estate.ts'
import { createRedactor } from '../core/personal.ts'
import type { Access } from './access.ts'

/**
 * Masks what is about people in whatever the API answers to who may not see it. It stands before all routes, so that
 * none has to think of it; who sends something is answered unmasked, since that takes the permission that sees it.
 */
export function redactAnswers(estate: Estate, allow: Access) {
  const redactor = createRedactor(estate.personal)
  return createMiddleware(async (context, next) => {
    await next()
    if (allow.isHandedOn(context.req) || allow.carries(context.req, 'personal')) return
    const type = context.res.headers.get('content-type') ?? ''
    const mask = /^application\/json\b/.test(type)
      ? (text: string) => JSON.stringify(redactor.mask(JSON.parse(text)))
      : /^(text\/csv|application\/x-ndjson)\b/.test(type)
        ? redactor.maskText
        : undefined
    if (!mask || !context.res.body) return
    const { status, headers } = context.res
    const masked = mask(await context.res.text())
    // the old answer's headers would be joined with the new one's
    context.res = undefined
    context.res = new Response(masked, { status, headers: withoutLength(headers) })
  })
}

function withoutLength(headers: Headers): Headers {
  const kept = new Headers(headers)
  kept.delete('content-length')
  return kept
}
