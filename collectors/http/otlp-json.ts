import { JsonReader, OtlpJsonError } from './json-reader.ts'
import { enumNames, type Field, type Message, type Scalar, spanMessage, wireOf } from './otlp-messages.ts'

export { OtlpJsonError }

const deepest = 100
const hex = /^([0-9a-fA-F]{2})*$/
const base64 = /^[A-Za-z0-9+/_-]*={0,2}$/
const least64 = -(2n ** 63n)
const most64 = 2n ** 63n - 1n

/**
 * Rewrites the JSON encoding of a request as protobuf, byte by byte and in one pass: no object is made of it, and the
 * engine has one way of reading. Ids are hex in any case, other bytes base64, 64-bit integers numbers or text, unknown
 * fields are passed over (OTLP specification).
 * @throws OtlpJsonError that says where and what was expected
 */
export function transcodeJson(body: Buffer, root: Message): Uint8Array {
  const pass = new Transcoder(body)
  pass.message(root, 0)
  pass.reader.end()
  return pass.out.subarray(0, pass.length)
}

/** The fields of a message by the length of their name, so that a name is found without making a string of it. */
type Named = { number: number; field: Field; name: Buffer }
const tables = new Map<Message, Named[][]>()
function tableOf(message: Message): Named[][] {
  let table = tables.get(message)
  if (!table) {
    table = []
    message.fields.forEach((field, number) => {
      if (!field) return
      const list = (table as Named[][])[field.name.length] ?? []
      list.push({ number, field, name: Buffer.from(field.name) })
      ;(table as Named[][])[field.name.length] = list
    })
    tables.set(message, table)
  }
  return table
}

// messages that are mostly shorter than 128 bytes get a length of one byte, and are moved when that was too short;
// every message that a value can hold is among them
const small = new Set([
  'AnyValue',
  'KeyValue',
  'ArrayValue',
  'KeyValueList',
  'Status',
  'InstrumentationScope',
])

class Transcoder {
  readonly reader: JsonReader
  /** No encoding of a field is more than twice as long as its JSON. */
  readonly out: Buffer
  length = 0

  constructor(body: Buffer) {
    this.reader = new JsonReader(body)
    this.out = Buffer.allocUnsafe(body.length * 2 + 64)
  }

  /** Reads an object and writes its fields. */
  message(message: Message, depth: number): void {
    const { reader } = this
    if (depth > deepest) reader.fail('values nested less deep')
    const table = tableOf(message)
    let isSet = false
    reader.open(123, `an object (${message.title})`)
    for (let first = true; reader.more(125, first); first = false) {
      const named = this.nameIn(table)
      reader.colon()
      if (!named) reader.skip(depth)
      else if (reader.isNull()) continue
      else {
        if (named.field.either && isSet) reader.fail(`a single value in ${message.title}`)
        isSet ||= named.field.either === true
        this.field(message, named, depth)
      }
    }
  }

  private nameIn(table: Named[][]): Named | undefined {
    const { reader } = this
    reader.string()
    if (reader.hasEscapes) {
      const name = reader.text()
      return table[name.length]?.find((named) => named.field.name === name)
    }
    for (const named of table[reader.textEnd - reader.textFrom] ?? [])
      if (reader.isText(named.name)) return named
    return undefined
  }

  private field(message: Message, { number, field }: Named, depth: number): void {
    if (!field.repeated) {
      this.value(message, number, field, depth)
      return
    }
    this.reader.open(91, `an array (${field.name})`)
    for (let first = true; this.reader.more(93, first); first = false)
      this.value(message, number, field, depth)
  }

