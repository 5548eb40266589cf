import { crc32 } from 'node:zlib'

/** What is noted of each request beside its body. */
export type Receipt = {
  /** When we had all of it, in milliseconds since the epoch */
  receivedMs: number
  contentType: string
  /** Who sent it, as far as the request says */
  source: string
  /** SHA-256 of the body, where the very same body said again is to be one */
  digest?: Uint8Array
}
/** A frame on disk: where it begins and ends, and whether its bytes are the ones that were written. */
export type Frame = { from: number; to: number; isWhole: boolean; digest?: Buffer }

/**
 * How requests stand one behind the other in a segment. Each framing is also a format of the engine, so that it reads a
 * segment as it lies there; length and checksum are for us.
 */
export type Framing = {
  /** A body with its length, checksum and receipt around it, in pieces: the body itself is not copied. */
  encode(body: Uint8Array, receipt: Receipt): Uint8Array[]
  /** The frames of a segment; the first one that does not end inside of it is the torn tail, and ends the list. */
  read(bytes: Buffer): Frame[]
}

const checksumBytes = 6
const digestBytes = 32
// 1004, bytes: a digest
const digestTag = Buffer.from([0xe2, 0x3e, digestBytes])

/**
 * Protobuf records: a varint length, the body (itself a message), and the receipt as further fields of that message:
 * 1000 received_ms, 1001 source, 1002 content type, 1004 the digest of the body, and last, 1003, the checksum of all
 * before it.
 */
export const protobufFraming: Framing = {
  encode: (body, { receivedMs, contentType, source, digest }) => {
    const fields = [text(1001, source), text(1002, contentType), ...(digest ? [digestTag, digest] : [])]
    // 1000, fixed64
    const received = Buffer.from([0xc1, 0x3e, 0, 0, 0, 0, 0, 0, 0, 0])
    received.writeBigUInt64LE(BigInt(receivedMs), 2)
    const envelope = Buffer.concat([received, ...fields])
    // 1003, fixed32
    const checksum = Buffer.from([0xdd, 0x3e, 0, 0, 0, 0])
    checksum.writeUInt32LE(crc32(envelope, crc32(body)), 2)
    return [varint(body.length + envelope.length + checksumBytes), body, envelope, checksum]
  },
  read: (bytes) => {
    const frames: Frame[] = []
    for (let from = 0; from < bytes.length; ) {
      let at = from
      let length = 0
      let factor = 1
      let byte = 128
      while (byte >= 128 && at < bytes.length && at < from + 6) {
        byte = bytes[at++] as number
        length += (byte & 127) * factor
        factor *= 128
      }
      const to = at + length
      if (byte >= 128 || length < checksumBytes || to > bytes.length) break
      const end = to - checksumBytes
      const isWhole =
        bytes[end] === 0xdd &&
        bytes[end + 1] === 0x3e &&
        bytes.readUInt32LE(end + 2) === crc32(bytes.subarray(at, end))
      const digestAt = end - digestBytes
      const isDigested =
        digestAt - digestTag.length >= at &&
        digestTag.equals(bytes.subarray(digestAt - digestTag.length, digestAt))
      frames.push({ from, to, isWhole, ...(isDigested ? { digest: bytes.subarray(digestAt, end) } : {}) })
      from = to
    }
    return frames
  },
}

const headerPattern = /^\{"kind":"frame","bytes":(\d+),"crc32":(\d+)(?:,"digest":"([A-Za-z0-9+/=]{44})")?[,}]/
const headerLimit = 1000

/** Lines of JSON: a row that says how many bytes of rows follow and their checksum, then those rows. */
export const rowsFraming: Framing = {
  encode: (body, { receivedMs, contentType, source, digest }) => {
    const header = {
      kind: 'frame',
      bytes: body.length,
      crc32: crc32(body),
      ...(digest && { digest: Buffer.from(digest).toString('base64') }),
      received_at: new Date(receivedMs).toISOString(),
      content_type: contentType,
      source,
    }
    return [Buffer.from(`${JSON.stringify(header)}\n`), body]
  },
  read: (bytes) => {
    const frames: Frame[] = []
    for (let from = 0; from < bytes.length; ) {
      const line = bytes.indexOf(10, from)
      if (line < 0 || line > from + headerLimit) break
      const header = headerPattern.exec(bytes.toString('latin1', from, line))
      const to = line + 1 + Number(header?.[1] ?? Number.NaN)
      if (!header || !(to <= bytes.length)) break
      frames.push({
        from,
        to,
        isWhole: crc32(bytes.subarray(line + 1, to)) === Number(header[2]),
        ...(header[3] && { digest: Buffer.from(header[3], 'base64') }),
      })
      from = to
    }
    return frames
  },
}

/** A varint of the protobuf encoding. */
export function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  return Buffer.from([...bytes, rest])
}

/** A text field of the protobuf encoding; nothing when it is empty. */
function text(number: number, value: string): Buffer {
  // names of senders are theirs to choose, so they are bounded
  const content = Buffer.from(value.slice(0, 200))
  return content.length === 0
    ? content
    : Buffer.concat([varint(number * 8 + 2), varint(content.length), content])
}
