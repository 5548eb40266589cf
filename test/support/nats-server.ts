import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort, untilOpen } from './mqtt-broker.ts'

/** Whether a nats-server is on the PATH (Debian's package of that name). */
export const hasNats = spawnSync('nats-server', ['--version']).error === undefined

export type NatsServer = {
  url: string
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/** Starts it with JetStream on a port that is free, and with what a config file says; it keeps what it has over a stop. */
export async function startNats(config = ''): Promise<NatsServer> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-nats-'))
  const file = join(folder, 'nats.conf')
  writeFileSync(file, config)
  let child: ReturnType<typeof spawn> | undefined
  const server: NatsServer = {
    url: `nats://127.0.0.1:${port}`,
    start: async () => {
      child = spawn(
        'nats-server',
        ['-js', '-sd', folder, '-a', '127.0.0.1', '-p', String(port), '-c', file],
        {
          stdio: 'ignore',
        },
      )
      await untilOpen(port)
    },
    stop: async () => {
      const ended = new Promise((resolve) => child?.once('exit', resolve))
      child?.kill()
      await ended
    },
    close: async () => {
      await server.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}
