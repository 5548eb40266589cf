import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import pRetry from 'p-retry'
import { describeError } from '../../../server/core/errors.ts'
import type { SqlSourceConfig } from '../../../server/core/estate-sql-schema.ts'
import { SourceError } from '../pull/failure.ts'
import type { Tally } from '../pull/tally.ts'
import { portOf, whatOf } from './place.ts'

/** Who asks, and what it counts for. */
export type Request = {
  source: SqlSourceConfig
  tally: () => Tally
  /** Takes one request from the day's, or throws */
  spend: () => void
}

const tracer = trace.getTracer('plumbline.collectors')
const systems = {
  postgresql: 'postgresql',
  mysql: 'mysql',
  sqlserver: 'microsoft.sql_server',
  oracle: 'oracle.db',
} as const

/**
 * Asks a database: each try is a span, as OpenTelemetry names them, and counts as a request. What was not answered at
 * all is tried again at once, as often as the source says; what was refused is not.
 */
export function traceRequest<Result>(
  { source, tally, spend }: Request,
  operation: 'look' | 'fetch',
  work: (count: (rows: number, bytes: number) => void) => Promise<Result>,
): Promise<Result> {
  const once = (attempt: number) => {
    spend()
    return tracer.startActiveSpan(
      `SELECT ${whatOf(source)}`,
      {
        kind: SpanKind.CLIENT,
        attributes: {
          'db.system.name': systems[source.dialect],
          'db.namespace': source.database,
          'db.operation.name': 'SELECT',
          'server.address': source.host,
          'server.port': portOf(source),
          'peer.service': source.dependency ?? source.host,
          'plumbline.source': source.source,
          'plumbline.operation': operation,
        },
      },
      async (span) => {
        tally().requests++
        if (attempt > 1) tally().retries++
        try {
          return await work((rows, bytes) => {
            tally().bytes += bytes
            span.setAttribute('plumbline.rows', rows)
            span.setAttribute('plumbline.bytes', bytes)
          })
        } catch (error) {
          span.setStatus({ code: SpanStatusCode.ERROR, message: describeError(error) })
          span.setAttribute('error.type', error instanceof SourceError ? error.code : 'failed')
          throw error
        } finally {
          span.end()
        }
      },
    )
  }
  return pRetry(once, {
    retries: source.limits.retries,
    minTimeout: 500,
    maxTimeout: 30_000,
    randomize: true,
    shouldRetry: ({ error }) => error instanceof SourceError && error.code === 'not_answered',
  })
}
