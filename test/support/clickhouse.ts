import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from './product.ts'

export type ClickHouse = { url: string; stop(): void }

/** Starts the stand-in for a ClickHouse server as a process of its own, with nothing in it. */
export async function startClickHouse(): Promise<ClickHouse> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-clickhouse-'))
  const port = await freePort()
  const script = fileURLToPath(new URL('./clickhouse-server.ts', import.meta.url))
  const tsx = import.meta.resolve('tsx')
  const engine = spawn(process.execPath, ['--import', tsx, script, String(port), folder], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await new Promise((resolve, reject) => {
    engine.stdout?.once('data', resolve)
    engine.once('exit', reject)
  })
  return {
    url: `http://127.0.0.1:${port}/default`,
    stop: () => {
      engine.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
