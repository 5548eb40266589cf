import { isUtf8 } from 'node:buffer'
import {
  keyValueMessage,
  type Message,
  otherPointMessages,
  pointMessage,
  requestMessages,
  type Signal,
  spanMessage,
  wire,
  wireOf,
} from './otlp-messages.ts'

/** How long ago and how far ahead a span may have begun, or a point been measured, seen from the moment of receipt; all in milliseconds. */
export type WalkLimits = { receivedMs: number; oldestMs: number; aheadMs: number }
/** Why single spans or points are not taken. */
export const rejections = {
  id: 'spans need a trace id of 16 bytes and a span id of 8 bytes, neither all zero',
  times: 'spans may not end before they start',
  age: 'spans that began longer ago than allowed',
  future: 'spans that begin further ahead than clocks may differ',
  point: 'only gauges and sums are kept, not histograms and summaries',
  pointTime: 'points need a time',
  pointAge: 'points measured longer ago than allowed',
  pointFuture: 'points measured further ahead than clocks may differ',
} as const
export type Rejection = keyof typeof rejections
/** What a walk found: how many spans or points, which of them the store will not take, or why the body is no request. */
export type WalkResult = {
  items: number
  rejected: number
  /** how often each rule was the first that was broken */
  why: Partial<Record<Rejection, number>>
  error: string | undefined
  /** the error is that it holds more than we take at once */
  isTooMuch: boolean
}

const deepest = 40
// a few bytes can stand for a span: what a body may become in the store is bounded too
const mostItems = 100_000
const mostAttributes = 1_000_000

// single-threaded and not re-entrant: module state keeps the walk free of objects per span
let bytes: Buffer = Buffer.alloc(0)
let view = new DataView(bytes.buffer)
let at = 0
let items = 0
let rejected = 0
let attributes = 0
let why: WalkResult['why'] = {}
// nanoseconds as two halves of 32 bits
let oldestHigh = 0
let oldestLow = 0
let newestHigh = 0
let newestLow = 0

/** What the walk asks of a field, laid out flat: it is asked some fifty times per span. */
type Plan = {
  message: Message
  /** By field number: its wire type, or 255 for a number that is not known */
  wires: Uint8Array
  /** By field number: what its content is */
  contents: Uint8Array
  inner: (Plan | undefined)[]
  /** By field number: the bit of a field that may come once, shared by those of which one may; 0 for one that repeats */
  singles: Int32Array
}
const unknown = 255
const fieldsOfPlan = 32
const content = { none: 0, message: 1, text: 2, packed: 3 } as const
const plans = new Map<Message, Plan>()

function planOf(message: Message): Plan {
  const known = plans.get(message)
  if (known) return known
  const plan: Plan = {
    message,
    wires: new Uint8Array(fieldsOfPlan).fill(unknown),
    contents: new Uint8Array(fieldsOfPlan),
    inner: [],
    singles: new Int32Array(fieldsOfPlan),
  }
  // before its fields: a value may hold values
  plans.set(message, plan)
  message.fields.forEach((field, number) => {
    if (!field) return
    plan.wires[number] = wireOf(field.type)
    // no field has the number 0
    if (!field.repeated) plan.singles[number] = field.either ? 1 : 1 << number
    if (typeof field.type === 'object') {
      plan.contents[number] = content.message
      plan.inner[number] = planOf(field.type)
    } else if (field.type === 'string') plan.contents[number] = content.text
    // repeated numbers of eight bytes come one by one, or all in one piece
    else if (field.repeated && wireOf(field.type) === wire.fixed64) plan.contents[number] = content.packed
  })
  return plan
}

class WalkError extends Error {}
class TooMuchError extends WalkError {}

/**
 * Walks the wire format of a request without building an object per span. What it lets through the engine can read:
 * lengths nest exactly, wire types fit, text is UTF-8, no groups, no singular field twice (the engine would lose its
 * value). It rejects the spans the engine's load puts into quarantine and the points it leaves
 * out, by the same rules (sql/otlp-spans.ts, sql/otlp-measurements.ts).
 */
export function walkRequest(signal: Signal, body: Uint8Array, limits: WalkLimits): WalkResult {
  bytes = Buffer.from(body.buffer, body.byteOffset, body.length)
  view = new DataView(body.buffer, body.byteOffset, body.length)
  at = 0
  items = 0
  rejected = 0
  attributes = 0
  why = {}
  const oldest = BigInt(Math.max(0, limits.receivedMs - limits.oldestMs)) * 1_000_000n
  const newest = BigInt(limits.receivedMs + limits.aheadMs) * 1_000_000n
  oldestHigh = Number(oldest >> 32n)
  oldestLow = Number(oldest & 0xffffffffn)
  newestHigh = Number(newest >> 32n)
  newestLow = Number(newest & 0xffffffffn)
  try {
    walkMessage(planOf(requestMessages[signal]), body.length, 0)
    return { items, rejected, why, error: undefined, isTooMuch: false }
  } catch (error) {
    if (!(error instanceof WalkError)) throw error
    const where = `${error.message} at byte ${Math.min(at, body.length)}`
    return { items, rejected, why, error: where, isTooMuch: error instanceof TooMuchError }
  } finally {
    bytes = Buffer.alloc(0)
  }
}

