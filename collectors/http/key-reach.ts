import protobuf from 'protobufjs'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { identityOf, reachFor } from '../../server/core/identity.ts'
import { isWhole, isWithin, type Reach } from '../../server/core/reach.ts'
import { otlpProtobuf } from '../../sql/otlp-format.ts'
import type { Vocabulary } from '../contracts/vocabulary.ts'
import type { Signal } from './otlp-messages.ts'

/** Where a sender may write, and as which source; '' as any. */
export type Bounds = { reach: Reach; source: string }

/** What whoever sent a request is bound to; undefined for who may write everything, and for what comes from inside. */
export function boundsOfSender(request: Request): Bounds | undefined {
  const identity = identityOf(request)
  if (!identity) return undefined
  const { source = '' } = identity
  const reach = reachFor(identity, 'ingest')
  return source === '' && isWhole(reach) ? undefined : { reach, source }
}

/**
 * Holds a delivery to the key of its sender: to another source's it opens nothing.
 * @throws PlumblineError `out_of_reach` (403)
 */
export function expectSource(request: Request, source: string): void {
  const bounds = boundsOfSender(request)
  if (bounds && bounds.source !== '' && bounds.source !== source) throw beyondReach([`source ${source}`])
}

/**
 * Holds events to the source, plants and flows that the key of their sender is bound to: watches what they are put into words as.
 * Nothing of a request is taken that speaks of others; what names no plant we know goes to quarantine, as that of every
 * sender.
 */
export function watchEvents(translate: Vocabulary, { reach, source }: Bounds, originOf: Estate['originOf']) {
  const beyond = new Set<string>()
  return {
    translate: ((event, receivedAt) => {
      if (source !== '' && originOf.get(event.source)?.source !== source) beyond.add(`source ${event.source}`)
      const lines = translate(event, receivedAt)
      for (const { kind, plant, ...line } of lines) {
        const flow = typeof line.flow === 'string' ? line.flow : ''
        const isNowhere = kind === 'quarantine' && plant === ''
        if (!isNowhere && !isWithin(reach, plant, flow || undefined)) beyond.add(placeOf(plant, flow))
      }
      return lines
    }) satisfies Vocabulary,
    /** @throws PlumblineError `out_of_reach` (403) with every source, plant and flow that is another's */
    expectWithin: () => {
      if (beyond.size > 0) throw beyondReach([...beyond])
    },
  }
}

/**
 * The same for spans and points: each resource says its plant, and no attribute names one that is another's. A key for
 * everything is not asked, so that its spans are never decoded here.
 * @throws PlumblineError `out_of_reach` (403)
 */
export function expectTelemetry(
  { reach, source }: Bounds,
  signal: Signal,
  body: Uint8Array,
  names: Estate['spans'],
): void {
  // what a service measures of itself is of no source
  if (source !== '') throw beyondReach([`${signal}, since it is of the source ${source} alone`])
  const beyond = new Set<string>()
  const look = (attributes: KeyValue[] = [], isResource = false) => {
    const valuesOf = (wanted: readonly string[]) =>
      attributes.filter(({ key }) => wanted.includes(key ?? '')).map(({ value }) => value?.stringValue ?? '')
    const plants = valuesOf(names.plant)
    if (isResource && plants.length === 0) plants.push('')
    for (const plant of plants) if (!isWithin(reach, plant)) beyond.add(placeOf(plant, ''))
    for (const flow of valuesOf(names.flow).filter((each) => each !== ''))
      if (!reach.some(({ flows }) => !flows || flows.includes(flow))) beyond.add(`flow ${flow}`)
  }
  const { resourceSpans = [], resourceMetrics = [] } = decode(signal, body)
  for (const { resource, scopeSpans = [] } of resourceSpans) {
    look(resource?.attributes, true)
    for (const { spans = [] } of scopeSpans) for (const { attributes } of spans) look(attributes)
  }
  for (const { resource, scopeMetrics = [] } of resourceMetrics) {
    look(resource?.attributes, true)
    for (const { metrics = [] } of scopeMetrics)
      for (const { gauge, sum } of metrics)
        for (const { attributes } of [...(gauge?.dataPoints ?? []), ...(sum?.dataPoints ?? [])])
          look(attributes)
  }
  if (beyond.size > 0) throw beyondReach([...beyond])
}

type KeyValue = { key?: string; value?: { stringValue?: string } }
type Points = { dataPoints?: { attributes?: KeyValue[] }[] }
type Decoded = {
  resourceSpans?: {
    resource?: { attributes?: KeyValue[] }
    scopeSpans?: { spans?: { attributes?: KeyValue[] }[] }[]
  }[]
  resourceMetrics?: {
    resource?: { attributes?: KeyValue[] }
    scopeMetrics?: { metrics?: { gauge?: Points; sum?: Points }[] }[]
  }[]
}

let schema: protobuf.Root | undefined
function decode(signal: Signal, body: Uint8Array): Decoded {
  const message = signal === 'traces' ? 'Traces' : 'Metrics'
  schema ??= protobuf.loadSync(otlpProtobuf(message).path)
  return schema.lookupType(message).decode(body) as unknown as Decoded
}

const placeOf = (plant: string, flow: string) =>
  `${plant === '' ? 'no plant' : `plant ${plant}`}${flow === '' ? '' : `, flow ${flow}`}`

const beyondReach = (places: string[]) =>
  new PlumblineError('out_of_reach', `This key does not write for ${places.slice(0, 10).join('; ')}`, {
    status: 403,
    details: places.slice(0, 100).map((message) => ({ where: 'plant', message })),
    mend: 'Nothing of this request was taken. Send it with a key for it, or let an admin make one.',
  })
