import protobuf from 'protobufjs'
import type { Store } from '../../sql/store.ts'

const { root } = protobuf.parse(
  `syntax = "proto3";
  message Request { repeated ResourceSpans resource_spans = 1; }
  message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
  message Resource { repeated KeyValue attributes = 1; }
  message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
  message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
  message Span { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
    fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9; repeated Event events = 11; repeated Link links = 13; Status status = 15; fixed32 flags = 16; }
  message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
  message Link { bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; repeated KeyValue attributes = 4; }
  message Status { string message = 2; int32 code = 3; }
  message KeyValue { string key = 1; AnyValue value = 2; }
  message AnyValue { oneof value { string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4; ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
  message ArrayValue { repeated AnyValue values = 1; }
  message KeyValueList { repeated KeyValue values = 1; }`,
  { keepCase: true },
)
const Request = root.lookupType('Request')

type Value = Record<string, unknown>
type Pair = { key: string; value: Value | null }
type Span = {
  trace_id: Uint8Array
  span_id: Uint8Array
  parent_span_id: Uint8Array
  name: string
  kind: number
  start_time_unix_nano: { toString(): string }
  end_time_unix_nano: { toString(): string }
  attributes: Pair[]
  events: { time_unix_nano: { toString(): string }; name: string; attributes: Pair[] }[]
  status: { code: number; message: string } | null
}
type Decoded = {
  resource_spans: {
    resource: { attributes: Pair[] }
    scope_spans: { scope: { name: string; version: string }; spans: Span[] }[]
  }[]
}

const kinds = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER']
const statuses = ['UNSET', 'OK', 'ERROR']

/** A map of texts, as peers keep attributes. */
function textsOf(pairs: Pair[]): Record<string, string> {
  const map: Record<string, string> = {}
  for (const { key, value } of pairs)
    map[key] = String(
      value?.string_value ??
        value?.int_value ??
        value?.bool_value ??
        value?.double_value ??
        JSON.stringify(value),
    )
  return map
}

/** The table rows go to: our columns, ids in hex, and neither rollup nor index. */
export const openPeers = (store: Store): Promise<void> =>
  store.command(
    `CREATE TABLE peers ENGINE = MergeTree ORDER BY (plant, flow, toStartOfFiveMinutes(ts), trace_id, ts) EMPTY AS SELECT * REPLACE ('' AS trace_id), '' AS peer FROM otel_spans`,
  )

/** What a collector in JavaScript does: objects of every span, rows of those, JSON of the rows, one insert. */
export async function insertAsPeersDo(store: Store, bodies: Buffer[]): Promise<void> {
  const rows: object[] = []
  const received_at = new Date().toISOString()
  for (const body of bodies) {
    const request = Request.decode(body) as unknown as Decoded
    for (const { resource, scope_spans } of request.resource_spans) {
      const ofResource = textsOf(resource.attributes)
      for (const { scope, spans } of scope_spans)
        for (const span of spans) {
          const attributes = textsOf(span.attributes)
          const start = BigInt(span.start_time_unix_nano.toString())
          rows.push({
            ts: `${start / 1_000_000_000n}.${String(start % 1_000_000_000n).padStart(9, '0')}`,
            trace_id: Buffer.from(span.trace_id).toString('hex'),
            span_id: String(Buffer.from(span.span_id).readBigUInt64BE()),
            parent_span_id:
              span.parent_span_id.length === 8
                ? String(Buffer.from(span.parent_span_id).readBigUInt64BE())
                : '0',
            plant: attributes['plumbline.plant'],
            flow: attributes['plumbline.flow'],
            key: attributes['plumbline.key'],
            system: ofResource['service.name'],
            service: ofResource['service.name'],
            peer: attributes['server.address'],
            name: span.name,
            kind: kinds[span.kind],
            status: statuses[span.status?.code ?? 0],
            status_message: span.status?.message ?? '',
            duration_ns: String(BigInt(span.end_time_unix_nano.toString()) - start),
            attributes,
            resource: JSON.stringify(ofResource),
            scope: scope.name,
            scope_version: scope.version,
            'events.ts': span.events.map((event) => String(event.time_unix_nano)),
            'events.name': span.events.map((event) => event.name),
            'events.attributes': span.events.map((event) => textsOf(event.attributes)),
            'events.dropped': span.events.map(() => 0),
            received_at,
          })
        }
    }
  }
  await store.insert('peers', rows, { lane: 'spans' })
}
