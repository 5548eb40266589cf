/**
 * What a server of Microsoft SQL Server says, in bytes, by the published grammar of the Tabular Data Stream protocol
 * ([MS-TDS], sections 2.2.3 packets, 2.2.5.4 data types, 2.2.5.5 values, 2.2.6.5 PRELOGIN, 2.2.7 tokens). Only what
 * recordings are written with: what a test replays are their bytes. `test/sources/sqlserver` holds it against the
 * bytes of the specification's own examples.
 */

/** Packet types of 2.2.3.1.1. */
export const packet = { batch: 1, rpc: 3, answer: 4, attention: 6, login: 16, prelogin: 18 } as const

const u16 = (value: number) => bytes(2, (buffer) => buffer.writeUInt16LE(value))
const u32 = (value: number) => bytes(4, (buffer) => buffer.writeUInt32LE(value))
const u64 = (value: number | bigint) => bytes(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)))
const wide = (text: string) => Buffer.from(text, 'utf16le')
/** A text with its length in characters before it, as one byte or two. */
const short = (text: string) => Buffer.concat([Buffer.of(text.length), wide(text)])
const long = (text: string) => Buffer.concat([u16(text.length), wide(text)])
const sized = (token: number, ...parts: Buffer[]) => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.of(token), u16(body.length), body])
}
function bytes(length: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(length)
  write(buffer)
  return buffer
}

/** A message as packets, each no longer than they may be; the last says that it is. */
export function writeMessage(type: number, body: Buffer, spid = 0x35, largest = 4096): Buffer {
  const packets: Buffer[] = []
  for (let from = 0, id = 1; from === 0 || from < body.length; id++) {
    const part = body.subarray(from, from + largest - 8)
    from += Math.max(1, part.length)
    const header = Buffer.of(type, from >= body.length ? 1 : 0, 0, 0, 0, spid, id & 0xff, 0)
    header.writeUInt16BE(part.length + 8, 2)
    packets.push(header, part)
  }
  return Buffer.concat(packets)
}

/** PRELOGIN of a server of 2022 that encrypts everything. */
export const prelogin = (): Buffer => {
  const options: [number, Buffer][] = [
    [0, Buffer.of(16, 0, 0x03, 0xe8, 0, 0)],
    [1, Buffer.of(1)],
    [2, Buffer.of(0)],
    [3, Buffer.alloc(0)],
    [4, Buffer.of(0)],
    [6, Buffer.of(0)],
  ]
  let at = options.length * 5 + 1
  const index = options.map(([token, value]) => {
    const entry = Buffer.alloc(5)
    entry.writeUInt8(token)
    entry.writeUInt16BE(at, 1)
    entry.writeUInt16BE(value.length, 3)
    at += value.length
    return entry
  })
  return Buffer.concat([...index, Buffer.of(0xff), ...options.map(([, value]) => value)])
}

/** SQL_Latin1_General_CP1_CI_AS */
const collation = Buffer.of(0x09, 0x04, 0xd0, 0x00, 0x34)
const said = (token: number, number: number, level: number, text: string) =>
  sized(token, u32(number), Buffer.of(1, level), long(text), short('WMSDB'), short(''), u32(1))

/** ERROR: its number, how grave it is, and its words. */
export const error = (number: number, level: number, text: string) => said(0xaa, number, level, text)
export const info = (number: number, text: string) => said(0xab, number, 10, text)
const change = (type: number, now: string, before: string) =>
  sized(0xe3, Buffer.of(type), short(now), short(before))

/** DONE (0xFD), DONEPROC (0xFE) and DONEINPROC (0xFF). */
const finish = (token: number, status: number, command: number, rows: number) =>
  Buffer.concat([Buffer.of(token), u16(status), u16(command), u64(rows)])
export const done = (status = 0, command = 0, rows = 0) => finish(0xfd, status, command, rows)

/** What answers a sign-in that is let in. */
export const signedIn = (database: string): Buffer =>
  Buffer.concat([
    change(1, database, 'master'),
    info(5701, `Changed database context to '${database}'.`),
    sized(0xe3, Buffer.of(7, 5), collation, Buffer.of(0)),
    change(2, 'us_english', ''),
    info(5703, 'Changed language setting to us_english.'),
    sized(0xad, Buffer.of(1, 0x74, 0, 0, 4), short('Microsoft SQL Server\0\0'), Buffer.of(16, 0, 0x03, 0xe8)),
    change(4, '4096', '4096'),
    // FEATUREEXTACK: texts may be UTF-8
    Buffer.concat([Buffer.of(0xae, 0x0a), u32(1), Buffer.of(1, 0xff)]),
    done(),
  ])
