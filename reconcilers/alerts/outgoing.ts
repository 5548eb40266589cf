import type { LookupFunction } from 'node:net'
import { Agent, request } from 'undici'
import { describeError } from '../../server/core/errors.ts'
import { type Resolve, resolveHost } from './outgoing-addresses.ts'

/** One request of a message, as it goes out. */
export type HttpMessage = { method: 'POST'; url: string; headers: Record<string, string>; body: string }

/** What came back; a status of 0 where nothing did, and then why. */
export type Answer = { status: number; text: string; retryAfter: string; error: string }

export type Limits = { timeout: number; allow_private: boolean }
export type Outgoing = {
  /** Sends a request and takes the answer as it is; never throws for what the other side does. */
  post(message: HttpMessage, limits: Limits, signal: AbortSignal): Promise<Answer>
  close(): Promise<void>
}

/** What is read of an answer at most; the rest is not for us. */
const longestAnswer = 4_096

/**
 * The way out by HTTP: to the address that was judged and no other, no redirect followed, a limit on the time, and a
 * new connection each time, so that none is reused whose name has moved.
 */
export function createOutgoing(resolve?: Resolve): Outgoing {
  const agents = new Map(
    [true, false].map((allowPrivate) => [
      allowPrivate,
      new Agent({ connect: { lookup: judgedLookup(allowPrivate, resolve) } }),
    ]),
  )
  return {
    post: async (message, limits, signal) => {
      const limit = AbortSignal.timeout(limits.timeout)
      try {
        // an address that is written as a number is never looked up
        await resolveHost(new URL(message.url).hostname, limits.allow_private, resolve)
        const response = await request(message.url, {
          method: message.method,
          headers: message.headers,
          body: message.body,
          dispatcher: agents.get(limits.allow_private) as Agent,
          signal: AbortSignal.any([limit, signal]),
          reset: true,
        })
        const header = response.headers['retry-after']
        return {
          status: response.statusCode,
          text: await readStart(response.body),
          retryAfter: Array.isArray(header) ? (header[0] ?? '') : (header ?? ''),
          error: '',
        }
      } catch (error) {
        if (signal.aborted) throw error
        const why = limit.aborted ? `it did not answer within ${limits.timeout} ms` : describeFailure(error)
        return { status: 0, text: '', retryAfter: '', error: why }
      }
    },
    close: async () => {
      for (const agent of agents.values()) await agent.destroy()
    },
  }
}

/** Several addresses that all fail make an error without words; its code says as much. */
const describeFailure = (error: unknown) =>
  describeError(error) || (error as { code?: string }).code || 'the connection failed'

/** A look-up that answers only what may be called: what it says is what is connected to. */
function judgedLookup(allowPrivate: boolean, resolve: Resolve | undefined): LookupFunction {
  return (host, options, callback) => {
    resolveHost(host, allowPrivate, resolve).then(
      (found) => {
        const [first] = found
        if (options.all) callback(null, found)
        else callback(null, first?.address ?? '', first?.family)
      },
      (error) => callback(error as NodeJS.ErrnoException, '', 4),
    )
  }
}

/** The start of an answer's body. One that breaks off, or does not end in time, is judged by what came of it. */
async function readStart(body: AsyncIterable<Buffer> & { destroy(): void }): Promise<string> {
  const parts: Buffer[] = []
  let size = 0
  try {
    for await (const part of body) {
      parts.push(part)
      size += part.length
      if (size >= longestAnswer) break
    }
  } catch {
    // its status has been said, and says enough
  }
  body.destroy()
  return Buffer.concat(parts).subarray(0, longestAnswer).toString('utf8')
}
