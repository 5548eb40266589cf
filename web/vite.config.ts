import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'
import solid from 'vite-plugin-solid'

const api = 'http://127.0.0.1:8080'

/**
 * Says of what comes with the frame that nearly all of it runs at once: a browser that knows the hint compiles it while
 * it comes, beside the page, rather than function by function when the page is drawn.
 */
const hintFrame = (): Plugin => ({
  name: 'hint-frame',
  // the hint must be a file's first line, and the last to write there is Vite itself
  writeBundle: ({ dir = '' }, bundle) => {
    const hinted = new Set<string>()
    const hint = (file: string) => {
      const part = bundle[file]
      if (part?.type !== 'chunk' || hinted.has(file)) return
      hinted.add(file)
      writeFileSync(join(dir, file), `//# allFunctionsCalledOnLoad\n${part.code}`)
      part.imports.forEach(hint)
    }
    for (const [file, part] of Object.entries(bundle)) if (part.type === 'chunk' && part.isEntry) hint(file)
  },
})

export default defineConfig({
  plugins: [solid({ hot: false }), hintFrame()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    chunkSizeWarningLimit: 800,
  },
  // `npm run dev` serves the pages with reload and passes everything else to a running Plumbline
  server: { proxy: { '/api': api, '/healthz': api, '/readyz': api } },
})
