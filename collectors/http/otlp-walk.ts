import { type Message, requestMessage, spanMessage, wire, wireOf } from './otlp-messages.ts'

/** What a walk found: how many spans, how many of them the store will not take, or why the body is no request. */
export type WalkResult = { spans: number; rejected: number; error: string | undefined }

const deepest = 40
// single-threaded and not re-entrant: module state keeps the walk free of objects per span
let bytes: Uint8Array = new Uint8Array()
let at = 0
let spans = 0
let rejected = 0

class WalkError extends Error {}

/**
 * Walks the wire format of a trace request without building an object per span. What it lets through the engine can
 * read: lengths nest exactly, wire types fit, no groups, no singular field twice (the engine would lose its value).
 */
export function walkTraces(body: Uint8Array): WalkResult {
  bytes = body
  at = 0
  spans = 0
  rejected = 0
  try {
    walkMessage(requestMessage, body.length, 0)
    return { spans, rejected, error: undefined }
  } catch (error) {
    if (!(error instanceof WalkError)) throw error
    return { spans, rejected, error: `${error.message} at byte ${Math.min(at, body.length)}` }
  } finally {
    bytes = new Uint8Array()
  }
}

function walkMessage(message: Message, end: number, depth: number): void {
  if (depth > deepest) throw new WalkError(`${message.title} is nested deeper than ${deepest}`)
  let seen = 0
  let traceAt = -1
  let spanAt = -1
  while (at < end) {
    const tag = readVarint(end)
    const number = Math.floor(tag / 8)
    const type = tag % 8
    const field = message.fields[number]
    if (!field) {
      // the envelope we append lives above 999; nobody else may write there
      if (number === 0 || number > 999 || tag > 0xffffffff)
        throw new WalkError(`${message.title} has the field number ${number}`)
      skip(type, end)
      continue
    }
    if (type !== wireOf(field.type))
      throw new WalkError(`${message.title}.${field.name} has wire type ${type}`)
    if (!field.repeated) {
      const bit = message.isOneof ? 1 : 1 << number
      if (seen & bit) throw new WalkError(`${message.title}.${field.name} is given twice`)
      seen |= bit
    }
    if (type === wire.length) {
      const length = readLength(end)
      const start = at
      const inner = start + length
      if (typeof field.type === 'object') walkMessage(field.type, inner, depth + 1)
      else if (message === spanMessage && number === 1 && inner - start === 16) traceAt = start
      else if (message === spanMessage && number === 2 && inner - start === 8) spanAt = start
      at = inner
    } else skip(type, end)
  }
  if (at !== end) throw new WalkError(`${message.title} ends inside a field`)
  if (message !== spanMessage) return
  spans++
  if (isZero(traceAt, 16) || isZero(spanAt, 8)) rejected++
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
  let value = 0
  let factor = 1
  for (let index = 0; index < 10; index++) {
    if (at >= end) throw new WalkError('a number runs past its message')
    const byte = bytes[at++] as number
    value += (byte & 127) * factor
    if (byte < 128) {
      // the tenth byte of a 64-bit varint holds one bit
      if (index === 9 && byte > 1) throw new WalkError('a number has more than 64 bits')
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
