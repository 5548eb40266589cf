import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { Agent, type IncomingMessage, request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { transcodeJson } from '../../collectors/http/otlp-json.ts'
import { requestMessages, type Signal } from '../../collectors/http/otlp-messages.ts'
import { startIngestProcess } from '../support/ingest-process.ts'
import { decodeOfficial, type TraceRequest } from '../support/otlp-official.ts'
import { type Chance, createChance, mutate } from './mutate.ts'
import { type Seed, seeds } from './seeds.ts'

export type BodiesResult = { figures: Record<string, number | string>; broken: string[] }

const expected = new Set([200, 202, 400, 413, 415])
const answerMs = 10_000
const lanes = 6
const steadyFrom = 50_000

/**
 * Sends mutated bodies to a server of its own over real HTTP, and counts what came of them. Either every row is counted,
 * for which parts are kept from merging into one of equal ones; or parts merge as ever, and memory is judged.
 */
export async function tortureBodies(
  bodies: number,
  judged: 'counts' | 'memory' = 'counts',
  seed = Date.now() % 1_000_000,
): Promise<BodiesResult> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-bodies-'))
  const isCounted = judged === 'counts'
  const server = await startIngestProcess(folder, {
    keepsParts: isCounted ? ['otel_spans', 'quarantine', 'business_events'] : [],
  })
  const agent = new Agent({ keepAlive: true, maxSockets: lanes })
  const chance = createChance(seed)
  const counts = createCounts()
  const samples: number[] = []
  const started = performance.now()
  let sent = 0
  try {
    const lane = async () => {
      while (sent < bodies) {
        const number = sent++
        const each = makeBody(number, chance)
        const begun = performance.now()
        const { status, text } = await post(agent, server.url, each)
        counts.note(each, status, text, performance.now() - begun)
        if (number % Math.ceil(bodies / 80) === 0) samples.push((await server.memory()) / 2 ** 20)
      }
    }
    await Promise.all(Array.from({ length: lanes }, lane))
    const seconds = (performance.now() - started) / 1000
    const left = (await server.drain()).waiting_segments
    const [row] = await server.rows<
      Record<'spans' | 'badSpans' | 'events' | 'badEvents' | 'unreadable', string>
    >(
      `SELECT (SELECT count() FROM otel_spans) AS spans, (SELECT count() FROM quarantine WHERE kind = 'span') AS badSpans,
         (SELECT count() FROM business_events) AS events, (SELECT count() FROM quarantine WHERE kind = 'event') AS badEvents,
         (SELECT count() FROM quarantine WHERE hasAny(codes, ['spool.unreadable', 'spool.damaged'])) AS unreadable`,
    )
    const aside = join(folder, 'spool', 'rejected')
    const setAside = Number(row?.unreadable) + (existsSync(aside) ? readdirSync(aside).length : 0)
    const { statuses, wrong, slowestMs, counted, accepted } = counts.result
    const [second, last] = [average(samples, 1), average(samples, 3)]
    const broken: string[] = wrong.map(
      ({ status, path, body }) => `${path} was answered ${status}; the body, in base64: ${body}`,
    )
    if (slowestMs > answerMs) broken.push(`an answer took ${Math.round(slowestMs)} ms`)
    if (left > 0 || setAside > 0)
      broken.push(`${left} segments are left, ${setAside} requests were set aside`)
    for (const name of existsSync(aside) ? readdirSync(aside).slice(0, 3) : [])
      broken.push(
        `set aside: ${name}; what lies there, in base64: ${readFileSync(join(aside, name)).toString('base64')}`,
      )
    const reasons = await server.rows<{ reason: string }>(
      "SELECT DISTINCT arrayJoin(reasons) AS reason FROM quarantine WHERE source = 'spool' LIMIT 3",
    )
    for (const { reason } of reasons) broken.push(`the engine said: ${reason}`)
    if (isCounted && Number(row?.spans) + Number(row?.badSpans) !== counted)
      broken.push(`${counted} spans were acknowledged, ${row?.spans} stored, ${row?.badSpans} quarantined`)
    if (isCounted && Number(row?.events) !== accepted)
      broken.push(`${accepted} events were accepted, ${row?.events} stored`)
    // an engine that has just started still fills its caches
    if (!isCounted && bodies >= steadyFrom && last > second * 1.15)
      broken.push(`memory rose from ${Math.round(second)} to ${Math.round(last)} MiB`)
    return {
      figures: {
        bodies,
        seed,
        ...Object.fromEntries(
          Object.entries(statuses).map(([status, count]) => [`answered ${status}`, count]),
        ),
        'slowest answer, ms': Math.round(slowestMs),
        seconds: Math.round(seconds),
        'memory in the second quarter, MiB': Math.round(second),
        'memory in the last quarter, MiB': Math.round(last),
        'spans counted': counted,
        'spans stored': Number(row?.spans),
        'spans quarantined': Number(row?.badSpans),
        'events accepted': accepted,
        'events stored': Number(row?.events),
        'requests set aside': setAside,
      },
      broken,
    }
  } finally {
    agent.destroy()
    await server.kill()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The average of a quarter of the samples. */
function average(samples: number[], quarter: number): number {
  const part = samples.slice(
    Math.floor((samples.length * quarter) / 4),
    Math.floor((samples.length * (quarter + 1)) / 4),
  )
  return part.reduce((sum, each) => sum + each, 0) / part.length
}

type Sent = Seed & { body: Buffer; isGzip: boolean }

/** One of the seeds with a number of its own, mutated; sometimes inside of gzip, sometimes gzip itself mutated. */
function makeBody(number: number, chance: Chance): Sent {
  const seed = seeds[chance(seeds.length)] as (number: number) => Seed & { body: Uint8Array }
  const { body, ...rest } = seed(number)
  const wrapping = chance(10)
  if (wrapping === 0) return { ...rest, body: mutate(gzipSync(body, { level: 1 }), chance), isGzip: true }
  if (wrapping === 1) return { ...rest, body: gzipSync(mutate(body, chance), { level: 1 }), isGzip: true }
  return { ...rest, body: mutate(body, chance), isGzip: false }
}

function post(
  agent: Agent,
  url: string,
  { path, type, body, isGzip }: Sent,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve) => {
    // a server that hangs or hangs up is found by the status 0
    const failed = () => resolve({ status: 0, text: '' })
    const headers = {
      'content-type': type,
      'content-length': body.length,
      ...(isGzip ? { 'content-encoding': 'gzip' } : {}),
    }
    const sending = request(
      `${url}${path}`,
      { method: 'POST', agent, headers, timeout: answerMs },
      (answer: IncomingMessage) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk))
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, text: Buffer.concat(chunks).toString() }),
        )
        answer.on('error', failed)
      },
    )
    sending.on('timeout', () => sending.destroy())
    sending.on('error', failed)
    sending.end(body)
  })
}

