import { transcodeJson } from '../../collectors/http/otlp-json.ts'
import { requestMessages, type Signal } from '../../collectors/http/otlp-messages.ts'
import { type WalkResult, walkRequest } from '../../collectors/http/otlp-walk.ts'

/** A request as protobuf, from its JSON encoding. */
export const encodeOtlp = (request: object, signal: Signal = 'traces'): Uint8Array =>
  transcodeJson(Buffer.from(JSON.stringify(request)), requestMessages[signal])

/** Walks a trace request as the collector does, whatever its age. */
export const walkTraces = (body: Uint8Array): WalkResult =>
  walkRequest('traces', body, { receivedMs: Date.now(), oldestMs: Date.now(), aheadMs: 3_600_000 })
