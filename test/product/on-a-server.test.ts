import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** What goes every way over the line: bodies, values, protobuf, answers, errors. */
const part = ['test/sql/events-load', 'test/collectors/events', 'test/api/checks', 'test/api/traces']

test('a part of the suite holds on a server, too; `npm run test:server` runs all of it', {
  timeout: 300_000,
}, async () => {
  const root = fileURLToPath(new URL('../..', import.meta.url))
  // one that runs in another must not take itself for it
  const env = Object.entries(process.env).filter(([name]) => !name.startsWith('VITEST'))
  const child = spawn(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', '--maxWorkers=1', ...part],
    { cwd: root, env: { ...Object.fromEntries(env), PLUMBLINE_TEST_ENGINE: 'server', NO_COLOR: '1' } },
  )
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      said += chunk
    })
  const code = await new Promise((resolve) => child.once('close', resolve))
  expect(code, said).toBe(0)
  expect(/Test Files +(\d+) passed/.exec(said)?.[1], said).toBe(String(part.length))
})
