import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import solid from 'vite-plugin-solid'
import { configDefaults, defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/**
 * What begins first, in this order, so that no core is left waiting for the last of them: what mostly waits (two minutes
 * for the clock of a live demo, half a one for groups of Kafka), then those that look at one live demo beside each other, then what computes for long.
 */
const first = [
  'product/truth',
  'product/on-a-server',
  'browser/alerts',
  'sources/kafka',
  'product/kill',
  'browser/replay',
  'browser/pages',
  'browser/quality',
  'browser/trace',
  'browser/wall',
  'browser/propagation',
  'browser/sources',
  'browser/dependencies',
  'browser/plant-key',
  'browser/scope',
  'browser/',
  // five processes and a server: beside what computes, not beside live demos
  'product/roles',
  'reconcilers/killed',
  'reconcilers/',
  'product/',
  'sources/kill',
  'torture/',
  'scenarios/causes',
  'scenarios/',
  'sources/',
  'demo/',
  'replay/',
  'alerts/',
]

/** Tests that are nothing without a server of Debian's, and the command that it is there by. */
const needs: Record<string, string> = {
  'test/sources/amqp.test.ts': 'rabbitmq-server',
  'test/sources/kafka.test.ts': 'kcat',
  'test/sources/nats.test.ts': 'nats-server',
  'test/sources/sql-mysql.test.ts': 'mariadbd',
}
const isOnPath = (command: string) =>
  (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, command)))
const missing = Object.entries(needs).filter(([, command]) => !isOnPath(command))
for (const [file, command] of missing)
  console.warn(`*** No ${command} is on the PATH: ${file} is left out. ***`)

class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = first.findIndex((start) => moduleId.includes(`/test/${start}`))
      return place < 0 ? first.length : place
    }
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

const isServer = process.env.PLUMBLINE_TEST_ENGINE === 'server'

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [solid({ hot: false })],
  test: {
    environment: 'node',
    include: isServer
      ? ['sql', 'collectors', 'api', 'reconcilers', 'scenarios'].map((room) => `test/${room}/**/*.test.ts`)
      : ['test/**/*.test.ts'],
    exclude: [...configDefaults.exclude, ...missing.map(([file]) => file)],
    globalSetup: [
      'test/support/temp-folder.ts',
      'test/support/build-children.ts',
      'test/support/live-demo.ts',
    ],
    // each store is an engine of its own beside the worker
    testTimeout: isServer ? 180_000 : 60_000,
    hookTimeout: isServer ? 360_000 : 120_000,
    // the embedded engine is heavy, but a file also waits for processes and pages: one more than there are cores
    maxWorkers: 3,
    // a worker goes on with the next file: what it has read of the product, and the engine, is there already
    isolate: false,
    sequence: { sequencer: LongFirst },
  },
})
