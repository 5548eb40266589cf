import type { Answer } from '../../outgoing.ts'
import type { Verdict } from '../index.ts'

/** However far ahead a receiver sends us, we come back within a day: it may have meant another moment. */
const longestWait = 24 * 3_600_000

/**
 * What the answer of an HTTP receiver means, after Standard Webhooks: 2xx is success, 410 ends the calls until a person
 * asks for them, all else is tried again, not before the moment the receiver named. `hopeless` are the codes that say
 * that this message will never be taken.
 */
export function judgeHttp(answer: Answer, at: Date, hopeless: readonly number[] = []): Verdict {
  const { status, error } = answer
  if (status === 0) return { outcome: 'retry', reason: error, afterMs: 0 }
  if (status >= 200 && status < 300) return { outcome: 'delivered', reason: '' }
  if (status === 410) return { outcome: 'disabled', reason: 'it answered 410: it wants no more calls' }
  if (hopeless.includes(status))
    return { outcome: 'given_up', reason: `it answered ${status}: it does not take this message` }
  if (status >= 300 && status < 400)
    return { outcome: 'retry', reason: `it answered ${status}: redirects are not followed`, afterMs: 0 }
  const afterMs = readRetryAfter(answer.retryAfter, at)
  const wait = afterMs > 0 ? ` and asked to wait ${Math.ceil(afterMs / 1000)} s` : ''
  return { outcome: 'retry', reason: `it answered ${status}${wait}`, afterMs }
}

/** The time to wait that a Retry-After names, in seconds or as a moment; 0 when it names none. */
export function readRetryAfter(header: string, at: Date): number {
  const text = header.trim()
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - at.getTime()
  return Number.isNaN(ms) ? 0 : Math.min(Math.max(0, ms), longestWait)
}
