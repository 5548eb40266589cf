import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './product.ts'

export type ClickHouse = { url: string; stop(): Promise<void> }

/**
 * Starts the stand-in for a ClickHouse server as a process of its own, with nothing in it; or on a folder that is the
 * caller's, where the embedded engine may have been before.
 */
export async function startClickHouse(own?: string): Promise<ClickHouse> {
  const folder = own ?? mkdtempSync(join(tmpdir(), 'plumbline-clickhouse-'))
  const port = await freePort()
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
    stop: async () => {
      engine.kill('SIGKILL')
      await ended
      if (!own) rmSync(folder, { recursive: true, force: true })
    },
  }
}
