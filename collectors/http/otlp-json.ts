import {
  type Field,
  type Message,
  requestMessage,
  type Scalar,
  spanMessage,
  wireOf,
} from './otlp-messages.ts'

/** The body is not the JSON encoding of an OTLP request; the message says where and what was expected. */
export class OtlpJsonError extends Error {}

const hex = /^([0-9a-fA-F]{2})*$/
const enums = [
  [
    'SPAN_KIND_UNSPECIFIED',
    'SPAN_KIND_INTERNAL',
    'SPAN_KIND_SERVER',
    'SPAN_KIND_CLIENT',
    'SPAN_KIND_PRODUCER',
    'SPAN_KIND_CONSUMER',
  ],
  ['STATUS_CODE_UNSET', 'STATUS_CODE_OK', 'STATUS_CODE_ERROR'],
]

/**
 * Writes the JSON encoding of a trace request as protobuf, so that the engine has one way of reading spans. Ids are hex
 * in any case, other bytes base64, 64-bit integers numbers or text, unknown fields are passed over (OTLP specification).
 * @throws OtlpJsonError
 */
export function encodeJsonTraces(text: string): Uint8Array {
  let value: unknown
  try {
    value = JSON.parse(quoteLongIntegers(text))
  } catch (error) {
    throw new OtlpJsonError(`not JSON: ${(error as Error).message}`)
  }
  const writer = new Writer()
  try {
    writeMessage(writer, requestMessage, value, '$')
  } catch (error) {
    if (error instanceof RangeError) throw new OtlpJsonError('values are nested too deep')
    throw error
  }
  return writer.take()
}

/** JSON.parse rounds integers beyond 2^53; those are put in quotes first, which OTLP allows. */
function quoteLongIntegers(text: string): string {
  if (!/[:[,\s]-?\d{16}/.test(text)) return text
  // text and numbers are taken whole, so that digits inside of them are not mistaken for an integer
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, (part) =>
    part.length >= 16 && /^-?\d+$/.test(part) ? `"${part}"` : part,
  )
}

/** A growing buffer. Lengths are written after their content, whose start is moved by the size of the length. */
class Writer {
  private bytes = Buffer.allocUnsafe(65_536)
  length = 0

  take(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }
  private reserve(size: number): void {
    if (this.length + size <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.bytes.length * 2, this.length + size))
    this.bytes.copy(grown, 0, 0, this.length)
    this.bytes = grown
  }
  varint(value: number): void {
    this.reserve(10)
    let rest = value
    while (rest > 127) {
      this.bytes[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.bytes[this.length++] = rest
  }
  varint64(value: bigint): void {
    this.reserve(10)
    let rest = BigInt.asUintN(64, value)
    while (rest > 127n) {
      this.bytes[this.length++] = Number(rest & 127n) | 128
      rest >>= 7n
    }
    this.bytes[this.length++] = Number(rest)
  }
  fixed64(value: bigint): void {
    this.reserve(8)
    this.bytes.writeBigUInt64LE(BigInt.asUintN(64, value), this.length)
    this.length += 8
  }
  fixed32(value: number): void {
    this.reserve(4)
    this.bytes.writeUInt32LE(value >>> 0, this.length)
    this.length += 4
  }
  double(value: number): void {
    this.reserve(8)
    this.bytes.writeDoubleLE(value, this.length)
    this.length += 8
  }
  raw(value: Buffer): void {
    this.varint(value.length)
    this.reserve(value.length)
    value.copy(this.bytes, this.length)
    this.length += value.length
  }
  /** Writes what `content` writes, with its length before it. */
  nested(content: () => void): void {
    const start = this.length
    content()
    const size = this.length - start
    const prefix = size < 128 ? 1 : size < 16_384 ? 2 : size < 2_097_152 ? 3 : size < 268_435_456 ? 4 : 5
    this.reserve(prefix)
    this.bytes.copyWithin(start + prefix, start, this.length)
    this.length = start
    this.varint(size)
    this.length = start + prefix + size
  }
}

function writeMessage(writer: Writer, message: Message, value: unknown, path: string): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new OtlpJsonError(`${path}: expected an object (${message.title})`)
  const object = value as Record<string, unknown>
  let isSet = false
  for (let number = 1; number < message.fields.length; number++) {
    const field = message.fields[number]
    if (!field) continue
    const given = object[field.name]
    if (given === undefined || given === null) continue
    // a span whose own id is no hex is left without it: the walk rejects that span and not its whole batch
    if (message === spanMessage && number <= 2 && typeof given === 'string' && !hex.test(given)) continue
    if (message.isOneof && isSet) throw new OtlpJsonError(`${path}: has several values`)
    isSet = true
    const at = `${path}.${field.name}`
    if (!field.repeated) writeField(writer, number, field, given, at)
    else if (!Array.isArray(given)) throw new OtlpJsonError(`${at}: expected an array`)
    else
      for (let index = 0; index < given.length; index++)
        writeField(writer, number, field, given[index], `${at}[${index}]`)
  }
}

