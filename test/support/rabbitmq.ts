import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Leashed, startLeashed } from './leash.ts'
import { freePort, untilOpen } from './mqtt-broker.ts'

// Debian's command of that name gives up what runs it as root; what it leads to does not
const script = '/usr/lib/rabbitmq/bin/rabbitmq-server'
/** Whether Debian's rabbitmq-server is there. */
export const hasRabbitmq = existsSync(script)

export type Rabbitmq = {
  url: string
  port: number
  /** Ends it, and with it every connection; what is durable it keeps. */
  stop(): Promise<void>
  start(): Promise<void>
  close(): Promise<void>
}

/**
 * Starts a RabbitMQ on ports, in a folder and by a port mapper of its own (Erlang's would be shared, and stay). Both end
 * with whoever started them, however that ends.
 */
export async function startRabbitmq(): Promise<Rabbitmq> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-rabbitmq-'))
  const [port, distribution, mapper] = [await freePort(), await freePort(), await freePort()]
  const env = {
    ...process.env,
    HOME: folder,
    ERL_EPMD_PORT: String(mapper),
    ERL_EPMD_ADDRESS: '127.0.0.1',
    RABBITMQ_NODENAME: `plumbline-${port}@localhost`,
    RABBITMQ_NODE_IP_ADDRESS: '127.0.0.1',
    RABBITMQ_NODE_PORT: String(port),
    RABBITMQ_DIST_PORT: String(distribution),
    RABBITMQ_MNESIA_BASE: folder,
    RABBITMQ_LOG_BASE: folder,
    RABBITMQ_CONFIG_FILE: join(folder, 'none'),
    RABBITMQ_ENABLED_PLUGINS_FILE: join(folder, 'plugins'),
    RABBITMQ_PID_FILE: join(folder, 'pid'),
  }
  const names = startLeashed('epmd', ['-port', String(mapper)], { env })
  await untilOpen(mapper)
  let broker: Leashed | undefined
  const server: Rabbitmq = {
    url: `amqp://127.0.0.1:${port}`,
    port,
    start: async () => {
      broker = startLeashed(script, [], { env })
      await untilOpen(port)
    },
    stop: async () => broker?.end(),
    close: async () => {
      await broker?.end()
      await names.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  await server.start()
  return server
}
