import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { swaggerUI } from '@hono/swagger-ui'
import { Hono } from 'hono'
import type { Access } from './access.ts'

const vendor = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

/** A page to browse the API, served whole from here. */
export const docsRoutes = (allow: Access) =>
  new Hono()
    .get('/api/docs', allow('read'), swaggerUI({ url: '/api/openapi.json', baseUrl: '/api/docs/vendor' }))
    .get(
      '/api/docs/vendor/*',
      allow('read'),
      serveStatic({ root: vendor, rewriteRequestPath: (path) => path.replace('/api/docs/vendor', '') }),
    )
