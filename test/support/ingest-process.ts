import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import type { SpoolStats } from '../../collectors/spool/spool.ts'
import { startOf } from './children.ts'

export type ChildOptions = {
  sealBytes?: number
  sealMs?: number
  /** Tables whose parts are not merged while the process lives */
  keepsParts?: string[]
  /** Whether its estate has contracts, with references that the engine judges */
  hasContracts?: boolean
}
export type Question = { id: number; ask: 'memory' | 'drain' | 'rows'; sql?: string }
export type Answer = { rss?: number; spool?: SpoolStats; rows?: object[]; error?: string; id?: number }

export type IngestProcess = {
  process: ChildProcess
  url: string
  isUp(): boolean
  memory(): Promise<number>
  /** Resolves when all it has acknowledged is in its store. */
  drain(): Promise<SpoolStats>
  rows<Row>(sql: string): Promise<Row[]>
  /** Ends it as a power cut would; resolves once it is gone. */
  kill(): Promise<void>
}

/** Starts the ways in as a process of their own on a data folder. */
export async function startIngestProcess(folder: string, options: ChildOptions = {}): Promise<IngestProcess> {
  const started = spawn(process.execPath, [...startOf('ingest-child'), folder, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    env: { ...process.env, LOG_LEVEL: 'silent' },
  })
  const exited = once(started, 'exit')
  let isUp = true
  void exited.then(() => {
    isUp = false
  })
  let last = 0
  const waiting = new Map<number, (answer: Answer) => void>()
  started.on('message', (answer: Answer) => waiting.get(answer.id ?? 0)?.(answer))
  const ask = async (question: Omit<Question, 'id'>): Promise<Answer> => {
    const id = ++last
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve))
    started.send({ id, ...question })
    const gone = exited.then(() => ({ error: 'the process has ended' }))
    const answer: Answer = await Promise.race([answered, gone])
    waiting.delete(id)
    if (answer.error) throw new Error(answer.error)
    return answer
  }
  const [port] = (await Promise.race([
    once(started.stdout as NodeJS.ReadableStream, 'data'),
    exited.then(() => {
      throw new Error('the process ended before it listened')
    }),
  ])) as [Buffer]
  return {
    process: started,
    url: `http://127.0.0.1:${port.toString().trim()}`,
    isUp: () => isUp,
    memory: async () => (await ask({ ask: 'memory' })).rss as number,
    drain: async () => (await ask({ ask: 'drain' })).spool as SpoolStats,
    rows: async <Row>(sql: string) => (await ask({ ask: 'rows', sql })).rows as Row[],
    kill: async () => {
      started.kill('SIGKILL')
      await exited
    },
  }
}
