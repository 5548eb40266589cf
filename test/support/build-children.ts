import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Plugin } from 'vite'
import { builtChildren, childNames, childrenFolder } from './children.ts'

/** Here, what a script needs of packages is found as it is from where it was written. */
const cache = join(childrenFolder, '..', '..', 'node_modules', '.cache')

/**
 * Makes one script of plain JavaScript of each that tests start again and again, for all tests that run together: a
 * process that is killed after its first write takes longer to read TypeScript than to write.
 */
export default async function setup(): Promise<() => void> {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'plumbline-children-'))
  await build({
    configFile: false,
    logLevel: 'error',
    plugins: [keepAddresses],
    // what brings a binary of its own stays where it is
    ssr: { noExternal: true, external: ['chdb', 'lz4-napi'] },
    build: {
      ssr: true,
      outDir: folder,
      minify: false,
      rolldownOptions: {
        input: Object.fromEntries(childNames.map((name) => [name, join(childrenFolder, `${name}.ts`)])),
        output: { entryFileNames: '[name].mjs', chunkFileNames: '[name].mjs' },
      },
    },
  })
  process.env[builtChildren] = folder
  return () => {
    delete process.env[builtChildren]
    rmSync(folder, { recursive: true, force: true })
  }
}

/**
 * Files are found by where the module that asks for them lies: so they are from the one that it became a part of. And
 * what is registered by lying in a folder comes along.
 */
const keepAddresses: Plugin = {
  name: 'keep-addresses',
  enforce: 'pre',
  transform: (code, id) =>
    id.includes('/node_modules/') || !code.includes('import.meta.url')
      ? undefined
      : code
          .replaceAll(
            'import(new URL(name, import.meta.url).href)',
            "import.meta.glob('./*.ts')[`./${name}`]()",
          )
          .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href)),
}
