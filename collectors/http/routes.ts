import { Hono } from 'hono'
import type { Estate } from '../../server/core/estate.ts'
import type { Spool } from '../spool/spool.ts'
import { eventRoutes } from './events.ts'
import { otlpRoutes } from './otlp.ts'

/** The ways in over HTTP. The caller puts them behind the permission to ingest. */
export function ingestRoutes({ estate, spool }: { estate: Estate; spool: Spool }): Hono {
  return new Hono().route('/', otlpRoutes(spool)).route('/', eventRoutes(spool, estate))
}
