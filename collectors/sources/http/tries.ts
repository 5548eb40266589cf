import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import pRetry from 'p-retry'
import { describeError } from '../../../server/core/errors.ts'
import { SourceError } from '../pull/failure.ts'
import type { Tally } from '../pull/tally.ts'
import { longestWaitMs } from './answer.ts'

const tracer = trace.getTracer('plumbline.collectors')

/** A failure that another try may mend, and how long it asks us to wait before that. */
export class PassingError extends Error {
  readonly waitMs: number
  constructor(message: string, waitMs = 0) {
    super(message)
    this.waitMs = waitMs
  }
}

/**
 * Tries until it is answered: what fails in passing again with growing pauses, and no sooner than was asked for; who asks
 * for more than a minute is asked again by a later poll.
 * @throws SourceError what `once` throws; `not_answered` when the tries are used up
 */
export async function tryOften<Read>(
  once: (attempt: number) => Promise<Read>,
  { retries, signal }: { retries: number; signal: AbortSignal },
): Promise<Read> {
  try {
    return await pRetry(once, {
      retries,
      minTimeout: 500,
      maxTimeout: 30_000,
      randomize: true,
      signal,
      onFailedAttempt: async ({ error }) => {
        if (error instanceof PassingError && error.waitMs > 0 && error.waitMs <= longestWaitMs)
          await pause(error.waitMs, signal)
      },
      shouldRetry: ({ error }) => error instanceof PassingError && error.waitMs <= longestWaitMs,
    })
  } catch (error) {
    if (error instanceof PassingError)
      throw new SourceError('not_answered', error.message, { waitMs: error.waitMs, cause: error })
    throw error
  }
}

/** Who asks whom for what, as OpenTelemetry's HTTP client spans say it. */
export type TryOf = {
  source: string
  dependency?: string | undefined
  method: string
  url: URL
  name: string
}

/**
 * One try as a span, counted as a request, and from the second on as a retry. Of the address what is no parameter stands
 * in it, since those may be secret.
 */
export function traceTry<Read>(
  { source, dependency, method, url, name }: TryOf,
  attempt: number,
  tally: Tally,
  work: (span: Span) => Promise<Read>,
): Promise<Read> {
  const attributes = {
    'http.request.method': method,
    'server.address': url.hostname,
    'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
    'url.full': `${url.origin}${url.pathname}`,
    'peer.service': dependency ?? url.hostname,
    'plumbline.source': source,
    ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
  }
  return tracer.startActiveSpan(`${method} ${name}`, { kind: SpanKind.CLIENT, attributes }, async (span) => {
    tally.requests++
    if (attempt > 1) tally.retries++
    try {
      return await work(span)
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(error) })
      span.setAttribute('error.type', error instanceof SourceError ? error.code : 'failed')
      throw error
    } finally {
      span.end()
    }
  })
}

/** fetch says "fetch failed"; why stands below. */
export function describeCause(error: unknown): string {
  const cause = (error as { cause?: unknown }).cause
  return describeError(cause ?? error)
}

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
