import { fileURLToPath } from 'node:url'
import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that take long, by folder: they begin first, so that no core is left waiting for the last of them. */
const heavyFolders = [
  'product',
  'browser',
  'torture',
  'reconcilers',
  'sources',
  'replay',
  'scenarios',
  'alerts',
  'demo',
]

class HeavyFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = heavyFolders.findIndex((folder) => moduleId.includes(`/test/${folder}/`))
      return place < 0 ? heavyFolders.length : place
    }
    return [...files].sort((a, b) => rank(a) - rank(b) || a.moduleId.localeCompare(b.moduleId))
  }
}

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  plugins: [solid({ hot: false })],
  test: {
    environment: 'node',
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/temp-folder.ts', 'test/support/live-demo.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // the embedded engine is heavy, but a file also waits for processes and pages: one more than there are cores
    maxWorkers: 3,
    // a worker goes on with the next file: what it has read of the product, and the engine, is there already
    isolate: false,
    sequence: { sequencer: HeavyFirst },
  },
})
