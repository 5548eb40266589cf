import { readFileSync } from 'node:fs'
import { Agent, request } from 'node:http'
import { quantile } from './table.ts'

/** A request as it is sent, and how many spans or events it holds. */
export type Body = { path: string; headers: Record<string, string>; bytes: Buffer; items: number }
export type Sent = { items: number; seconds: number; p50_ms: number; p99_ms: number; refused: number }

/**
 * Sends bodies over real HTTP on connections that stay open, for so many seconds: as fast as they are acknowledged, or
 * `perSecond` items at most, and no more than `requests`. What is refused with 503 is sent again after a pause, as an exporter would.
 * @param options.taken hears of each body that was acknowledged
 */
export async function sendLoad<Each extends Body>(
  url: string,
  bodies: () => Each,
  options: {
    seconds: number
    connections: number
    perSecond?: number
    requests?: number
    taken?: (body: Each) => void
  },
): Promise<Sent> {
  // idle ones are closed before the server does (after five seconds): one it has just closed would fail when used again
  const agent = new Agent({ keepAlive: true, maxSockets: options.connections, timeout: 3_000 })
  const started = performance.now()
  const elapsed = () => (performance.now() - started) / 1000
  const times: number[] = []
  let items = 0
  let booked = 0
  let refused = 0
  let left = options.requests ?? Number.POSITIVE_INFINITY
  const lane = async () => {
    let again: Each | undefined
    while (elapsed() < options.seconds && left-- > 0) {
      const body = again ?? bodies()
      again = undefined
      if (options.perSecond) {
        const due = booked / options.perSecond
        booked += body.items
        if (due > elapsed()) await new Promise((resolve) => setTimeout(resolve, (due - elapsed()) * 1000))
      }
      const from = performance.now()
      const status = await post(url, body, agent)
      if (status === 503) {
        left++
        refused++
        again = body
        await new Promise((resolve) => setTimeout(resolve, 200))
        continue
      }
      if (status >= 300) throw new Error(`${body.path} answered ${status}`)
      times.push(performance.now() - from)
      items += body.items
      options.taken?.(body)
    }
  }
  await Promise.all(Array.from({ length: options.connections }, lane))
  const seconds = elapsed()
  agent.destroy()
  return { items, seconds, p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99), refused }
}

const post = (url: string, { path, headers, bytes }: Body, agent: Agent) =>
  new Promise<number>((resolve, reject) => {
    const sending = request(
      url + path,
      { method: 'POST', agent, headers: { ...headers, 'content-length': bytes.length } },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    sending.on('error', reject)
    sending.end(bytes)
  })

/** Seconds of CPU a process has used so far, all its threads together. */
export function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / 100
}
/** Bytes of memory a process holds. */
export function memoryOf(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
}

/** One of the product's own measurements, summed over its attributes. */
export async function readGauge(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`))
    .reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
}

/** Waits until everything acknowledged is in the store; a minute at most, unless told otherwise. */
export async function waitUntilLoaded(url: string, seconds = 60): Promise<void> {
  for (let tries = 0; tries < seconds * 20; tries++) {
    if ((await readGauge(url, 'plumbline_spool_size')) < 20_000) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the spool did not get empty')
}
