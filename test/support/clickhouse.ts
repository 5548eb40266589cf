import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './product.ts'

export type ClickHouse = {
  url: string
  pid: number
  /** What it has from now on: each statement waits, what changes anything is refused; nothing of it when empty */
  trouble(of: { slowMs?: number; refuses?: { code: number; name: string } }): Promise<void>
  /** What a statement of ours answers, a row each; it goes past the trouble of none */
  rows<Row>(sql: string): Promise<Row[]>
  /** Ends it at once, as a power cut would; its folder is removed unless it is the caller's */
  stop(): Promise<void>
}

/**
 * Starts the stand-in for a ClickHouse server as a process of its own, with nothing in it; or on a folder that is the
 * caller's, where the embedded engine, or one before it at the same port, may have been.
 */
export async function startClickHouse(own?: string, at?: number): Promise<ClickHouse> {
  const folder = own ?? mkdtempSync(join(tmpdir(), 'plumbline-clickhouse-'))
  const port = at ?? (await freePort())
  const script = fileURLToPath(new URL('./clickhouse-server.ts', import.meta.url))
  const tsx = import.meta.resolve('tsx')
  const engine = spawn(process.execPath, ['--import', tsx, script, String(port), folder], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = new Promise<void>((resolve) => engine.once('exit', () => resolve()))
  await new Promise<void>((resolve, reject) => {
    engine.stdout?.once('data', () => resolve())
    ended.then(() => reject(new Error('the engine ended before it was there')))
  })
  return {
    url: `http://127.0.0.1:${port}/default`,
    pid: engine.pid ?? 0,
    trouble: async (of) => {
      await fetch(`http://127.0.0.1:${port}/trouble`, { method: 'POST', body: JSON.stringify(of) })
    },
    rows: async <Row>(sql: string) => {
      const answer = await fetch(`http://127.0.0.1:${port}/`, {
        method: 'POST',
        body: `${sql} FORMAT JSONEachRow`,
      })
      const said = await answer.text()
      if (!answer.ok) throw new Error(said)
      return said
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Row)
    },
    stop: async () => {
      engine.kill('SIGKILL')
      await ended
      if (!own) rmSync(folder, { recursive: true, force: true })
    },
  }
}
