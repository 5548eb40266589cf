import type { Span } from '../../server/api/schemas/traces.ts'

const T0 = 1_768_000_000_000_000_000n

/** A span of a trace as the API tells it, from its place in time in ms. */
export function span(id: string, parent: string, start_ms: number, duration_ms: number, error = false): Span {
  return {
    span_id: id,
    parent_span_id: parent,
    name: id,
    kind: 'INTERNAL',
    status: error ? 'ERROR' : 'UNSET',
    status_message: '',
    service: 's',
    system: '',
    plant: '',
    flow: '',
    key: '',
    start_ns: String(T0 + BigInt(start_ms) * 1_000_000n),
    duration_ns: String(BigInt(duration_ms) * 1_000_000n),
    scope: '',
    scope_version: '',
    trace_state: '',
    attributes: {},
    attribute_types: {},
    resource: {},
    resource_types: {},
    events: [],
    links: [],
  }
}