/** What answers one that is not. */
export const refused = (...errors: Buffer[]): Buffer => Buffer.concat([...errors, done(2)])

/** Types as TYPE_INFO writes them (2.2.5.6). */
export const types = {
  varchar: (length: number) => Buffer.concat([Buffer.of(0xa7), u16(length), collation]),
  nvarchar: (length: number) => Buffer.concat([Buffer.of(0xe7), u16(length), collation]),
  varbinary: (length: number) => Buffer.concat([Buffer.of(0xa5), u16(length)]),
  char: (length: number) => Buffer.concat([Buffer.of(0xaf), u16(length), collation]),
  int: () => Buffer.of(0x26, 4),
  bigint: () => Buffer.of(0x26, 8),
  bit: () => Buffer.of(0x68, 1),
  float: () => Buffer.of(0x6d, 8),
  money: () => Buffer.of(0x6e, 8),
  datetime: () => Buffer.of(0x6f, 8),
  smalldatetime: () => Buffer.of(0x6f, 4),
  decimal: (precision: number, scale: number) => Buffer.of(0x6a, 17, precision, scale),
  numeric: (precision: number, scale: number) => Buffer.of(0x6c, 17, precision, scale),
  date: () => Buffer.of(0x28),
  time: (scale: number) => Buffer.of(0x29, scale),
  datetime2: (scale: number) => Buffer.of(0x2a, scale),
  datetimeoffset: (scale: number) => Buffer.of(0x2b, scale),
  guid: () => Buffer.of(0x24, 16),
  rowversion: () => Buffer.concat([Buffer.of(0xad), u16(8)]),
  xml: () => Buffer.of(0xf1, 0),
  /** varchar(max) */
  text: () => Buffer.concat([Buffer.of(0xa7), u16(0xffff), collation]),
}
export type Column = { name: string; type: Buffer; flags?: number }

/** COLMETADATA. Flags: 0x09 may be null and may be written; 0x20 is computed, as by an expression. */
export const columns = (all: Column[]): Buffer =>
  Buffer.concat([
    Buffer.of(0x81),
    u16(all.length),
    ...all.flatMap(({ name, type, flags = 0x21 }) => [u32(0), u16(flags), type, short(name)]),
  ])

/** A value of a column that comes as text: of the max types in chunks, of the others with its length. */
const value = (type: Buffer, text: string | null): Buffer => {
  const isWide = type[0] === 0xe7
  if (type.readUInt16LE(1) === 0xffff) {
    if (text === null) return Buffer.alloc(8, 0xff)
    const body = isWide ? wide(text) : Buffer.from(text, 'latin1')
    return Buffer.concat([u64(body.length), u32(body.length), body, u32(0)])
  }
  if (text === null) return u16(0xffff)
  const body = isWide ? wide(text) : Buffer.from(text, 'latin1')
  return Buffer.concat([u16(body.length), body])
}

/** ROW, or where it has nulls NBCROW, as servers since 2008 R2 say it. */
export function row(all: Column[], texts: (string | null)[]): Buffer {
  const isSparse = texts.includes(null)
  const nulls = Buffer.alloc(Math.ceil(all.length / 8))
  for (const [index, text] of texts.entries())
    if (text === null) nulls[index >> 3] = (nulls[index >> 3] as number) | (1 << (index & 7))
  const values = texts.flatMap((text, index) =>
    isSparse && text === null ? [] : [value((all[index] as Column).type, text)],
  )
  return Buffer.concat([Buffer.of(isSparse ? 0xd2 : 0xd1), ...(isSparse ? [nulls] : []), ...values])
}

/** What answers sp_executesql of a SELECT: its columns, its rows, and how it ended. */
export const selected = (all: Column[], rows: (string | null)[][]): Buffer =>
  Buffer.concat([
    columns(all),
    ...rows.map((texts) => row(all, texts)),
    finish(0xff, 0x11, 0xc1, rows.length),
    Buffer.concat([Buffer.of(0x79), u32(0)]),
    finish(0xfe, 0, 0xe0, 0),
  ])
/** What answers one that fails. */
export const failed = (...errors: Buffer[]): Buffer =>
  Buffer.concat([
    ...errors,
    finish(0xff, 0x03, 0, 0),
    Buffer.concat([Buffer.of(0x79), u32(1)]),
    finish(0xfe, 2, 0xe0, 0),
  ])
