import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { serveStatic } from '@hono/node-server/serve-static'
import { Hono } from 'hono'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'

const dist = fileURLToPath(new URL('../../web/dist', import.meta.url))

/** The dashboard's files. Every address that is not one of them is a page of the dashboard. */
export function pageRoutes(allow: Access) {
  const index = join(dist, 'index.html')
  return new Hono()
    .get(
      '/assets/*',
      allow('read'),
      serveStatic({
        root: dist,
        onFound: (_path, c) => c.header('Cache-Control', 'public, max-age=31536000, immutable'),
      }),
    )
    .get('/assets/*', (c) => {
      // a page of an older build asks for a part that is gone: it must not be given the page instead
      throw new PlumblineError('not_found', `There is nothing at ${c.req.path}`, {
        status: 404,
        mend: 'Load the page again.',
      })
    })
    .get('/:file{[^/]+\\.[a-z0-9]+}', allow('read'), serveStatic({ root: dist }))
    .get('*', allow('read'), (c) => {
      if (!existsSync(index))
        throw new PlumblineError('pages_missing', 'The dashboard has not been built', {
          status: 503,
          mend: 'Run `npm run build`.',
        })
      c.header('Cache-Control', 'no-cache')
      return c.html(readFileSync(index, 'utf8'))
    })
}
