import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import pRetry from 'p-retry'
import pThrottle from 'p-throttle'
import { Agent, fetch } from 'undici'
import { describeError } from '../../../server/core/errors.ts'
import type { PullConfig } from '../../../server/core/estate-pull-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Tally } from '../pull/tally.ts'
import { judgeAnswer, longestWaitMs, measureSkew } from './answer.ts'
import { openCredentials, readNeeded } from './auth.ts'
import { readBody } from './body.ts'

/** An answer that was given: 2xx, whole, and no larger than the source may answer. */
export type HttpAnswer = { status: number; headers: Headers; text: string; url: URL }

/** How a source is asked: who we are, how often, how long, how much; each try is a span. */
export type HttpClient = {
  /**
   * Asks, and reads the answer inside of the span, so that what it can't read fails there.
   * @throws SourceError when it was not answered, or not with what can be read
   */
  get<Read extends { rows: number }>(
    url: URL,
    headers: Record<string, string>,
    read: (answer: HttpAnswer) => Read | Promise<Read>,
  ): Promise<Read>
  close(): Promise<void>
}

const tracer = trace.getTracer('plumbline.collectors')

/** A failure that another try may mend. */
class PassingError extends Error {
  readonly waitMs: number
  constructor(message: string, waitMs = 0) {
    super(message)
    this.waitMs = waitMs
  }
}

/**
 * Opens the way to a source.
 * @param tally counts what this poll costs
 * @param spend takes one request from the day's, or throws
 * @throws SourceError `secret_missing` when a variable that its settings name is not set
 */
export function openHttp(
  config: Pick<PullConfig, 'source' | 'auth' | 'tls' | 'limits' | 'dependency'>,
  tally: () => Tally,
  spend: () => void,
  env: NodeJS.ProcessEnv = process.env,
): HttpClient {
  const { limits, tls } = config
  const pem = (name: string | undefined) => name && readNeeded(env, name)
  const agent = new Agent({
    connect: {
      timeout: limits.timeout,
      ...(tls && { ca: pem(tls.ca_from), cert: pem(tls.cert_from), key: pem(tls.key_from) }),
    } as never,
    headersTimeout: limits.timeout,
    bodyTimeout: limits.timeout,
  })
  const credentials = openCredentials(config.auth, agent, env)
  const slow = pThrottle({
    limit: Math.max(1, Math.floor(limits.per_second ?? 1000)),
    interval: Math.max(1000, 1000 / (limits.per_second ?? 1000)),
  })(async () => undefined)
  const stopping = new AbortController()

  const once = async <Read extends { rows: number }>(
    url: URL,
    headers: Record<string, string>,
    read: (answer: HttpAnswer) => Read | Promise<Read>,
    attempt: number,
  ): Promise<Read> => {
    await slow()
    spend()
    const said = await credentials.headers()
    return tracer.startActiveSpan(
      `GET ${url.pathname}`,
      { kind: SpanKind.CLIENT, attributes: describeRequest(config, url, attempt) },
      async (span) => {
        tally().requests++
        if (attempt > 1) tally().retries++
        try {
          const answer = await ask(url, { 'accept-encoding': 'gzip, br', ...headers, ...said }, span)
          const found = await read(answer)
          span.setAttribute('plumbline.rows', found.rows)
          return found
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(error) })
          span.setAttribute('error.type', error instanceof SourceError ? error.code : 'failed')
          throw error
        } finally {
          span.end()
        }
      },
    )
  }

  const ask = async (url: URL, headers: Record<string, string>, span: Span): Promise<HttpAnswer> => {
    const askedAt = Date.now()
    const limit = AbortSignal.timeout(limits.timeout)
    try {
      const response = await fetch(url, {
        headers,
        // whoever is sent elsewhere takes our credentials along
        redirect: 'manual',
        dispatcher: agent,
        signal: AbortSignal.any([limit, stopping.signal]),
      })
      span.setAttribute('http.response.status_code', response.status)
      const skew = measureSkew(response.headers.get('date'), askedAt, Date.now())
      if (skew !== null) tally().skew_ms = skew
      const { text, bytes } = await readBody(response, limits.answer_mib)
      tally().bytes += bytes
      span.setAttribute('http.response.body.size', bytes)
      const verdict = judgeAnswer(url, response.status, response.headers, text)
      if (verdict.kind === 'passing') throw new PassingError(verdict.message, verdict.waitMs)
      if (verdict.kind === 'final') throw verdict.error
      return { status: response.status, headers: response.headers as never, text, url }
    } catch (error) {
      if (error instanceof SourceError || error instanceof PassingError) throw error
      if (stopping.signal.aborted) throw new SourceError('stopped', 'Plumbline is being stopped')
      throw new PassingError(
        limit.aborted
          ? `${url.host} did not answer within ${limits.timeout} ms`
          : `${url.host} could not be reached: ${describeCause(error)}`,
      )
    }
  }

  return {
    get: async (url, headers, read) => {
      let isRenewed = false
      try {
        return await pRetry((attempt) => once(url, headers, read, attempt), {
          retries: limits.retries,
          minTimeout: 500,
          maxTimeout: 30_000,
          randomize: true,
          signal: stopping.signal,
          onFailedAttempt: async ({ error }) => {
            if (error instanceof PassingError && error.waitMs > 0 && error.waitMs <= longestWaitMs)
              await pause(error.waitMs, stopping.signal)
          },
          shouldRetry: ({ error }) => {
            if (error instanceof SourceError && error.code === 'unauthorized' && !isRenewed) {
              isRenewed = true
              return credentials.renew()
            }
            return error instanceof PassingError && error.waitMs <= longestWaitMs
          },
        })
      } catch (error) {
        if (error instanceof PassingError)
          throw new SourceError('not_answered', error.message, { waitMs: error.waitMs, cause: error })
        throw error
      }
    },
    close: async () => {
      stopping.abort()
      await agent.close()
    },
  }
}

/** The attributes of OpenTelemetry's HTTP client spans; of the address what is no parameter, since those may be secret. */
const describeRequest = (config: Pick<PullConfig, 'source' | 'dependency'>, url: URL, attempt: number) => ({
  'http.request.method': 'GET',
  'server.address': url.hostname,
  'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
  'url.full': `${url.origin}${url.pathname}`,
  'peer.service': config.dependency ?? url.hostname,
  'plumbline.source': config.source,
  ...(attempt > 1 && { 'http.request.resend_count': attempt - 1 }),
})

/** fetch says "fetch failed"; why stands below. */
function describeCause(error: unknown): string {
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
