import { Hono, type MiddlewareHandler } from 'hono'
import type { Estate } from '../../server/core/estate.ts'
import type { Spool } from '../spool/spool.ts'
import { eventRoutes } from './events.ts'
import { otlpRoutes } from './otlp.ts'

/** The ways in over HTTP, each behind the permission to ingest, which each refuses in its own protocol's words. */
export function ingestRoutes(options: { estate: Estate; spool: Spool; guard: MiddlewareHandler }): Hono {
  return new Hono().route('/', otlpRoutes(options)).route('/', eventRoutes(options))
}