function walkMessage(plan: Plan, end: number, depth: number): void {
  const { message, wires, contents, singles } = plan
  if (depth > deepest) throw new WalkError(`${message.title} is nested deeper than ${deepest}`)
  let seen = 0
  let traceAt = -1
  let spanAt = -1
  let startAt = -1
  let endAt = -1
  while (at < end) {
    const tag = readVarint(end)
    // the receipt we append stands beside the request's own fields, above 999; nobody else may write there
    if (tag < 8 || tag > 0xffffffff || (depth === 0 && tag >= 8000))
      throw new WalkError(`${message.title} has the field number ${Math.floor(tag / 8)}`)
    const number = tag >>> 3
    const type = tag & 7
    const wanted = number < fieldsOfPlan ? (wires[number] as number) : unknown
    if (wanted === unknown) {
      skip(type, end)
      continue
    }
    if (type !== wanted && !(type === wire.length && contents[number] === content.packed))
      throw new WalkError(`${nameOf(message, number)} has wire type ${type}`)
    const bit = singles[number] as number
    if (seen & bit) throw new WalkError(`${nameOf(message, number)} is given twice`)
    seen |= bit
    if (type === wire.length) {
      const length = readLength(end)
      const start = at
      const inner = start + length
      const held = contents[number]
      if (held === content.message) walkMessage(plan.inner[number] as Plan, inner, depth + 1)
      else if (held === content.text) checkText(inner)
      else if (held === content.packed && length % 8 !== 0)
        throw new WalkError(`${nameOf(message, number)} holds ${length} bytes, not a number of eight each`)
      else if (message === spanMessage) {
        if (number === 1 && length === 16) traceAt = start
        else if (number === 2 && length === 8) spanAt = start
      }
      at = inner
    } else {
      if (message === spanMessage && number === 7) startAt = at
      else if (message === spanMessage && number === 8) endAt = at
      else if (message === pointMessage && number === 3) startAt = at
      skip(type, end)
    }
  }
  if (at !== end) throw new WalkError(`${message.title} ends inside a field`)
  if (message === keyValueMessage) {
    if (++attributes > mostAttributes) throw new TooMuchError(`more than ${mostAttributes} attributes`)
  } else if (message === spanMessage) judgeSpan(traceAt, spanAt, startAt, endAt)
  else if (message === pointMessage) judgePoint(startAt)
  else if (otherPointMessages.has(message)) reject('point')
}

const nameOf = (message: Message, number: number) => `${message.title}.${message.fields[number]?.name}`

function judgeSpan(traceAt: number, spanAt: number, startAt: number, endAt: number): void {
  const startHigh = highOf(startAt)
  const startLow = lowOf(startAt)
  const endHigh = highOf(endAt)
  const endLow = lowOf(endAt)
  if (isZero(traceAt, 16) || isZero(spanAt, 8)) reject('id')
  else if (endHigh < startHigh || (endHigh === startHigh && endLow < startLow)) reject('times')
  else if (isTooOld(startHigh, startLow)) reject('age')
  else if (isAhead(startHigh, startLow)) reject('future')
  else count()
}

function judgePoint(timeAt: number): void {
  if (isZero(timeAt, 8)) reject('pointTime')
  else if (isTooOld(highOf(timeAt), lowOf(timeAt))) reject('pointAge')
  else if (isAhead(highOf(timeAt), lowOf(timeAt))) reject('pointFuture')
  else count()
}

const highOf = (place: number) => (place < 0 ? 0 : view.getUint32(place + 4, true))
const lowOf = (place: number) => (place < 0 ? 0 : view.getUint32(place, true))
const isTooOld = (high: number, low: number) => high < oldestHigh || (high === oldestHigh && low < oldestLow)
const isAhead = (high: number, low: number) => high > newestHigh || (high === newestHigh && low > newestLow)

function count(): void {
  if (++items > mostItems) throw new TooMuchError(`more than ${mostItems} spans or points`)
}
function reject(rule: Rejection): void {
  count()
  rejected++
  why[rule] = (why[rule] ?? 0) + 1
}

/** Text up to `end` must be UTF-8; four bytes at a time as long as it is ASCII. */
function checkText(end: number): void {
  let place = at
  for (; place + 4 <= end; place += 4) if ((view.getUint32(place) & 0x80808080) !== 0) break
  for (; place < end; place++)
    if ((bytes[place] as number) >= 128) {
      if (!isUtf8(bytes.subarray(at, end))) throw new WalkError('a text is not UTF-8')
      return
    }
}

function skip(type: number, end: number): void {
  if (type === wire.varint) readVarint(end)
  else if (type === wire.fixed64) at += 8
  else if (type === wire.length) {
    const length = readLength(end)
    at += length
  } else if (type === wire.fixed32) at += 4
  else throw new WalkError(`wire type ${type} is not used by OTLP`)
  if (at > end) throw new WalkError('a field runs past its message')
}

/** Reads a length and makes sure that what it counts is there; the position is then at the first byte counted. */
function readLength(end: number): number {
  const length = readVarint(end)
  if (at + length > end) throw new WalkError('a length runs past its message')
  return length
}

/** Exact below 2^53, which lengths and tags are; larger values are only passed over. */
function readVarint(end: number): number {
  if (at < end && (bytes[at] as number) < 128) return bytes[at++] as number
  let value = 0
  let factor = 1
  for (let index = 0; index < 10; index++) {
    if (at >= end) throw new WalkError('a number runs past its message')
    const byte = bytes[at++] as number
    value += (byte & 127) * factor
    if (byte < 128) {
      // the tenth byte of a 64-bit varint holds one bit; where it holds none, the engine can't read the number
      if (index === 9 && byte !== 1) throw new WalkError('the tenth byte of a number is not 1')
      return value
    }
    factor *= 128
  }
  throw new WalkError('a number has more than ten bytes')
}

function isZero(start: number, length: number): boolean {
  if (start < 0) return true
  for (let index = start; index < start + length; index++) if (bytes[index] !== 0) return false
  return true
}
