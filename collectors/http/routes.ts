import { Hono, type MiddlewareHandler } from 'hono'
import type { Estate } from '../../server/core/estate.ts'
import type { Push } from '../sources/push/push.ts'
import type { Spool } from '../spool/spool.ts'
import { openBodies } from './body.ts'
import { eventRoutes } from './events.ts'
import { otlpRoutes } from './otlp.ts'
import { webhookRoutes } from './webhooks.ts'

type Options = {
  estate: Estate
  spool: Spool
  guard: MiddlewareHandler
  /** Where what webhooks send goes; without it there are none */
  push?: Push
  /** How many bytes of bodies may be in hand at once */
  mostInHand?: number
}

/**
 * The ways in over HTTP, each behind the permission to ingest, which each refuses in its own protocol's words; a webhook
 * behind its own verification.
 */
export function ingestRoutes({ mostInHand, push, ...options }: Options): Hono {
  const shared = { ...options, bodies: openBodies(options.spool, mostInHand) }
  const routes = new Hono()
  if (push) routes.route('/', webhookRoutes({ ...shared, push }))
  return routes.route('/', otlpRoutes(shared)).route('/', eventRoutes(shared))
}
