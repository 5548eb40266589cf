import type { Span } from '@opentelemetry/api'
import pThrottle from 'p-throttle'
import { Agent, fetch } from 'undici'
import type { PullConfig } from '../../../server/core/estate-pull-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Tally } from '../pull/tally.ts'
import { judgeAnswer, measureSkew } from './answer.ts'
import { openCredentials, readNeeded } from './auth.ts'
import { readBody } from './body.ts'
import { describeCause, PassingError, traceTry, tryOften } from './tries.ts'

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
    const asked = {
      source: config.source,
      dependency: config.dependency,
      method: 'GET',
      url,
      name: url.pathname,
    }
    return traceTry(asked, attempt, tally(), async (span) => {
      const answer = await ask(url, { 'accept-encoding': 'gzip, br', ...headers, ...said }, span)
      const found = await read(answer)
      span.setAttribute('plumbline.rows', found.rows)
      return found
    })
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
      let made = 0
      const asked = () =>
        tryOften(() => once(url, headers, read, ++made), { retries: limits.retries, signal: stopping.signal })
      try {
        return await asked()
      } catch (error) {
        // a token may have been taken back: whoever can have another asks once more, however seldom it may try
        const isRefused = error instanceof SourceError && error.code === 'unauthorized'
        if (!isRefused || !credentials.renew()) throw error
        return asked()
      }
    },
    close: async () => {
      stopping.abort()
      await agent.close()
    },
  }
}
