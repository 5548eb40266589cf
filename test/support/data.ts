import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const root =
  process.env.PLUMBLINE_TEST_DATA ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))

/**
 * A folder or file of the data that nobody here wrote (PLUMBLINE_TEST_DATA, default ../shared/data beside the
 * checkout), or null where it is absent; then the tests on it are skipped, loudly.
 */
export function testData(name: string): string | null {
  const path = resolve(join(root, name))
  if (existsSync(path)) return path
  console.warn(
    `\n*** ${path} is absent: tests on it are SKIPPED. Set PLUMBLINE_TEST_DATA to the folder that holds it. ***\n`,
  )
  return null
}
