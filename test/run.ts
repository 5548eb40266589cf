import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/**
 * What `npm test` runs: the whole suite, then what goes every way over the line to a server once more with its stores
 * there. Files that are named (`npm test -- api/checks`) are run alone, on the embedded engine.
 */
const overTheLine = [
  'events-load',
  'collectors/events',
  'api/checks',
  'api/counted',
  'api/traces',
  'first-of-a-plant',
]
const named = process.argv.slice(2)
const run = (args: string[], env: Record<string, string> = {}) =>
  spawnSync(
    process.execPath,
    [
      fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url)),
      'run',
      '--config',
      'test/vitest.config.ts',
      ...args,
    ],
    { stdio: 'inherit', env: { ...process.env, ...env } },
  ).status ?? 1

const suite = run(named)
const server = named.length > 0 ? 0 : run(overTheLine, { PLUMBLINE_TEST_ENGINE: 'server' })
process.exit(suite || server)