  private value(message: Message, number: number, { type, name }: Field, depth: number): void {
    if (typeof type !== 'object') {
      const before = this.length
      this.varint(number * 8 + wireOf(type))
      const isKept = this.scalar(type, name, message === spanMessage && number <= 2)
      if (!isKept) this.length = before
      return
    }
    this.varint(number * 8 + 2)
    const start = this.length
    if (!small.has(type.title)) {
      this.length += 4
      this.message(type, depth + 1)
      this.padded(this.length - start - 4, start)
      return
    }
    this.length += 1
    this.message(type, depth + 1)
    const size = this.length - start - 1
    if (size < 128) {
      this.out[start] = size
      return
    }
    // as short as an exporter writes it: what is nested deep is stored as these bytes, and must not tell JSON from protobuf
    const wider = size < 2 ** 14 ? 1 : size < 2 ** 21 ? 2 : 3
    this.out.copyWithin(start + 1 + wider, start + 1, this.length)
    const end = this.length + wider
    this.length = start
    this.varint(size)
    this.length = end
  }

  /** Writes a value behind its tag; false when the field is better left out. */
  private scalar(type: Scalar, name: string, isOwnId: boolean): boolean {
    const { reader } = this
    switch (type) {
      case 'string':
        reader.string()
        this.text()
        return true
      case 'id': {
        reader.string()
        const id = reader.text()
        if (hex.test(id)) this.raw(Buffer.from(id, 'hex'))
        // a span whose own id is no hex is left without it: the walk rejects that span and not its whole batch
        else if (isOwnId) return false
        else reader.fail(`hex digits (${name})`)
        return true
      }
      case 'bytes': {
        reader.string()
        const bytes = reader.text()
        if (!base64.test(bytes)) reader.fail(`base64 (${name})`)
        this.raw(Buffer.from(bytes, 'base64'))
        return true
      }
      case 'bool':
        this.out[this.length++] = reader.boolean() ? 1 : 0
        return true
      case 'double':
        this.out.writeDoubleLE(reader.real(name), this.length)
        this.length += 8
        return true
      case 'fixed32':
        this.out.writeUInt32LE(Number(reader.integer(name, 0n, 0xffffffffn)), this.length)
        this.length += 4
        return true
      case 'fixed64':
        this.fixed64(reader.integer(name, 0n, 2n ** 64n - 1n))
        return true
      case 'sfixed64':
        this.fixed64(reader.integer(name, least64, most64))
        return true
      case 'uint32':
        this.integer(reader.integer(name, 0n, 0xffffffffn))
        return true
      case 'int64':
        this.integer(reader.integer(name, least64, most64))
        return true
      case 'enum':
        this.integer(reader.enumerated(name, enumNames))
        return true
    }
  }

  /** The text just read, with its length before it. */
  private text(): void {
    const { reader } = this
    if (reader.hasEscapes) this.raw(Buffer.from(reader.text(), 'utf8'))
    else {
      this.varint(reader.textEnd - reader.textFrom)
      this.length += reader.copyText(this.out, this.length)
    }
  }
  private raw(bytes: Buffer): void {
    this.varint(bytes.length)
    this.out.set(bytes, this.length)
    this.length += bytes.length
  }
  private varint(value: number): void {
    let rest = value
    while (rest > 127) {
      this.out[this.length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.out[this.length++] = rest
  }
  /** A length of four bytes, however small: the encoding allows it, and nothing behind it has to move. */
  private padded(size: number, at: number): void {
    this.out[at] = (size & 127) | 128
    this.out[at + 1] = ((size >>> 7) & 127) | 128
    this.out[at + 2] = ((size >>> 14) & 127) | 128
    this.out[at + 3] = size >>> 21
  }
  private integer(value: number | bigint): void {
    if (typeof value === 'number' && value >= 0) this.varint(value)
    else {
      let rest = BigInt.asUintN(64, BigInt(value))
      for (; rest > 127n; rest >>= 7n) this.out[this.length++] = Number(rest & 127n) | 128
      this.out[this.length++] = Number(rest)
    }
  }
  private fixed64(value: number | bigint): void {
    this.out.writeBigUInt64LE(BigInt.asUintN(64, BigInt(value)), this.length)
    this.length += 8
  }
}
