import type { Estate } from '../../server/core/estate.ts'
import type { ContractConfig, EventsSourceConfig } from '../../server/core/estate-schema.ts'
import { writeDuration } from '../../server/core/words.ts'
import { type CloudEvent, writeCloudEvent, writeEnvelope } from './cloud-event.ts'
import { compileContracts } from './contract.ts'
import { type Findings, Reasons, type Reference } from './reasons.ts'
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
  codes?: string[]
  deviations?: string[]
  refs?: Reference[]
  [column: string]: unknown
}

export const watermarkType = 'com.plumbline.watermark.v1'

const noTimes: Partial<ContractConfig['time']> = {}

/** Puts events into the estate's vocabulary; made once per process. */
export type Vocabulary = (event: CloudEvent, receivedAt: Date) => EventLine[]

/**
 * Builds the translation of CloudEvents into the estate's words: plant, flow, stage, system, key, times, states, trace.
 * An event that breaks the vocabulary or its contract becomes one quarantine line with every reason; nothing else of it
 * is kept. What must exist elsewhere goes along as `refs`, for the engine to judge.
 */
export function createVocabulary(estate: Estate): Vocabulary {
  const stages = new Map<string, { flow: string; stage: string }>()
  for (const flow of estate.flows) {
    for (const type of flow.ends_early) stages.set(type, { flow: flow.flow, stage: 'ended' })
    for (const stage of flow.stages) stages.set(stage.event, { flow: flow.flow, stage: stage.stage })
  }
  for (const { event, flow } of estate.contracts)
    if (flow !== undefined && !stages.has(event)) stages.set(event, { flow, stage: '' })
  const servedBy = new Map(
    estate.systems.map((system) => [system.system, system.plants ?? [...estate.plantOf.keys()]]),
  )
  const contractOf = compileContracts(estate)
  // of all messages of a request it is the same moment
  let received = { at: new Date(0), text: '' }

  return (event, receivedAt) => {
    const findings: Findings = { reasons: new Reasons(), deviations: new Set(), refs: [] }
    const { reasons } = findings
    if (received.at !== receivedAt) received = { at: receivedAt, text: receivedAt.toISOString() }
    const received_at = received.text
    const source = estate.originOf.get(event.source)
    if (!source)
      reasons.add(
        'source.unknown',
        'source',
        `"${event.source}" is not the origin of a source of this estate`,
      )
    const served = source ? (servedBy.get(source.system) ?? []) : []
    const occurred = event.time === '' ? receivedAt : new Date(event.time)
    const contract = contractOf(event, occurred, findings)
    const isWatermark = event.type === watermarkType
    const { allowed_skew = estate.allowed_skew, latest_age = estate.allowed_age } =
      contract?.config.time ?? noTimes
    checkTime(event, occurred, receivedAt, allowed_skew, isWatermark ? undefined : latest_age, reasons)
    const named = event.extensions.plant ?? ''
    const plant = named || (served.length === 1 ? (served[0] as string) : '')
    if (named !== '' && !estate.plantOf.has(named))
      reasons.add('plant.unknown', 'plant', `"${named}" is not a plant of this estate`)
    else if (source && named !== '' && !served.includes(named))
      reasons.add('plant.unserved', 'plant', `"${named}" is not served by ${source.system}`)
    else if (plant === '' && !isWatermark) reasons.add('field.missing', 'plant', 'is missing')
    const base = {
      source: source?.source ?? event.source.slice(0, 200),
      system: source?.system ?? '',
      event_id: event.id,
      occurred_at: occurred.getTime() < 0 ? received_at : writeMoment(event.time, occurred),
      received_at,
    }
    if (isWatermark && source && reasons.texts.length === 0)
      return (plant === '' ? served : [plant]).map((each) => ({ ...base, kind: 'watermark', plant: each }))

    const stage = stages.get(event.type)
    if (event.subject === '' && !isWatermark)
      reasons.add('field.missing', 'subject', 'is missing; it carries the business key')
    const trace = readTraceparent(event.extensions.traceparent, reasons)
    const place = {
      flow: stage?.flow ?? '',
      stage: stage?.stage ?? '',
      partner: event.extensions.partner ?? '',
    }
    const data = event.data as { states?: unknown } | null
    const states =
      data && typeof data === 'object' && data.states !== undefined
        ? readStates(data.states, estate, occurred.getTime(), reasons)
        : {}
    contract?.check(event, findings)
    const refs = findings.refs.length > 0 ? { refs: findings.refs } : {}
    if (reasons.texts.length > 0) {
      const told = { reasons: reasons.texts, codes: reasons.codes }
      return [
        { ...base, ...place, kind: 'quarantine', plant, ...told, ...refs, data: writeCloudEvent(event) },
      ]
    }
    const isLate = source !== undefined && receivedAt.getTime() - occurred.getTime() > source.stale_after
    const isObject = typeof event.data === 'object' && event.data !== null && !Array.isArray(event.data)
    const line: EventLine = {
      ...base,
      kind: 'event',
      plant,
      ...place,
      type: event.type,
      key: event.subject,
      ...trace,
      // an object comes as it is: the engine keeps the text of it
      data: typeof event.data === 'string' || isObject ? event.data : JSON.stringify(event.data ?? {}),
      ...states,
      ...refs,
    }
    if (isLate) line.is_late = true
    if (findings.deviations.size > 0) line.deviations = [...findings.deviations]
    // the data is in the line already
    if (findings.refs.length > 0) line.envelope = isObject ? writeEnvelope(event) : writeCloudEvent(event)
    return source?.watermark === 'newest' ? [line, newestWatermark(source, line)] : [line]
  }
}

/** How the engine takes a moment; of days that no month lacks. */
const asWritten = /^\d{4}-\d\d-(?:[01]\d|2[0-8])T\d\d:\d\d:\d\d\.\d{3}Z$/

/** A moment as the engine takes it: most are written so already. */
const writeMoment = (text: string, moment: Date): string =>
  asWritten.test(text) ? text : moment.toISOString()

/** Neither ahead of our clock nor older than is allowed; `age` is undefined where any age will do. */
function checkTime(
  { time }: CloudEvent,
  occurred: Date,
  receivedAt: Date,
  skew: number,
  age: number | undefined,
  reasons: Reasons,
): void {
  const old = receivedAt.getTime() - occurred.getTime()
  if (-old > skew)
    reasons.add(
      'time.future',
      'time',
      `${time} is ${writeDuration(-old)} in the future; at most ${writeDuration(skew)} are allowed`,
    )
  if (occurred.getTime() < 0) reasons.add('time.age', 'time', `${time} is before 1970`)
  else if (age !== undefined && old > age)
    reasons.add(
      'time.age',
      'time',
      `${time} is ${writeDuration(old)} ago; at most ${writeDuration(age)} are allowed`,
    )
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
  reasons: Reasons,
): { trace_id?: string; span_id?: string } {
  if (text === undefined) return {}
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}/.exec(text)
  if (match) return { trace_id: match[1] as string, span_id: match[2] as string }
  reasons.add('trace.malformed', 'traceparent', `"${text.slice(0, 60)}" is not W3C trace context`)
  return {}
}
