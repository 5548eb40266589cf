import type { Estate } from '../../server/core/estate.ts'
import type { EventsSourceConfig } from '../../server/core/estate-schema.ts'
import { writeDuration } from '../../server/core/words.ts'
import type { CloudEvent } from './cloud-event.ts'
import { readStates } from './state.ts'

/** A line of an events segment: the columns of sql/events-structure.ts; what is absent takes its default. */
export type EventLine = {
  kind: 'event' | 'watermark' | 'quarantine'
  source: string
  system: string
  plant: string
  event_id: string
  occurred_at: string
  received_at: string
  reasons?: string[]
  [column: string]: unknown
}

export const watermarkType = 'com.plumbline.watermark.v1'

/** Puts events into the estate's vocabulary; made once per process. */
export type Vocabulary = (event: CloudEvent, receivedAt: Date) => EventLine[]

/**
 * Builds the translation of CloudEvents into the estate's words: plant, flow, stage, system, key, times, states, trace.
 * An event that breaks the vocabulary becomes one quarantine line with every reason; nothing else of it is kept.
 */
export function createVocabulary(estate: Estate): Vocabulary {
  const stages = new Map<string, { flow: string; stage: string }>()
  for (const flow of estate.flows) {
    for (const type of flow.ends_early) stages.set(type, { flow: flow.flow, stage: 'ended' })
    for (const stage of flow.stages) stages.set(stage.event, { flow: flow.flow, stage: stage.stage })
  }
  const servedBy = new Map(
    estate.systems.map((system) => [system.system, system.plants ?? [...estate.plantOf.keys()]]),
  )

  return (event, receivedAt) => {
    const reasons: string[] = []
    const received_at = receivedAt.toISOString()
    const source = estate.originOf.get(event.source)
    if (!source) reasons.push(`source: "${event.source}" is not the origin of a source of this estate`)
    const served = source ? (servedBy.get(source.system) ?? []) : []
    const occurred = event.time === '' ? receivedAt : new Date(event.time)
    if (occurred.getTime() > receivedAt.getTime() + estate.allowed_skew)
      reasons.push(
        `time: ${event.time} is ${writeDuration(occurred.getTime() - receivedAt.getTime())} in the future; at most ${writeDuration(estate.allowed_skew)} are allowed`,
      )
    if (occurred.getTime() < 0) reasons.push(`time: ${event.time} is before 1970`)
    const named = event.extensions.plant ?? ''
    const isWatermark = event.type === watermarkType
    const plant = named || (served.length === 1 ? (served[0] as string) : '')
    if (named !== '' && !estate.plantOf.has(named))
      reasons.push(`plant: "${named}" is not a plant of this estate`)
    else if (source && named !== '' && !served.includes(named))
      reasons.push(`plant: "${named}" is not served by ${source.system}`)
    else if (plant === '' && !isWatermark) reasons.push('plant: is missing')
    const base = {
      source: source?.source ?? event.source.slice(0, 200),
      system: source?.system ?? '',
      event_id: event.id,
      occurred_at: (occurred.getTime() < 0 ? receivedAt : occurred).toISOString(),
      received_at,
    }
    if (isWatermark && source && reasons.length === 0)
      return (plant === '' ? served : [plant]).map((each) => ({ ...base, kind: 'watermark', plant: each }))

    const stage = stages.get(event.type)
    if (event.subject === '' && !isWatermark) reasons.push('subject: is missing; it carries the business key')
    const trace = readTraceparent(event.extensions.traceparent, reasons)
    const data = event.data as { states?: unknown } | null
    const states =
      data && typeof data === 'object' && data.states !== undefined
        ? readStates(data.states, estate, occurred.getTime(), reasons)
        : {}
    if (reasons.length > 0)
      return [{ ...base, kind: 'quarantine', plant, reasons, data: JSON.stringify(event) }]
    const line: EventLine = {
      ...base,
      kind: 'event',
      plant,
      flow: stage?.flow ?? '',
      stage: stage?.stage ?? '',
      type: event.type,
      key: event.subject,
      ...trace,
      data: typeof event.data === 'string' ? event.data : JSON.stringify(event.data ?? {}),
      ...states,
    }
    return source?.watermark === 'newest' ? [line, newestWatermark(source, line)] : [line]
  }
}

/** For a source that sends no heartbeats, its newest event says up to when it is complete. */
function newestWatermark(
  source: EventsSourceConfig,
  { system, plant, event_id, occurred_at, received_at }: EventLine,
): EventLine {
  return { kind: 'watermark', source: source.source, system, plant, event_id, occurred_at, received_at }
}

/** W3C trace context: version, trace id, parent id, flags. */
function readTraceparent(
  text: string | undefined,
  reasons: string[],
): { trace_id?: string; span_id?: string } {
  if (text === undefined) return {}
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(text)
  if (match) return { trace_id: match[1] as string, span_id: match[2] as string }
  reasons.push(`traceparent: "${text.slice(0, 60)}" is not W3C trace context`)
  return {}
}
