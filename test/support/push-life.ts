import { type ChildProcess, spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const child = fileURLToPath(new URL('push-child.ts', import.meta.url))

/** Starts a process that takes in what is pushed, on a data folder; resolves once it is connected. */
export async function startLife(folder: string, estate: string): Promise<ChildProcess> {
  const life = spawn(process.execPath, ['--import', 'tsx', child, folder, estate], {
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, LOG_LEVEL: 'silent' },
  })
  await new Promise<void>((resolve, reject) => {
    life.stdout?.once('data', () => resolve())
    life.once('exit', () => reject(new Error('it ended before it was open')))
  })
  return life
}
