import { z } from '@hono/zod-openapi'
import { moment, scopeQuery } from './common.ts'

/** Of which type an attribute was sent, where it was not text. */
export const valueType = z.enum(['none', 'boolean', 'integer', 'double', 'list', 'map', 'bytes'])
const types = z.record(z.string(), valueType)

export const span = z.object({
  span_id: z.string(),
  parent_span_id: z.string(),
  name: z.string(),
  kind: z.string(),
  status: z.enum(['UNSET', 'OK', 'ERROR']),
  status_message: z.string(),
  /** service.name */
  service: z.string(),
  system: z.string(),
  plant: z.string(),
  flow: z.string(),
  key: z.string(),
  /** nanoseconds since the epoch, as text */
  start_ns: z.string(),
  duration_ns: z.string(),
  scope: z.string(),
  scope_version: z.string(),
  /** the W3C tracestate header as it was sent */
  trace_state: z.string(),
  attributes: z.record(z.string(), z.string()),
  /** names of attributes that were sent as something else than text */
  attribute_types: types,
  resource: z.record(z.string(), z.string()),
  resource_types: types,
  events: z.array(
    z.object({ at_ns: z.string(), name: z.string(), attributes: z.record(z.string(), z.string()) }),
  ),
  links: z.array(
    z.object({ trace_id: z.string(), span_id: z.string(), attributes: z.record(z.string(), z.string()) }),
  ),
})
export const traceDetail = z
  .object({
    trace_id: z.string(),
    start_ns: z.string(),
    duration_ns: z.string(),
    span_count: z.number(),
    error_count: z.number(),
    spans: z.array(span),
  })
  .openapi('Trace')
export const traceQuery = scopeQuery.pick({ hours: true, from: true, to: true }).extend({
  plant: z.string().optional(),
  flow: z.string().optional(),
  service: z.string().optional(),
  key: z.string().optional().openapi({ description: 'Business key carried by a span, or a trace id' }),
  errors: z.enum(['true', 'false']).optional(),
  min_ms: z.coerce.number<string | number>().min(0).optional(),
  dependency: z
    .string()
    .optional()
    .openapi({ description: 'Traces with a call to this dependency; `service` is then who called' }),
  callee: z
    .string()
    .optional()
    .openapi({ description: 'Traces in which `service` called this service or dependency' }),
  calls: z
    .enum(['all', 'errors', 'throttled', 'slow'])
    .default('all')
    .openapi({ description: 'Which calls to the dependency; slow: longer than agreed' }),
  limit: z.coerce.number<string | number>().int().min(1).max(500).default(100),
})
export const traceList = z
  .object({
    as_of: moment,
    rows: z.array(
      z.object({
        trace_id: z.string(),
        started_at: moment,
        duration_ms: z.number(),
        root: z.string(),
        service: z.string(),
        plant: z.string(),
        flow: z.string(),
        key: z.string(),
        spans: z.number(),
        errors: z.number(),
        services: z.array(z.string()),
      }),
    ),
    services: z.array(z.string()),
  })
  .openapi('TraceList')
export type ValueType = z.infer<typeof valueType>
export type Span = z.infer<typeof span>
export type TraceDetail = z.infer<typeof traceDetail>
export type TraceList = z.infer<typeof traceList>
export type TraceQuery = z.infer<typeof traceQuery>
