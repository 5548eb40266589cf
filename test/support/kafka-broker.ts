import { spawn } from 'node:child_process'
import { startLeashed } from './leash.ts'

export type KafkaBroker = {
  /** Where it is asked, `host:port` */
  address: string
  /** Produces lines, each a message; `key:value` where `-K :` is among kcat's arguments. Resolves once they are there. */
  produce(topic: string, lines: readonly string[], ...args: string[]): Promise<void>
  close(): Promise<void>
}

/**
 * Starts the mock cluster that librdkafka brings, in a kcat of Debian's that does nothing else: a broker of four
 * partitions a topic that speaks Kafka's protocol (groups, offsets, batches as they were packed) and keeps what it has in
 * memory. It knows no SASL, no TLS, and makes a topic when it is asked for one.
 */
export async function startKafka(): Promise<KafkaBroker> {
  const args = ['-X', 'test.mock.num.brokers=1', '-d', 'mock', '-b', 'none', '-C', '-t', 'none', '-q']
  const server = startLeashed('kcat', args)
  const address = await new Promise<string>((resolve) => {
    let said = ''
    const read = (chunk: Buffer) => {
      said += chunk.toString()
      const found = /bootstrap\.servers=([\d.]+:\d+)/.exec(said)?.[1]
      if (!found) return
      server.said.off('data', read)
      server.said.resume()
      resolve(found)
    }
    server.said.on('data', read)
  })
  return {
    address,
    produce: (topic, lines, ...args) =>
      new Promise((resolve, reject) => {
        const child = spawn('kcat', ['-P', '-q', '-b', address, '-t', topic, '-X', 'linger.ms=1', ...args], {
          stdio: ['pipe', 'ignore', 'inherit'],
        })
        child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`kcat ended with ${code}`))))
        child.stdin.end(lines.map((line) => `${line}\n`).join(''))
      }),
    close: () => server.end(),
  }
}
