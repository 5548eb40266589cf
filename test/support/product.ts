import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { copyMade } from './store.ts'

const command = fileURLToPath(new URL('../../server/plumbline.cjs', import.meta.url))

export type Product = {
  url: string
  folder: string
  /** of the process as it runs now */
  readonly pid: number
  /** everything it has logged */
  log(): string
  get<Answer>(path: string): Promise<Answer>
  /** Resolves when the demo's history is in and every check has run once since. */
  waitForDemo(): Promise<void>
  /** kill -9, as a power cut would */
  kill(): Promise<void>
  /** asks it to end; its folder stays */
  end(): Promise<void>
  /** starts it again on the same data */
  restart(): Promise<void>
  stop(): Promise<void>
}

type Options = {
  estate?: string
  demoHours?: number
  demoRate?: number
  seed?: number
  env?: Record<string, string>
  folder?: string
  /** on nothing at all, as a first start is; else it finds its tables made */
  isFirst?: boolean
  /** what stands before its command, such as the namespace of a disk */
  within?: readonly string[]
}

/** Starts the product as users do: its own process, the real command, a port and a data folder of its own. */
export async function startProduct(options: Options = {}): Promise<Product> {
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'plumbline-product-'))
  if (!options.isFirst && !options.env?.CLICKHOUSE_URL) copyMade(folder)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  let output = ''
  let child: ChildProcess | undefined
  const start = async () => {
    const [run, ...words] = [...(options.within ?? []), process.execPath, command, 'start']
    child = spawn(run as string, words, {
      env: {
        ...process.env,
        NODE_ENV: 'production',
        PORT: String(port),
        PLUMBLINE_DATA: folder,
        PLUMBLINE_ESTATE: options.estate ?? '',
        PLUMBLINE_DEMO_HOURS: String(options.demoHours ?? 24),
        PLUMBLINE_DEMO_RATE: String(options.demoRate ?? 1),
        PLUMBLINE_DEMO_SEED: String(options.seed ?? 1),
        ...options.env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child.stdout?.on('data', (chunk) => {
      output += chunk
    })
    child.stderr?.on('data', (chunk) => {
      output += chunk
    })
    // long: on a busy machine of two cores several start at once
    for (let tries = 0; tries < 1000; tries++) {
      if (child.exitCode !== null) throw new Error(`the product stopped:\n${output}`)
      const answer = await fetch(`${url}/readyz`).catch(() => undefined)
      if (answer?.ok) return
      await sleep(100)
    }
    throw new Error(`the product did not get ready:\n${output}`)
  }
  const end = async (signal: NodeJS.Signals) => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = new Promise((resolve) => child?.once('exit', resolve))
    child.kill(signal)
    await exited
  }
  await start()
  return {
    url,
    folder,
    get pid() {
      return child?.pid ?? 0
    },
    log: () => output,
    get: readFrom(url),
    waitForDemo: async () => {
      for (let tries = 0; tries < 3000 && !output.includes('"history":"in"'); tries++) await sleep(100)
      if (!output.includes('"history":"in"'))
        throw new Error(`the demo's history did not get in:\n${output.slice(-2000)}`)
    },
    kill: () => end('SIGKILL'),
    end: () => end('SIGTERM'),
    restart: start,
    stop: async () => {
      await end('SIGTERM')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Reads paths of a product's API. */
export function readFrom(url: string): Product['get'] {
  return async <Answer>(path: string) => {
    const answer = await fetch(url + path)
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
}

/** A port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
