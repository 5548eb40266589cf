import { defineConfig } from 'vite'
import solid from 'vite-plugin-solid'

const api = 'http://127.0.0.1:8080'

export default defineConfig({
  plugins: [solid({ hot: false })],
  build: { outDir: 'dist', emptyOutDir: true, target: 'es2022', chunkSizeWarningLimit: 800 },
  // `npm run dev` serves the pages with reload and passes everything else to a running Plumbline
  server: { proxy: { '/api': api, '/healthz': api, '/readyz': api } },
})
