import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Framing, protobufFraming, rowsFraming, varint } from '../../collectors/spool/frames.ts'
import { decodeOfficial, encodeOfficial, type TraceRequest } from '../support/otlp-official.ts'

const receipt = fc.record({
  receivedMs: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  contentType: fc.constantFrom('application/json', 'application/x-protobuf', ''),
  source: fc.string({ unit: 'grapheme', maxLength: 30 }),
})
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  // what looks like a frame's own parts
  fc
    .constantFrom('', '\n', '{"kind":"frame","bytes":3,"crc32":1}\n', '\u00dd>', 'x'.repeat(20_000))
    .map((text) => Buffer.from(text, 'latin1')),
)
const framings: [string, Framing][] = [
  ['protobuf', protobufFraming],
  ['rows', rowsFraming],
]

describe.each(framings)('the %s framing', (_name, framing) => {
  const bodies = fc.array(fc.tuple(bytes, receipt), { minLength: 1, maxLength: 8 })
  const encode = (
    list: readonly (readonly [Uint8Array, { receivedMs: number; contentType: string; source: string }])[],
  ) => list.map(([body, each]) => Buffer.concat(framing.encode(body, each)))
  /** Where frames end that lie one behind the other. */
  const endsOf = (frames: Buffer[]) => {
    let at = 0
    return frames.map((frame) => (at += frame.length))
  }

  test('frames are found again where they lie, whole, with their bodies inside', () => {
    fc.assert(
      fc.property(bodies, (list) => {
        const frames = encode(list)
        const segment = Buffer.concat(frames)
        const ends = endsOf(frames)
        expect(framing.read(segment)).toEqual(
          ends.map((to, index) => ({ from: ends[index - 1] ?? 0, to, isWhole: true })),
        )
        for (const [index, [body]] of list.entries())
          expect((frames[index] as Buffer).includes(Buffer.from(body))).toBe(true)
      }),
    )
  })

  test('cut anywhere, exactly the frames before the cut are read', () => {
    fc.assert(
      fc.property(bodies, fc.double({ min: 0, max: 1, noNaN: true }), (list, share) => {
        const frames = encode(list)
        const segment = Buffer.concat(frames)
        const cut = Math.floor(segment.length * share)
        const read = framing.read(segment.subarray(0, cut))
        expect(read.map(({ to }) => to)).toEqual(endsOf(frames).filter((end) => end <= cut))
        expect(read.every(({ isWhole }) => isWhole)).toBe(true)
      }),
      { numRuns: 300 },
    )
  })

  test('a flipped bit of a body is found, and the frames around it are whole', () => {
    fc.assert(
      fc.property(bodies, fc.nat(), fc.nat(), fc.nat(7), (list, which, where, bit) => {
        const frames = encode(list)
        const hurt = which % frames.length
        const body = Buffer.from((list[hurt] as (typeof list)[number])[0])
        fc.pre(body.length > 0)
        const frame = frames[hurt] as Buffer
        // the body's own place in its frame, not a look-alike
        const start = framing === rowsFraming ? frame.length - body.length : varintLength(frame)
        const place = start + (where % body.length)
        frame[place] = (frame[place] as number) ^ (1 << bit)
        const read = framing.read(Buffer.concat(frames))
        expect(read.map(({ isWhole }) => isWhole)).toEqual(frames.map((_frame, index) => index !== hurt))
      }),
      { numRuns: 300 },
    )
  })

  test('a flipped bit anywhere never passes for what was written', () => {
    fc.assert(
      fc.property(bytes, receipt, fc.nat(), fc.nat(7), (body, each, where, bit) => {
        const frame = Buffer.concat(framing.encode(body, each))
        const place = where % frame.length
        const changed = Buffer.from(frame)
        changed[place] = (changed[place] as number) ^ (1 << bit)
        const passed = framing
          .read(changed)
          .some(({ from, to, isWhole }) => isWhole && from === 0 && to === frame.length)
        // the rows' header is for the reader of a log: only its length, its checksum and the rows are held by it
        if (framing === protobufFraming || place >= frame.length - body.length) expect(passed).toBe(false)
      }),
      { numRuns: 500 },
    )
  })
})

const varintLength = (frame: Buffer) => frame.findIndex((byte) => byte < 128) + 1

test('a protobuf record is still the request it holds, to whoever reads it by the official messages', () => {
  const request = {
    resourceSpans: [
      { schemaUrl: 'u', scopeSpans: [{ spans: [{ name: 'n', traceId: Buffer.alloc(16, 1) }] }] },
    ],
  }
  const body = encodeOfficial('ExportTraceServiceRequest', request)
  const frame = Buffer.concat(protobufFraming.encode(body, { receivedMs: 1, contentType: 'c', source: 's' }))
  const record = frame.subarray(varintLength(frame))
  expect(decodeOfficial<TraceRequest>('ExportTraceServiceRequest', record)).toEqual(
    decodeOfficial('ExportTraceServiceRequest', body),
  )
})

test('varints are as short as they can be', () => {
  fc.assert(
    fc.property(fc.nat({ max: Number.MAX_SAFE_INTEGER }), (value) => {
      const written = varint(value)
      expect(written.reduceRight((sum, byte) => sum * 128n + BigInt(byte & 127), 0n)).toBe(BigInt(value))
      expect(written.length).toBe(Math.max(1, Math.ceil(BigInt(value).toString(2).length / 7)))
    }),
  )
})
