import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { type BuildOptions, defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'

const api = 'http://127.0.0.1:8080'

/** Lays each script and sheet beside itself as browsers take it over a line: compressed once, not for each of them. */
const compress: Plugin = {
  name: 'compress',
  apply: 'build',
  closeBundle: () => {
    const folder = fileURLToPath(new URL('dist/assets/', import.meta.url))
    const isNew = (name: string) => /\.(js|css|svg)$/.test(name) && !existsSync(`${folder + name}.gz`)
    for (const name of readdirSync(folder).filter(isNew)) {
      const bytes = readFileSync(folder + name)
      writeFileSync(`${folder + name}.br`, brotliCompressSync(bytes))
      writeFileSync(`${folder + name}.gz`, gzipSync(bytes, { level: 9 }))
    }
  },
}

/**
 * All of the entry is called at once: Chromium then compiles it while it comes in, and not function by function as they are
 * called. Others take it for a comment (https://v8.dev/blog/explicit-compile-hints).
 */
const compileAtOnce: Plugin = {
  name: 'compile-at-once',
  apply: 'build',
  generateBundle: {
    order: 'post',
    handler: (_options, bundle) => {
      for (const each of Object.values(bundle))
        if (each.type === 'chunk' && each.isEntry) each.code = `//# allFunctionsCalledOnLoad\n${each.code}`
    },
  },
}

type Modules = { getModuleInfo(id: string): { isEntry: boolean; importers: readonly string[] } | null }

/** Whether a module is there before anything is on screen: the entry imports it, or what the entry imports. */
function isNeededFirst(id: string, modules: Modules, seen = new Set<string>()): boolean {
  if (seen.has(id)) return false
  seen.add(id)
  const found = modules.getModuleInfo(id)
  return (
    found !== null && (found.isEntry || found.importers.some((each) => isNeededFirst(each, modules, seen)))
  )
}

const dashboard: BuildOptions = {
  emptyOutDir: true,
  chunkSizeWarningLimit: 800,
  rolldownOptions: {
    output: {
      // one script: each further one costs a browser some milliseconds, even from its cache
      codeSplitting: { groups: [{ name: (id, modules) => (isNeededFirst(id, modules) ? 'first' : null) }] },
    },
  },
}

/**
 * Where people sign in, `--mode sign-in`: built by itself, beside the dashboard. What the two share they have twice, so
 * that who signs in does not wait for the dashboard, and the dashboard's first script is not cut in two.
 */
const signIn: BuildOptions = {
  emptyOutDir: false,
  copyPublicDir: false,
  rolldownOptions: { input: fileURLToPath(new URL('sign-in.html', import.meta.url)) },
}

export default defineConfig(({ mode }) => ({
  plugins: [solid({ hot: false }), compileAtOnce, compress],
  build: {
    outDir: 'dist',
    target: 'es2022',
    // browsers that know no modulepreload fetch the parts a moment later
    modulePreload: { polyfill: false },
    ...(mode === 'sign-in' ? signIn : dashboard),
  },
  // `npm run dev` serves the pages with reload and passes everything else to a running Plumbline
  server: { proxy: { '/api': api, '/healthz': api, '/readyz': api } },
}))
