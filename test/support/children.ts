import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Scripts of this folder that tests start as processes of their own, dozens of times. */
export const childNames = ['files-child', 'ingest-child'] as const
export const childrenFolder = dirname(fileURLToPath(import.meta.url))
/** The variable that names the folder in which they were built. */
export const builtChildren = 'PLUMBLINE_TEST_CHILDREN'

/** What Node is told to start such a script: as it was built, or as it is where nobody has built it. */
export function startOf(name: (typeof childNames)[number]): string[] {
  const built = process.env[builtChildren]
  return built
    ? [join(built, `${name}.mjs`)]
    : ['--import', import.meta.resolve('tsx'), join(childrenFolder, `${name}.ts`)]
}
