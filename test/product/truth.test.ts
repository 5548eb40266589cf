import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** What `npm run truth` says of another world than the default one, held as a test. */
test('on the demo’s truth every injected fault that the checks cover is an open case, and nothing else is', async () => {
  const script = fileURLToPath(new URL('../truth.ts', import.meta.url))
  let output = ''
  const code = await new Promise<number | null>((resolve) => {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), script, '7'], {
      env: { ...process.env, PLUMBLINE_DEMO_HOURS: '12', PLUMBLINE_DEMO_FAULTS: '2' },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk) => {
        output += chunk
      })
    child.once('exit', resolve)
  })
  expect(output).toMatch(/recall 100\.0 %, 0 false/)
  expect(code, output).toBe(0)
}, 400_000)
