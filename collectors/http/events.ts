import { setImmediate } from 'node:timers/promises'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { PlumblineError } from '../../server/core/errors.ts'
import type { Estate } from '../../server/core/estate.ts'
import { type CloudEvent, readCloudEvent } from '../contracts/cloud-event.ts'
import { createVocabulary, type Vocabulary } from '../contracts/vocabulary.ts'
import { createLine } from '../spool/line.ts'
import type { Spool } from '../spool/spool.ts'
import { type Bodies, expectUtf8, openBodies } from './body.ts'
import { boundsOfSender, watchEvents } from './key-reach.ts'

const structured = 'application/cloudevents+json'
const batched = 'application/cloudevents-batch+json'
const mostEvents = 10_000
/** Of every request that is worked on, so long at a time. */
const turnMs = 1.5
/** Bodies from this size on are worked on one after the other: what several have parsed at once would all be kept alive. */
const largeBytes = 64 * 2 ** 10

/**
 * CloudEvents 1.0 over HTTP: structured, batched and binary. What is not a CloudEvent is refused with 400 and every
 * reason, and nothing of its request is kept; the rest is acknowledged with 202 once it is on disk.
 */
export function eventRoutes({
  spool,
  estate,
  guard,
  bodies = openBodies(spool),
}: {
  spool: Pick<Spool, 'append' | 'expectRoom'>
  estate: Estate
  guard: MiddlewareHandler
  bodies?: Bodies
}): Hono {
  const translate = createVocabulary(estate)
  const large = createLine(() => 1)
  const take = async (context: Context, body: Buffer, hold: (bytes: number) => void) => {
    const type = (context.req.header('content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
    const receivedAt = new Date()
    const bounds = boundsOfSender(context.req.raw)
    const watch = bounds && watchEvents(translate, bounds, estate.originOf)
    const read = () =>
      type === batched
        ? readBatch(watch?.translate ?? translate, body, receivedAt)
        : readAlone(
            watch?.translate ?? translate,
            type === structured ? readOne(parseJson(body), 'event') : readBinary(context, type, body),
            receivedAt,
          )
    const { rows, events, source, broken, deviating } =
      body.length < largeBytes ? await read() : await large.run(read)
    watch?.expectWithin()
    hold(rows.length)
    if (rows.length > 0)
      await spool.append('events', rows, { receivedMs: receivedAt.getTime(), contentType: type, source })
    return context.json(
      {
        accepted: events - broken.length,
        quarantined: broken.length,
        deviating,
        reasons: broken,
      },
      202,
    )
  }
  return new Hono().post('/v1/events', guard, (context) =>
    bodies.with(context, (body, hold) => take(context, body, hold)),
  )
}

/** Works on one after the other; others get their turn in between: a large batch must not hold everybody up. */
async function inTurns<Value>(
  values: readonly Value[],
  work: (value: Value, index: number) => void,
): Promise<void> {
  let began = performance.now()
  for (const [index, value] of values.entries()) {
    if (index % 8 === 7 && performance.now() - began > turnMs) {
      await setImmediate()
      began = performance.now()
    }
    work(value, index)
  }
}

/** What the spool is given of a request, and what its sender is told. */
type Taken = {
  rows: Buffer
  events: number
  /** that of the first event */
  source: string
  broken: { id: string; reasons: string[]; codes: string[] }[]
  deviating: number
}

/** Puts events into lines, of which only the text is kept: what is not alive costs the garbage collector nothing. */
function createTaking(translate: Vocabulary, receivedAt: Date) {
  const taken = { events: 0, source: '', broken: [] as Taken['broken'], deviating: 0 }
  let text = ''
  return {
    add: (event: CloudEvent) => {
      if (taken.events++ === 0) taken.source = event.source
      for (const line of tryWriting(() => translate(event, receivedAt))) {
        text += `${tryWriting(() => JSON.stringify(line))}\n`
        if (line.deviations !== undefined) taken.deviating++
        if (line.kind === 'quarantine')
          taken.broken.push({ id: line.event_id, reasons: line.reasons ?? [], codes: line.codes ?? [] })
      }
    },
    end: (): Taken => ({ ...taken, rows: Buffer.from(text) }),
  }
}

/** @throws PlumblineError for data that JSON.parse could read but that is nested too deep to be written again */
function tryWriting<Result>(write: () => Result): Result {
  try {
    return write()
  } catch (error) {
    if (error instanceof RangeError)
      throw new PlumblineError('event_malformed', 'The data of an event is nested too deep', {
        where: 'data',
      })
    throw error
  }
}

async function readAlone(translate: Vocabulary, event: CloudEvent, receivedAt: Date): Promise<Taken> {
  const taking = createTaking(translate, receivedAt)
  taking.add(event)
  return taking.end()
}

function parseJson(body: Buffer): unknown {
  expectUtf8(body)
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    throw new PlumblineError('event_malformed', `The body is not JSON: ${(error as Error).message}`, {
      where: 'body',
    })
  }
}

function readOne(value: unknown, where: string): CloudEvent {
  const { event, reasons } = readCloudEvent(value)
  if (event) return event
  throw new PlumblineError('event_invalid', `Not a CloudEvent: ${reasons.join('; ')}`, {
    where,
    details: reasons.map((message) => ({ where, message })),
    mend: 'CloudEvents 1.0 names the attributes and their types.',
  })
}

async function readBatch(translate: Vocabulary, body: Buffer, receivedAt: Date): Promise<Taken> {
  const values = parseJson(body)
  if (!Array.isArray(values))
    throw new PlumblineError('event_malformed', 'A batch is a JSON array of events', { where: 'body' })
  if (values.length > mostEvents)
    throw new PlumblineError('batch_too_large', `A batch holds at most ${mostEvents} events`, {
      status: 413,
      where: 'body',
    })
  const taking = createTaking(translate, receivedAt)
  const details: { where: string; message: string }[] = []
  await inTurns(values as unknown[], (value, index) => {
    const { event, reasons } = readCloudEvent(value)
    if (!event) for (const message of reasons) details.push({ where: `[${index}]`, message })
    // of a batch with one that is none nothing is taken
    else if (details.length === 0) taking.add(event)
  })
  if (details.length > 0)
    throw new PlumblineError(
      'event_invalid',
      `Not a batch of CloudEvents: ${details[0]?.where} ${details[0]?.message}`,
      {
        where: details[0]?.where ?? 'body',
        details: details.slice(0, 100),
        mend: 'Nothing of this batch was taken; mend the events named and send it again.',
      },
    )
  return taking.end()
}

/** Binary mode: attributes are `ce-` headers, percent-encoded; the body is the data in its own content type. */
function readBinary(context: Context, type: string, body: Buffer): CloudEvent {
  const value: Record<string, unknown> = {}
  for (const [name, text] of Object.entries(context.req.header()))
    if (name.startsWith('ce-')) value[name.slice(3)] = decode(text)
  if (Object.keys(value).length === 0)
    throw new PlumblineError(
      'media_type',
      `Content-Type "${type}" is not understood and there are no ce- headers; expected ${structured}, ${batched}, or an event in binary mode`,
      { status: 415 },
    )
  const contentType = context.req.header('content-type')
  if (contentType) value.datacontenttype = contentType
  if (body.length > 0) {
    if (type === '' || type === 'application/json' || type.endsWith('+json')) value.data = parseJson(body)
    else if (type.startsWith('text/')) value.data = body.toString('utf8')
    else value.data_base64 = body.toString('base64')
  }
  return readOne(value, 'headers')
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
