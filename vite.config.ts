import solid from 'vite-plugin-solid'
import { defineConfig } from 'vitest/config'

const api = 'http://127.0.0.1:8080'

export default defineConfig({
  root: 'web',
  plugins: [solid({ hot: false })],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 800 },
  // `npm run dev` serves the pages with reload and passes everything else to a running Plumbline
  server: { proxy: { '/api': api, '/healthz': api, '/readyz': api } },
  test: {
    root: '.',
    environment: 'node',
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // the embedded engine is heavy: one file at a time per core
    maxWorkers: 2,
  },
})
