import type { TraceList } from '../../server/api/schemas/traces.ts'
import type { Product } from '../support/product.ts'
import { type Body, readGauge, sendLoad, waitUntilLoaded } from './load.ts'
import { startSink } from './sink.ts'
import { printTable, quantile, write } from './table.ts'

/** Twice as long as what the product says of its event loop, so that nothing before is in it. */
const seconds = 20
const connections = 16

type Held = { acks: string; delay: string; times: number[] }

/**
 * What a reader and the senders feel while so much comes in: at rest, beside senders whose requests go to a server that
 * only answers (what the senders themselves take of the machine), at 70 % of what is sustained, and at all of it.
 */
export async function printReaders(
  what: string,
  product: Product,
  next: () => Body,
  sustained: number,
): Promise<void> {
  const { url } = product
  const hold = async (perSecond: number, isRead: boolean): Promise<Held> => {
    const run = sendLoad(url, next, { seconds, connections, perSecond })
    const times = isRead ? await readWhile(url, run) : []
    const { p50_ms, p99_ms } = await run
    const delay = await readGauge(url, 'nodejs_eventloop_delay_p99')
    await waitUntilLoaded(url)
    return { acks: `${write(p50_ms)} / ${write(p99_ms)}`, delay: write(delay * 1000), times }
  }
  const held = [
    await hold(sustained * 0.7, false),
    await hold(sustained * 0.7, true),
    await hold(sustained, false),
    await hold(sustained, true),
  ]
  // on the same data, once nothing comes in any more
  const rest = await readWhile(url, new Promise((resolve) => setTimeout(resolve, seconds * 500)))
  const sink = await startSink()
  const beside = await readWhile(
    url,
    sendLoad(sink.url, next, { seconds: seconds / 2, connections, perSecond: sustained }),
  )
  await sink.stop()
  const p95 = (times: number[]) => (times.length > 0 ? write(quantile(times, 0.95)) : '–')
  const ratio = (times: number[], to: number[]) =>
    times.length > 0 ? `${(quantile(times, 0.95) / quantile(to, 0.95)).toFixed(2)}×` : ''
  printTable(
    [`while ${what} come in`, 'at rest', 'senders alone', '70 % of peak', 'and read', 'peak', 'and read'],
    [
      ['a reader, p95 ms', p95(rest), p95(beside), ...held.map(({ times }) => p95(times))],
      ['… of what it is at rest', '', ratio(beside, rest), ...held.map(({ times }) => ratio(times, rest))],
      ['… of what it is beside the senders', '', '', ...held.map(({ times }) => ratio(times, beside))],
      ['acknowledgement p50 / p99 ms', '', '', ...held.map(({ acks }) => acks)],
      ['event loop held up, p99 ms', '', '', ...held.map(({ delay }) => delay)],
    ],
  )
}

/** What a person asks one after the other: a flow, its traces, one of them, the overview. */
async function readWhile(url: string, going: Promise<unknown>): Promise<number[]> {
  const times: number[] = []
  let isOver = false
  const end = () => {
    isOver = true
  }
  // a failure is its own caller's
  going.then(end, end)
  let trace = ''
  const questions = [
    () => '/api/flows/order-to-cash?hours=1',
    () => '/api/traces?flow=order-to-cash&hours=1&limit=50',
    // where no spans come in there is none to read
    () => (trace ? `/api/traces/${trace}` : '/api/quality?hours=1'),
    () => '/api/overview?hours=1',
  ]
  for (let turn = 0; !isOver; turn++) {
    const path = (questions[turn % questions.length] as () => string)()
    const started = performance.now()
    const answer = await fetch(url + path)
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}`)
    // the first round is not counted: nothing has been asked yet
    if (turn >= questions.length) times.push(performance.now() - started)
    if (path.includes('limit=')) trace = (JSON.parse(text) as TraceList).rows[0]?.trace_id ?? trace
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return times
}