function writeField(writer: Writer, number: number, field: Field, value: unknown, path: string): void {
  writer.varint(number * 8 + wireOf(field.type))
  const type = field.type
  if (typeof type === 'object') writer.nested(() => writeMessage(writer, type, value, path))
  else writeScalar[type](writer, value, path)
}

const writeScalar: Record<Scalar, (writer: Writer, value: unknown, path: string) => void> = {
  string: (writer, value, path) => writer.raw(Buffer.from(expectString(value, path), 'utf8')),
  id: (writer, value, path) => writer.raw(Buffer.from(expectString(value, path, hex, 'hex digits'), 'hex')),
  bytes: (writer, value, path) =>
    writer.raw(Buffer.from(expectString(value, path, /^[A-Za-z0-9+/_-]*={0,2}$/, 'base64'), 'base64')),
  bool: (writer, value, path) => {
    if (typeof value !== 'boolean') throw new OtlpJsonError(`${path}: expected true or false`)
    writer.varint(value ? 1 : 0)
  },
  double: (writer, value, path) => writer.double(expectReal(value, path)),
  enum: (writer, value, path) => writer.varint64(expectEnum(value, path)),
  uint32: (writer, value, path) => writer.varint64(expectInteger(value, path, 0n, 0xffffffffn)),
  fixed32: (writer, value, path) => writer.fixed32(Number(expectInteger(value, path, 0n, 0xffffffffn))),
  fixed64: (writer, value, path) => writer.fixed64(expectInteger(value, path, 0n, 2n ** 64n - 1n)),
  int64: (writer, value, path) => writer.varint64(expectInteger(value, path, -(2n ** 63n), 2n ** 63n - 1n)),
}

/** Numbers, or in text what JSON has no number for: NaN and the infinities. */
function expectReal(value: unknown, path: string): number {
  if (typeof value === 'number') return value
  if (value === 'NaN') return Number.NaN
  const real = typeof value === 'string' && value.trim() !== '' ? Number(value) : Number.NaN
  if (Number.isNaN(real)) throw new OtlpJsonError(`${path}: expected a number`)
  return real
}

function expectString(value: unknown, path: string, pattern = /^/, wanted = 'text'): string {
  if (typeof value !== 'string' || !pattern.test(value))
    throw new OtlpJsonError(`${path}: expected ${wanted}`)
  return value
}

function expectInteger(value: unknown, path: string, least: bigint, most: bigint): bigint {
  const text = typeof value === 'number' ? String(value) : value
  if (typeof text !== 'string' || !/^-?\d{1,20}$/.test(text))
    throw new OtlpJsonError(`${path}: expected an integer`)
  const integer = BigInt(text)
  if (integer < least || integer > most) throw new OtlpJsonError(`${path}: is out of range`)
  return integer
}

/** Enums are integers in OTLP; their names, which other protobuf JSON writers emit, are understood too. */
function expectEnum(value: unknown, path: string): bigint {
  if (typeof value === 'string')
    for (const names of enums) if (names.includes(value)) return BigInt(names.indexOf(value))
  return expectInteger(value, path, -(2n ** 31n), 2n ** 31n - 1n)
}