/**
 * What we refuse and a lenient decoder passes over: what the engine would read otherwise or not at all, and what runs
 * past the message it is in, where the decoder we judge by reads on.
 */
const stricter =
  /is given twice|is not UTF-8|has wire type|has the field number|is nested deeper|tenth byte|not used by OTLP|ends inside a field|runs past its message|more than ten bytes/

/** What the sender knows of its bodies: how many spans and events of them must be somewhere. */
function createCounts() {
  const result = {
    statuses: {} as Record<string, number>,
    wrong: [] as { status: number; path: string; body: string }[],
    slowestMs: 0,
    counted: 0,
    accepted: 0,
  }
  const known = new Set<string>()
  const messageOf = ({ signal, isJson, body, isGzip }: Sent): Uint8Array => {
    const plain = isGzip ? gunzipSync(body) : body
    return isJson ? transcodeJson(plain, requestMessages[signal as Signal]) : plain
  }
  /** Spans of what was taken, as the official messages read it. */
  const spansOf = (sent: Sent): number => {
    const message = messageOf(sent)
    // the very same body again is acknowledged and not stored again
    const digest = createHash('sha256').update(message).digest('base64')
    if (known.has(digest)) return 0
    known.add(digest)
    const { resourceSpans = [] } = decodeOfficial<Partial<TraceRequest>>('ExportTraceServiceRequest', message)
    return resourceSpans
      .flatMap((one) => one.scopeSpans ?? [])
      .reduce((sum, scoped) => sum + (scoped.spans?.length ?? 0), 0)
  }
  /**
   * Whether 200 or 400 is right, by a decoder that knows nothing of the product: what is taken it can read, and what is
   * refused it cannot, unless the answer says by which of our own rules, which are stricter.
   */
  const isRight = (sent: Sent, status: number, text: string): boolean => {
    if ((status !== 200 && status !== 400) || sent.signal === 'events') return true
    // of JSON only what became of it can be judged so
    if (sent.isJson && status === 400) return true
    const name = sent.signal === 'traces' ? 'ExportTraceServiceRequest' : 'ExportMetricsServiceRequest'
    let canRead = true
    try {
      decodeOfficial(name, messageOf(sent))
    } catch {
      canRead = false
    }
    return status === 200 ? canRead : !canRead || stricter.test(text)
  }
  return {
    result,
    note: (sent: Sent, status: number, text: string, took: number) => {
      result.statuses[status] = (result.statuses[status] ?? 0) + 1
      result.slowestMs = Math.max(result.slowestMs, took)
      if (!(expected.has(status) && isRight(sent, status, text))) {
        if (result.wrong.length < 10)
          result.wrong.push({ status, path: sent.path, body: sent.body.toString('base64') })
        // what nobody can read has no spans to count
        return
      }
      if (status === 200 && sent.signal === 'traces') result.counted += spansOf(sent)
      if (status === 202) result.accepted += (JSON.parse(text) as { accepted: number }).accepted
    },
  }
}
