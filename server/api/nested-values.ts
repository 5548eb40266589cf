/**
 * Lists inside of lists are kept as the bytes they came in (sql/otlp-values.ts). Where a trace is shown they are read:
 * protobuf's AnyValue, ArrayValue and KeyValueList of OpenTelemetry's common.proto, into JSON.
 */
const marker = /\{"otlp\.(array|kvlist)":"([A-Za-z0-9+/]*={0,2})"\}/g
/** Nobody reads deeper, and a stack ends. */
const deepest = 64

/** An attribute's text with what is nested in it as JSON; bytes that are no such value stay as they are. */
export function unfoldNested(text: string): string {
  // inside of a JSON string its quotes would be escaped: what matches is the object the engine wrote
  if (!text.includes('{"otlp.')) return text
  return text.replace(marker, (whole, kind: string, base64: string) => {
    try {
      return readList(Buffer.from(base64, 'base64'), kind === 'kvlist', 0)
    } catch (error) {
      if (error instanceof RangeError) return whole
      throw error
    }
  })
}

/** The same for all attributes of a map. */
export const unfoldAll = (attributes: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).map(([name, text]) => [name, unfoldNested(text)]))

type Field = { number: number; bytes: Buffer; varint: bigint }

/** The fields of a message in their order. @throws RangeError where the bytes are none */
function* readFields(message: Buffer): Generator<Field> {
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = message.readUInt8(at++)
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new RangeError('a number of more than 64 bits')
  }
  const take = (length: number): Buffer => {
    if (at + length > message.length) throw new RangeError('a field is cut off')
    at += length
    return message.subarray(at - length, at)
  }
  while (at < message.length) {
    const tag = varint()
    const number = Number(tag >> 3n)
    const wire = Number(tag & 7n)
    if (wire === 0) yield { number, bytes: Buffer.alloc(0), varint: varint() }
    else if (wire === 1) yield { number, bytes: take(8), varint: 0n }
    else if (wire === 2) yield { number, bytes: take(Number(varint())), varint: 0n }
    else if (wire === 5) yield { number, bytes: take(4), varint: 0n }
    else throw new RangeError(`no wire type ${wire}`)
  }
}

function readList(message: Buffer, isMap: boolean, depth: number): string {
  if (depth > deepest) throw new RangeError('nested too deep')
  const items: string[] = []
  for (const { number, bytes } of readFields(message))
    if (number === 1) items.push(isMap ? readPair(bytes, depth) : readValue(bytes, depth))
  return isMap ? `{${items.join(',')}}` : `[${items.join(',')}]`
}

function readPair(message: Buffer, depth: number): string {
  let key = ''
  let value = 'null'
  for (const { number, bytes } of readFields(message)) {
    if (number === 1) key = bytes.toString()
    if (number === 2) value = readValue(bytes, depth)
  }
  return `${JSON.stringify(key)}:${value}`
}

/** Numbers exact; bytes and what JSON has no number for as the engine writes them. The last of a oneof counts. */
function readValue(message: Buffer, depth: number): string {
  let text = 'null'
  for (const { number, bytes, varint } of readFields(message)) {
    if (number === 1) text = JSON.stringify(bytes.toString())
    else if (number === 2) text = String(varint !== 0n)
    else if (number === 3) text = String(BigInt.asIntN(64, varint))
    else if (number === 4) text = writeDouble(bytes.readDoubleLE())
    else if (number === 5 || number === 6) text = readList(bytes, number === 6, depth + 1)
    else if (number === 7) text = `{"base64":"${bytes.toString('base64')}"}`
  }
  return text
}

const writeDouble = (value: number): string =>
  Number.isFinite(value)
    ? JSON.stringify(value)
    : `{"otlp.double":"${String(value).replace('NaN', 'nan').replace('Infinity', 'inf')}"}`
