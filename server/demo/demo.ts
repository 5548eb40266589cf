import { randomBytes } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { describeError } from '../core/errors.ts'
import type { RunOptions } from './run.ts'
import { openDemoFiles } from './state-file.ts'
import type { FromWorker, ToWorker } from './worker.ts'

type Log = Record<'debug' | 'info' | 'warn' | 'error', (fields: object, text: string) => void>

export type DemoOptions = {
  /** where the product listens, such as http://127.0.0.1:8080 */
  url: string
  /** `demo/` below it keeps the state of the simulation and the truth file */
  dataFolder: string
  seed?: number
  /** 1 is about 400 sales orders on a working day */
  rate?: number
  /** how much history a first start makes */
  backfillHours?: number
  /** the company stops at this moment instead of going on live */
  endAt?: Date | undefined
  /** history is sent in pieces of this length */
  chunkHours?: number
  /** 1 is the usual rate of faults, 0 none */
  faultRate?: number
  /** sent with every request */
  headers?: Record<string, string>
  /** Called after each piece of history: all up to `at` is acknowledged, and nothing follows before it resolves. */
  onChunk?: (at: Date) => Promise<void>
  log: Log
}

export type Demo = {
  /** Resolves when the history is in (or the demo was stopped); rejects when the demo failed before. */
  backfilled: Promise<void>
  stop(): Promise<void>
}

const patience = 4_000

/**
 * Starts the simulated company in a thread of its own; it comes in by the front door over HTTP. A data folder that has
 * a demo already goes on with it: its seed and rates count, not those given.
 * @throws PlumblineError `demo_outdated` when the folder holds the demo of another version
 */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { log } = options
  openDemoFiles(options.dataFolder).readState()
  // the estate names these two for the hub's replay endpoint
  const replaySecret = `whsec_${randomBytes(32).toString('base64')}`
  process.env.PLUMBLINE_DEMO_REPLAY_SECRET = replaySecret
  const workerData: RunOptions = {
    url: options.url.replace(/\/$/, ''),
    dataFolder: options.dataFolder,
    headers: options.headers ?? {},
    seed: options.seed ?? 1,
    rate: options.rate ?? 1,
    faultRate: options.faultRate ?? 1,
    backfillHours: options.backfillHours ?? 168,
    chunkHours: options.chunkHours ?? 8,
    endAt: options.endAt?.getTime(),
    replaySecret,
  }
  const worker = new Worker(new URL('./worker.mjs', import.meta.url), { workerData, execArgv: [] })
  const tellWorker = (message: ToWorker) => worker.postMessage(message)
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  let isStopping = false

  const backfilled = new Promise<void>((resolve, reject) => {
    const fail = (reason: string) => {
      if (!isStopping) log.error({ error: reason }, 'the demo failed; what it sent stays')
      reject(new Error(reason))
    }
    const judge = async (at: number) => {
      try {
        await options.onChunk?.(new Date(at))
      } catch (error) {
        log.warn({ error: describeError(error) }, 'a piece of the demo’s history could not be judged')
      }
      tellWorker({ kind: 'continue' })
    }
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'chunk') void judge(message.at)
      else if (message.kind === 'backfilled') resolve()
      else if (message.kind === 'listening') process.env.PLUMBLINE_DEMO_REPLAY_URL = message.url
      else if (message.kind === 'log') log[message.level](message.fields, message.text)
      else fail(message.reason)
    })
    worker.once('error', (error) => fail(describeError(error)))
    void ended.then(() => resolve())
  })
  // whoever does not wait for the history has been told in the log
  backfilled.catch(() => undefined)
  return {
    backfilled,
    stop: async () => {
      isStopping = true
      tellWorker({ kind: 'stop' })
      const timer = setTimeout(() => void worker.terminate(), patience)
      await ended
      clearTimeout(timer)
    },
  }
}
