import { metrics } from '@opentelemetry/api'
import type { Estate } from '../../../server/core/estate.ts'
import type { WebhookSourceConfig } from '../../../server/core/estate-webhook-schema.ts'
import { createVerifier, type Verifier } from './verify.ts'

type Outcome = 'taken' | 'unverified' | 'too_fast' | 'too_large' | 'secret_missing'
/** What came to a webhook since it was asked last. */
export type Visits = { taken: number; bytes: number; refused: Map<string, number> }

/** Knows each webhook: who may come in, how fast, and how many did. */
export type Doorman = {
  find(source: string): WebhookSourceConfig | undefined
  /** What verifies deliveries of a source; undefined where it has nothing to. @throws SourceError `secret_missing` */
  verifierOf(source: WebhookSourceConfig): Verifier | undefined
  /** How long until another delivery may come, in milliseconds; 0 when this one may, which then counts. */
  waitOf(source: WebhookSourceConfig, now: number): number
  note(source: string, outcome: Outcome, told?: { bytes?: number; reason?: string }): void
  /** What came since the last time this was asked */
  visits(source: string): Visits
}

/** Makes the doorman of an estate's webhooks. */
export function createDoorman(estate: Estate): Doorman {
  const sources = new Map(
    estate.sources.flatMap((source) => (source.kind === 'webhook' ? [[source.source, source] as const] : [])),
  )
  const verifiers = new Map<string, Verifier>()
  const seen = new Map<string, Visits>()
  const buckets = new Map<string, { left: number; at: number }>()
  const counter = metrics
    .getMeter('plumbline.collectors')
    .createCounter('plumbline.webhooks.deliveries', { unit: '{delivery}' })
  const visitsOf = (source: string) => {
    const visits = seen.get(source) ?? { taken: 0, bytes: 0, refused: new Map() }
    seen.set(source, visits)
    return visits
  }
  return {
    find: (source) => sources.get(source),
    verifierOf: ({ source, verify }) => {
      if (!verify) return undefined
      const made = verifiers.get(source) ?? createVerifier(verify)
      verifiers.set(source, made)
      return made
    },
    waitOf: ({ source, limits: { per_second: rate } }, now) => {
      const most = Math.max(1, rate)
      const bucket = buckets.get(source) ?? { left: most, at: now }
      bucket.left = Math.min(most, bucket.left + (Math.max(0, now - bucket.at) / 1000) * rate)
      bucket.at = now
      buckets.set(source, bucket)
      if (bucket.left < 1) return Math.ceil(((1 - bucket.left) / rate) * 1000)
      bucket.left--
      return 0
    },
    note: (source, outcome, { bytes = 0, reason = outcome } = {}) => {
      counter.add(1, { 'plumbline.source': source, 'plumbline.outcome': outcome })
      const visits = visitsOf(source)
      visits.bytes += bytes
      if (outcome === 'taken') visits.taken++
      else visits.refused.set(reason, (visits.refused.get(reason) ?? 0) + 1)
    },
    visits: (source) => {
      const visits = visitsOf(source)
      seen.delete(source)
      return visits
    },
  }
}
