import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import type { Access } from './access.ts'

const vendor = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'))

const page = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Plumbline API</title>
    <link rel="stylesheet" href="/api/docs/vendor/swagger-ui.css" />
  </head>
  <body>
    <div id="docs"></div>
    <script src="/api/docs/vendor/swagger-ui-bundle.js"></script>
    <script src="/api/docs/open.js"></script>
  </body>
</html>
`
// a file of its own: the content security policy allows no inline script
const open = `window.ui = SwaggerUIBundle({ dom_id: '#docs', url: '/api/openapi.json', validatorUrl: null })\n`

/** A page to browse the API, served whole from here. */
export const docsRoutes = (allow: Access) =>
  new Hono()
    .get('/api/docs', allow('read'), (c) => c.html(page))
    .get('/api/docs/open.js', allow('read'), (c) => c.body(open, 200, { 'Content-Type': 'text/javascript' }))
    .get(
      '/api/docs/vendor/*',
      allow('read'),
      serveStatic({ root: vendor, rewriteRequestPath: (path) => path.replace('/api/docs/vendor', '') }),
    )
