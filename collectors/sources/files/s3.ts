import type { Span } from '@opentelemetry/api'
import { AwsV4Signer } from 'aws4fetch'
import { Agent, fetch, type Response } from 'undici'
import type { BucketConfig } from '../../../server/core/estate-files-schema.ts'
import { judgeAnswer, measureSkew } from '../http/answer.ts'
import { readNeeded } from '../http/auth.ts'
import { describeCause, PassingError, traceTry, tryOften } from '../http/tries.ts'
import { SourceError } from '../pull/failure.ts'
import type { Tally } from '../pull/tally.ts'

/** What is asked of a bucket. */
export type S3Ask = {
  method: 'GET' | 'HEAD' | 'PUT' | 'POST' | 'DELETE'
  /** '' is the bucket itself */
  key: string
  query?: Record<string, string>
  headers?: Record<string, string>
  /** What is sent; a second try sends it again */
  body?: Uint8Array
  /** Statuses that are an answer, besides those of success */
  expected?: number[]
}

/** Asks a bucket in the words of S3, signed; each try is a span, and a failure that may pass is tried again. */
export type S3 = {
  host: string
  /** @throws SourceError when it was not answered, or not with what can be read */
  ask<Read>(
    ask: S3Ask,
    read: (response: Response, seen: (bytes: number) => void) => Promise<Read>,
  ): Promise<Read>
  close(): Promise<void>
}

/** What an error has to say is short. */
const mostOfError = 64 * 1024

/** Opens the way to a bucket. Its keys are read when it is first asked, and are in no address and no message. */
export function openS3(
  source: { source: string; bucket: BucketConfig },
  tally: () => Tally,
  env: NodeJS.ProcessEnv = process.env,
): S3 {
  const { bucket } = source
  const base = addressOf(bucket)
  const agent = new Agent({
    connect: { timeout: bucket.timeout },
    headersTimeout: bucket.timeout,
    bodyTimeout: bucket.timeout,
  })
  const stopping = new AbortController()

  const sign = ({ method, key, query = {}, headers = {} }: S3Ask) => {
    const url = new URL(base)
    url.pathname = [base.pathname.replace(/\/$/, ''), ...(key === '' ? [] : [encodeKey(key)])].join('/')
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return new AwsV4Signer({
      method,
      url: url.href,
      headers,
      service: 's3',
      region: bucket.region,
      accessKeyId: readNeeded(env, bucket.access_key_from),
      secretAccessKey: readNeeded(env, bucket.secret_key_from),
      ...(bucket.session_token_from && { sessionToken: readNeeded(env, bucket.session_token_from) }),
    }).sign()
  }
  const answer = async (ask: S3Ask, span: Span): Promise<Response> => {
    const signed = await sign(ask)
    const askedAt = Date.now()
    // until it begins to answer; a long object may take as long as it goes on
    const late = new AbortController()
    const timer = setTimeout(
      () => late.abort(new PassingError(`${base.host} did not answer within ${bucket.timeout} ms`)),
      bucket.timeout,
    )
    const response = await fetch(signed.url, {
      method: ask.method,
      headers: [...signed.headers],
      ...(ask.body && { body: ask.body }),
      redirect: 'manual',
      dispatcher: agent,
      signal: AbortSignal.any([late.signal, stopping.signal]),
    }).finally(() => clearTimeout(timer))
    span.setAttribute('http.response.status_code', response.status)
    const skew = measureSkew(response.headers.get('date'), askedAt, Date.now())
    if (skew !== null) tally().skew_ms = skew
    if (response.ok || ask.expected?.includes(response.status)) return response
    const text = (await response.text()).slice(0, mostOfError)
    const verdict = judgeAnswer(signed.url, response.status, response.headers, text)
    if (verdict.kind === 'passing') throw new PassingError(verdict.message, verdict.waitMs)
    throw verdict.kind === 'final' ? verdict.error : new PassingError(`answered ${response.status}`)
  }
  const once = <Read>(ask: S3Ask, read: Parameters<S3['ask']>[1], attempt: number): Promise<Read> => {
    const url = new URL(ask.key && `${base.pathname.replace(/\/$/, '')}/${encodeKey(ask.key)}`, base)
    const asked = { source: source.source, method: ask.method, url, name: base.pathname }
    return traceTry(asked, attempt, tally(), async (span) => {
      let bytes = 0
      try {
        return (await read(await answer(ask, span), (more) => {
          bytes += more
        })) as Read
      } catch (error) {
        if (stopping.signal.aborted) throw new SourceError('stopped', 'Plumbline is being stopped')
        if (!isTransport(error)) throw error
        throw new PassingError(`${base.host} could not be read: ${describeCause(error)}`)
      } finally {
        tally().bytes += bytes
        span.setAttribute('http.response.body.size', bytes)
      }
    })
  }
  return {
    host: base.host,
    ask: (ask, read) =>
      tryOften((attempt) => once<never>(ask, read, attempt), {
        retries: bucket.retries,
        signal: stopping.signal,
      }),
    close: async () => {
      stopping.abort()
      await agent.close()
    },
  }
}

const encodeKey = (key: string) => key.split('/').map(encodeURIComponent).join('/')

/** The bucket in the path, or in front of the host. */
function addressOf({ endpoint, region, bucket, path_style }: BucketConfig): URL {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  if (path_style) url.pathname = `${url.pathname.replace(/\/$/, '')}/${bucket}`
  else url.hostname = `${bucket}.${url.hostname}`
  return url
}

/** What the way there, rather than what was said, has failed of: it may pass. */
const isTransport = (error: unknown) =>
  error instanceof TypeError ||
  (error instanceof Error &&
    (error.name === 'AbortError' ||
      /^UND_ERR|^E[A-Z]+$/.test(String((error as { code?: unknown }).code ?? ''))))
