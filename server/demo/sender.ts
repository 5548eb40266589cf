import { setTimeout as sleep } from 'node:timers/promises'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { describeError } from '../core/errors.ts'
import type { CloudEventJson, SpanPlan } from './effects.ts'
import { createSpanMaker } from './span-maker.ts'

export type Tell = (level: 'debug' | 'info' | 'warn', text: string, fields?: Record<string, unknown>) => void

export type Sender = {
  /** Sends in order; resolves when all is acknowledged. */
  sendEvents(events: CloudEventJson[]): Promise<void>
  /** Sends in any order; resolves when all is acknowledged. */
  sendSpans(spans: SpanPlan[]): Promise<void>
  close(): Promise<void>
}

const eventsAtOnce = 500
const spansAtOnce = 2_000
const requestsAtOnce = 3
const longestWait = 5_000

/**
 * Brings events and spans to the product's front door. A server that is not up yet, or answers 429 or 5xx, is asked
 * again after a growing wait (its Retry-After counts) until `stopped`; a refusal is a fault of ours and is thrown.
 */
export function createSender(options: {
  url: string
  headers: Record<string, string>
  stopped: AbortSignal
  tell: Tell
}): Sender {
  const { url, headers, stopped, tell } = options
  const maker = createSpanMaker()
  const exporter = new OTLPTraceExporter({
    url: `${url}/v1/traces`,
    headers,
    concurrencyLimit: requestsAtOnce + 1,
    timeoutMillis: 30_000,
  })

  /** Repeats until the work says it is done; it returns how long the other side wants us to wait. */
  async function insist(what: string, work: () => Promise<'done' | { wait: number; reason: string }>) {
    for (let tries = 1; ; tries++) {
      stopped.throwIfAborted()
      const outcome = await work()
      if (outcome === 'done') return
      const wait = Math.min(Math.max(outcome.wait, 100 * 2 ** Math.min(tries, 6)), longestWait)
      tell(tries % 10 === 0 ? 'warn' : 'debug', `the demo's ${what} were not taken; trying again`, {
        reason: outcome.reason,
        tries,
        wait_ms: wait,
      })
      await sleep(wait, undefined, { signal: stopped })
    }
  }

  async function postEvents(body: string): Promise<'done' | { wait: number; reason: string }> {
    let response: Response
    try {
      response = await fetch(`${url}/v1/events`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/cloudevents-batch+json' },
        body,
        signal: stopped,
      })
    } catch (error) {
      stopped.throwIfAborted()
      return { wait: 0, reason: describeError(error) }
    }
    const text = await response.text()
    if (response.ok) {
      reportQuarantine(text)
      return 'done'
    }
    if (response.status === 429 || response.status >= 500)
      return {
        wait: Number(response.headers.get('retry-after') ?? 0) * 1_000 || 0,
        reason: String(response.status),
      }
    throw new Error(`The demo's events were refused with ${response.status}: ${text.slice(0, 500)}`)
  }

  /**
   * The clock fault ends in quarantine on purpose, and the unknown item later, when the engine has judged it; anything
   * else there is a fault of the simulation.
   */
  function reportQuarantine(text: string): void {
    const answer = JSON.parse(text || '{}') as {
      reasons?: { id: string; reasons: string[]; codes: string[] }[]
    }
    const strange = (answer.reasons ?? []).filter(({ codes }) => codes.some((code) => code !== 'time.future'))
    if (strange.length > 0)
      tell('warn', 'events of the demo were quarantined', { events: strange.length, first: strange[0] })
  }

  const exportSpans = (spans: SpanPlan[]): Promise<'done' | { wait: number; reason: string }> =>
    new Promise((resolve) =>
      exporter.export(maker.make(spans), (result) =>
        resolve(result.code === 0 ? 'done' : { wait: 500, reason: describeError(result.error) }),
      ),
    )

  return {
    sendEvents: async (events) => {
      for (let at = 0; at < events.length; at += eventsAtOnce) {
        const body = JSON.stringify(events.slice(at, at + eventsAtOnce))
        await insist('events', () => postEvents(body))
      }
    },
    sendSpans: async (spans) => {
      let next = 0
      const lane = async () => {
        while (next < spans.length) {
          const part = spans.slice(next, next + spansAtOnce)
          next += spansAtOnce
          await insist('spans', () => exportSpans(part))
        }
      }
      await Promise.all(Array.from({ length: requestsAtOnce }, lane))
    },
    // what is under way is not waited for: the next start sends it again
    close: () => Promise.race([exporter.shutdown(), sleep(300)]),
  }
}
