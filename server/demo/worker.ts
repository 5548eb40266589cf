import { parentPort, workerData } from 'node:worker_threads'
import { describeError } from '../core/errors.ts'
import { type RunOptions, runDemo } from './run.ts'

/** What the thread tells the process it belongs to. */
export type FromWorker =
  | { kind: 'chunk'; at: number }
  | { kind: 'backfilled' }
  | { kind: 'listening'; url: string }
  | { kind: 'log'; level: 'debug' | 'info' | 'warn'; text: string; fields: Record<string, unknown> }
  | { kind: 'failed'; reason: string }
export type ToWorker = { kind: 'continue' } | { kind: 'stop' }

const port = parentPort
if (!port) throw new Error('worker.ts runs in a worker thread')
const stopping = new AbortController()
let goOn: () => void = () => undefined
port.on('message', (message: ToWorker) => {
  if (message.kind === 'continue') goOn()
  else stopping.abort()
})
const say = (message: FromWorker) => port.postMessage(message)

try {
  await runDemo(workerData as RunOptions, {
    stopped: stopping.signal,
    onChunk: (at) =>
      new Promise<void>((resolve, reject) => {
        goOn = resolve
        stopping.signal.addEventListener('abort', () => reject(stopping.signal.reason), { once: true })
        say({ kind: 'chunk', at })
      }),
    onBackfilled: () => say({ kind: 'backfilled' }),
    onListening: (url) => say({ kind: 'listening', url }),
    tell: (level, text, fields = {}) => say({ kind: 'log', level, text, fields }),
  })
} catch (error) {
  say({ kind: 'failed', reason: describeError(error) })
}
port.close()
// a request that is being tried again would keep the thread
if (stopping.signal.aborted) process.exit(0)
