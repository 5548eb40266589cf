import { createRoute } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { findDependency } from './dependency-facts.ts'
import { unfoldAll } from './nested-values.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  type TraceDetail,
  type TraceList,
  type TraceQuery,
  traceDetail,
  traceList,
  traceQuery,
  type ValueType,
} from './schemas/traces.ts'
import { readRange } from './scope.ts'

export const traceRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/traces',
        tags: ['traces'],
        summary: 'Traces with a span that matches, newest first',
        middleware: [allow('read')] as const,
        request: { query: traceQuery },
        responses: answers(traceList, 'Traces'),
      }),
      async (c) => c.json(await listTraces(context, c.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/traces/{trace_id}',
        tags: ['traces'],
        summary: 'One trace with all its spans',
        middleware: [allow('read')] as const,
        request: { params: keyParam('trace_id', '32 hex digits') },
        responses: answers(traceDetail, 'The trace'),
      }),
      async (c) => c.json(await readTrace(context, c.req.valid('param').trace_id), 200),
    )

async function listTraces(context: ApiContext, query: TraceQuery): Promise<TraceList> {
  const { store } = context
  const at = new Date()
  const { from, to } = readRange(query, at)
  // a clock that runs ahead must not hide its spans
  const until = to < at ? to : new Date(at.getTime() + 3_600_000)
  const [rows, services] = await Promise.all([
    query.dependency || query.callee
      ? findCalls(context, query, from, until)
      : findTraces(context, query, from, until),
    store.query('services', { from }),
  ])
  return {
    as_of: at.toISOString(),
    rows: rows.map((row) => ({
      trace_id: row.trace_id,
      started_at: row.started_at,
      duration_ms: row.duration_ms,
      root: row.root,
      service: row.root_service,
      plant: row.trace_plant,
      flow: row.trace_flow,
      key: row.trace_key,
      spans: row.spans,
      errors: row.errors,
      services: row.services,
    })),
    services: services.map((row) => row.service),
  }
}

/** The last seconds are looked at first; where they hold too little, so many times as long. */
const firstMs = 4_000
const longer = 8

/**
 * The newest traces that match, from no more spans than it takes: of a trace that began within the last minute every
 * span is of that minute. One that began before is known only by all of its spans, and counts once the look back has
 * reached its beginning.
 */
async function findTraces({ store }: ApiContext, query: TraceQuery, from: Date, to: Date) {
  const find = (since: Date, ids: string[] = []) =>
    store.query('traces', {
      from: since,
      to,
      plant: query.plant ?? '',
      flow: query.flow ?? '',
      service: query.service ?? '',
      key: query.key ?? '',
      errors: query.errors === 'true',
      min_ms: query.min_ms ?? 0,
      ids,
      limit: query.limit,
    })
  const newest = Math.min(to.getTime(), Date.now())
  // a key has few traces, and they are found by it
  for (let back = query.key ? Number.POSITIVE_INFINITY : firstMs; ; back *= longer) {
    const since = newest - back
    if (since <= from.getTime()) return find(from)
    const seen = await find(new Date(since))
    if (seen.length < query.limit) continue
    const whole = await find(
      from,
      seen.map((row) => row.trace_id),
    )
    if (whole.length === seen.length && whole.every((row) => Date.parse(row.started_at) >= since))
      return whole
  }
}

/** Traces by a call to a dependency, or from one service to another: what stands behind the numbers of their pages. */
function findCalls({ store, estate }: ApiContext, query: TraceQuery, from: Date, to: Date) {
  const { spellings, agreed } = findDependency(estate, query.dependency ?? query.callee ?? '')
  return store.query('traces_of_calls', {
    from,
    to,
    plant: query.plant ?? '',
    flow: query.flow ?? '',
    service: query.service ?? '',
    peers: spellings,
    callee: query.callee ?? '',
    errors: query.calls === 'errors',
    throttled: query.calls === 'throttled',
    over_ms: query.calls === 'slow' ? (agreed?.latency ?? 0) : 0,
    limit: query.limit,
  })
}

async function readTrace({ store }: ApiContext, traceId: string): Promise<TraceDetail> {
  const trace_id = traceId.toLowerCase()
  if (!/^[0-9a-f]{32}$/.test(trace_id))
    throw new PlumblineError('trace_invalid', `"${traceId}" is not a trace id; expected 32 hex digits`, {
      status: 404,
      where: 'trace_id',
    })
  const rows = await store.query('trace_spans', { trace_id })
  if (rows.length === 0)
    throw new PlumblineError('trace_unknown', `No span of trace ${trace_id} is stored`, {
      status: 404,
      where: 'trace_id',
      mend: 'It may be past its retention, or not have arrived yet.',
    })
  const starts = rows.map((row) => BigInt(row.start_ns))
  const ends = rows.map((row) => BigInt(row.start_ns) + BigInt(row.duration_ns))
  const start = starts.reduce((least, value) => (value < least ? value : least))
  const end = ends.reduce((most, value) => (value > most ? value : most))
  return {
    trace_id,
    start_ns: start.toString(),
    duration_ns: (end - start).toString(),
    span_count: rows.length,
    error_count: rows.filter((row) => row.status === 'ERROR').length,
    spans: rows.map(readSpan),
  }
}

function readSpan({
  event_ns,
  event_names,
  event_attributes,
  link_trace_ids,
  link_span_ids,
  link_attributes,
  attribute_names,
  attribute_types,
  resource_names,
  resource_types,
  ...row
}: QueryRow['trace_spans']): TraceDetail['spans'][number] {
  return {
    ...row,
    attributes: unfoldAll(row.attributes),
    resource: unfoldAll(row.resource),
    attribute_types: nameTypes(attribute_names, attribute_types),
    resource_types: nameTypes(resource_names, resource_types),
    events: event_ns.map((at_ns, index) => ({
      at_ns,
      name: event_names[index] ?? '',
      attributes: unfoldAll(event_attributes[index] ?? {}),
    })),
    links: link_trace_ids.map((trace_id, index) => ({
      trace_id,
      span_id: link_span_ids[index] ?? '',
      attributes: unfoldAll(link_attributes[index] ?? {}),
    })),
  }
}

/** The digits the store keeps, a digit for each attribute in their order; text is what an attribute is unless said. */
const typeOf: Partial<Record<string, ValueType>> = {
  0: 'none',
  2: 'boolean',
  3: 'integer',
  4: 'double',
  5: 'list',
  6: 'map',
  7: 'bytes',
}
function nameTypes(names: string[], digits: string): Record<string, ValueType> {
  // digits of other names would lie
  if (names.length !== digits.length) return {}
  return Object.fromEntries(
    names.flatMap((name, index) => {
      const type = typeOf[digits[index] ?? '']
      return type ? [[name, type]] : []
    }),
  )
}
