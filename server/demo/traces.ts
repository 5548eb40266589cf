import { type SpanKindName, type SpanPlan, traceparentOf } from './effects.ts'
import { hash, hexId } from './random.ts'

/** What all spans of one trace share. */
export type TraceScope = { seed: number; plant: string; flow: string; key: string; step: string }

export type Trace = {
  /** Adds a span and returns its `traceparent`, to be the parent of others and to go into events. */
  span(
    parent: string | undefined,
    service: string,
    kind: SpanKindName,
    name: string,
    start: number,
    end: number,
    more?: { peer?: string; http?: number; error?: SpanPlan['error'] },
  ): string
  /** Says that a message waits in the hub's queue of its name, from when it was published until it is done with. */
  wait(message: string, from: number, to: number): void
}

/** A message in a queue of the integration hub: there from `from` on, and gone at `to`. */
export type Waiting = { plant: string; destination: string; from: number; to: number }

/** Opens a trace whose ids follow from its scope; finished spans go to `emit`, messages that wait to `wait`. */
export function openTrace(
  scope: TraceScope,
  emit: (span: SpanPlan) => void,
  wait: (waiting: Waiting) => void,
): Trace {
  const text = `${scope.seed}/${scope.plant}/${scope.key}/${scope.step}`
  const traceId = hexId(4, text)
  const mark = hash('span', text).toString(36)
  let count = 0
  return {
    span: (parent, service, kind, name, start, end, more = {}) => {
      const spanId = hexId(2, `${mark}/${count++}`)
      const from = Math.round(start)
      emit({
        traceId,
        spanId,
        parent,
        service,
        plant: scope.plant,
        flow: scope.flow,
        key: scope.key,
        name,
        kind,
        start: from,
        end: Math.max(Math.round(end), from + 1),
        ...more,
      })
      return traceparentOf({ traceId, spanId })
    },
    wait: (destination, from, to) => wait({ plant: scope.plant, destination, from, to }),
  }
}

const hub = 'hub'

/** One side of a hand-off: the system and what it does there. */
export type Side = { system: string; doing: string; inside: string }

/**
 * The spans of a message from one system to another over the integration hub: the sender's work and publication, the
 * hub's consumption, mapping and call, the receiver's work. Returns the traceparents of both ends.
 */
export function traceHandoff(
  trace: Trace,
  message: string,
  from: Side,
  to: Side,
  leftAt: number,
  arrivedAt: number,
  options: { parent?: string | undefined; isRetried?: boolean } = {},
): { sent: string; arrived: string } {
  const lasted = arrivedAt - leftAt
  const work = Math.min(lasted * 0.35, 180 + (lasted % 997))
  const published = leftAt + Math.min(lasted * 0.1, 60)
  const called = arrivedAt - work
  const taken = called - Math.min(lasted * 0.15, 90)
  const { sent, topic } = traceSending(trace, message, from, leftAt, published, options.parent)
  trace.wait(message, published, arrivedAt + 4)
  const consumed = trace.span(topic, hub, 'CONSUMER', `process ${message}`, taken, arrivedAt + 4)
  trace.span(consumed, hub, 'INTERNAL', `map ${message}`, taken + 2, called)
  if (options.isRetried && lasted > 12_000) {
    const tried = leftAt + lasted * 0.3
    const waited = Math.min(5_000, lasted * 0.3)
    const failed = trace.span(topic, hub, 'CONSUMER', `process ${message}`, tried, tried + waited + 3)
    trace.span(failed, hub, 'CLIENT', to.doing, tried + 2, tried + waited, {
      peer: to.system,
      error: { type: 'TimeoutError', message: `Timeout after ${Math.round(waited)} ms, will be retried` },
    })
  }
  const call = trace.span(consumed, hub, 'CLIENT', to.doing, called, arrivedAt + 2, { peer: to.system })
  return { sent, arrived: traceReceiving(trace, to, call, called + 3, arrivedAt) }
}

/** The sender's half. */
export function traceSending(
  trace: Trace,
  message: string,
  from: Side,
  leftAt: number,
  publishedAt: number,
  parent?: string,
): { sent: string; topic: string } {
  const sent = trace.span(
    parent,
    from.system,
    parent ? 'INTERNAL' : 'SERVER',
    from.doing,
    leftAt - 120,
    publishedAt,
  )
  trace.span(sent, from.system, 'INTERNAL', from.inside, leftAt - 110, leftAt - 20)
  const topic = trace.span(sent, from.system, 'PRODUCER', `publish ${message}`, leftAt, publishedAt, {
    peer: hub,
  })
  return { sent, topic }
}

/** The receiver's half. */
export function traceReceiving(
  trace: Trace,
  to: Side,
  call: string | undefined,
  start: number,
  end: number,
): string {
  const work = end - start
  const arrived = trace.span(call, to.system, 'SERVER', to.doing, start, end)
  trace.span(arrived, to.system, 'INTERNAL', to.inside, start + work * 0.1, end - work * 0.15)
  return arrived
}

/** A message that is taken from the queue and goes no further. */
export function traceLoss(
  trace: Trace,
  message: string,
  topic: string,
  takenAt: number,
  reason: string,
): void {
  const consumed = trace.span(topic, hub, 'CONSUMER', `process ${message}`, takenAt, takenAt + 40)
  trace.span(consumed, hub, 'INTERNAL', `map ${message}`, takenAt + 3, takenAt + 38, {
    error: { type: 'MappingError', message: reason },
  })
}

/** Tries of a call that the receiver refuses, until it is given up or goes through. */
export function traceRefusals(
  trace: Trace,
  message: string,
  topic: string,
  to: Side,
  times: number[],
  refusal: { type: string; message: string },
): void {
  times.forEach((at, index) => {
    const consumed = trace.span(
      topic,
      hub,
      'CONSUMER',
      `process ${message}, try ${index + 1}`,
      at,
      at + 1_430,
    )
    const call = trace.span(consumed, hub, 'CLIENT', to.doing, at + 8, at + 1_420, {
      peer: to.system,
      error: refusal,
    })
    trace.span(call, to.system, 'SERVER', to.doing, at + 12, at + 1_400, { error: refusal })
  })
}
