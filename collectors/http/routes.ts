import { Hono, type MiddlewareHandler } from 'hono'
import type { Estate } from '../../server/core/estate.ts'
import type { Spool } from '../spool/spool.ts'
import { openBodies } from './body.ts'
import { eventRoutes } from './events.ts'
import { otlpRoutes } from './otlp.ts'

type Options = {
  estate: Estate
  spool: Spool
  guard: MiddlewareHandler
  /** How many bytes of bodies may be in hand at once */
  mostInHand?: number
}

/** The ways in over HTTP, each behind the permission to ingest, which each refuses in its own protocol's words. */
export function ingestRoutes({ mostInHand, ...options }: Options): Hono {
  const shared = { ...options, bodies: openBodies(options.spool, mostInHand) }
  return new Hono().route('/', otlpRoutes(shared)).route('/', eventRoutes(shared))
}
