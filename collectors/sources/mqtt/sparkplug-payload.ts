import protobuf from 'protobufjs'

/**
 * The payload of Sparkplug B (Eclipse Sparkplug 3.0, §6.4), as far as it is read here: what a gateway says of its metrics,
 * by name or, once a birth certificate has named them, by alias.
 */
const { root } = protobuf.parse(
  `syntax = "proto2";
  message Payload {
    optional uint64 timestamp = 1;
    repeated Metric metrics = 2;
    optional uint64 seq = 3;
  }
  message Metric {
    optional string name = 1;
    optional uint64 alias = 2;
    optional uint64 timestamp = 3;
    optional uint32 datatype = 4;
    optional bool is_historical = 5;
    optional bool is_null = 7;
    oneof value {
      uint32 int_value = 10;
      uint64 long_value = 11;
      float float_value = 12;
      double double_value = 13;
      bool boolean_value = 14;
      string string_value = 15;
      bytes bytes_value = 16;
      Table dataset_value = 17;
      Template template_value = 18;
    }
  }
  message Table {
    repeated string columns = 2;
    repeated uint32 types = 3;
    repeated Row rows = 4;
  }
  message Row { repeated Cell elements = 1; }
  message Cell {
    oneof value {
      uint32 int_value = 1;
      uint64 long_value = 2;
      float float_value = 3;
      double double_value = 4;
      bool boolean_value = 5;
      string string_value = 6;
    }
  }
  message Template {
    repeated Metric metrics = 2;
    optional string template_ref = 4;
  }`,
  { keepCase: true },
)
const payloadType = root.lookupType('Payload')

const names = [
  '',
  'Int8',
  'Int16',
  'Int32',
  'Int64',
  'UInt8',
  'UInt16',
  'UInt32',
  'UInt64',
  'Float',
  'Double',
  'Boolean',
  'String',
  'DateTime',
  'Text',
  'UUID',
  'DataSet',
  'Bytes',
  'File',
  'Template',
]

type Value = Partial<{
  int_value: number
  long_value: string
  float_value: number
  double_value: number
  boolean_value: boolean
  string_value: string
  bytes_value: string
  dataset_value: { columns?: string[]; types?: number[]; rows?: { elements?: Value[] }[] }
  template_value: { metrics?: RawMetric[]; template_ref?: string }
}>
/** A metric as it stands in a payload; 64-bit numbers are text. */
export type RawMetric = Value & {
  name?: string
  alias?: string
  timestamp?: string
  datatype?: number
  is_historical?: boolean
  is_null?: boolean
}
export type Payload = { timestamp?: string; seq?: string; metrics: RawMetric[] }

/** Reads a payload. @throws Error where it is none */
export function readPayload(bytes: Uint8Array): Payload {
  const read = payloadType.toObject(payloadType.decode(bytes), { longs: String, bytes: String })
  return { metrics: [], ...read }
}

/** Writes one; for what we ask of a gateway. */
export const writePayload = (payload: Record<string, unknown>): Buffer =>
  Buffer.from(payloadType.encode(payloadType.fromObject(payload)).finish())

export const datatypeName = (datatype: number): string => names[datatype] ?? String(datatype)

/** What a metric says, of its type; numbers with a point, and those beyond fifteen digits, as text. */
export function readValue(value: Value, datatype: number): unknown {
  const type = datatypeName(datatype)
  if (value.int_value !== undefined) {
    // signed numbers stand in an unsigned field, whatever their width
    const bits = type === 'Int8' ? 24 : type === 'Int16' ? 16 : 0
    return type.startsWith('Int') ? (value.int_value << bits) >> bits : value.int_value
  }
  if (value.long_value !== undefined) {
    const whole = BigInt(value.long_value)
    if (type === 'DateTime') return new Date(Number(whole)).toISOString()
    return exact(String(type === 'Int64' ? BigInt.asIntN(64, whole) : whole))
  }
  if (value.float_value !== undefined) return writeFloat(value.float_value)
  if (value.double_value !== undefined) return writeNumber(value.double_value)
  if (value.dataset_value !== undefined) {
    const { columns = [], types = [], rows = [] } = value.dataset_value
    return rows.map(({ elements = [] }) =>
      Object.fromEntries(
        columns.map((column, index) => [column, readValue(elements[index] ?? {}, types[index] ?? 0)]),
      ),
    )
  }
  if (value.template_value !== undefined)
    return Object.fromEntries(
      (value.template_value.metrics ?? []).map((metric) => [
        metric.name ?? String(metric.alias),
        readValue(metric, metric.datatype ?? 0),
      ]),
    )
  return value.boolean_value ?? value.string_value ?? value.bytes_value ?? null
}

const exact = (digits: string) => (digits.length <= 15 ? Number(digits) : digits)

/** The shortest decimal that is this float: 23.1, and not 23.100000381. */
function writeFloat(value: number): unknown {
  for (let places = 6; places < 9; places++) {
    const text = value.toPrecision(places)
    if (Math.fround(Number(text)) === value) return writeNumber(Number(text))
  }
  return writeNumber(value)
}
const writeNumber = (value: number): unknown =>
  Number.isSafeInteger(value)
    ? exact(String(value))
    : Number.isFinite(value)
      ? value.toLocaleString('en-US', { useGrouping: false, maximumFractionDigits: 20 })
      : String(value)
