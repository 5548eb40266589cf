import { createGzip, constants as zip } from 'node:zlib'
import { serveStatic } from '@hono/node-server/serve-static'
import { type Context, Hono } from 'hono'
import { stream } from 'hono/streaming'
import type { StreamingApi } from 'hono/utils/stream'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import { dist, readBuild } from './build.ts'

/** What every page asks first. */
const estate = '/api/estate'
/**
 * What a page asks first that many have open all day: the answer goes with the page, which has its rows as soon as it has
 * its parts. web/lib/first.ts takes it when it asks just this.
 */
const firstOf: Record<string, string> = {
  '/': '/api/overview?hours=24',
  '/exceptions': '/api/exceptions?sleeping=no&sort=amount&order=desc&facets=no&limit=50',
}

/**
 * The dashboard's files. Every address that is not one of them is a page of the dashboard.
 * @param ask the API's own answer to whoever sent these headers
 */
export function pageRoutes(
  allow: Access,
  ask: (path: string, headers: Headers) => Response | Promise<Response>,
) {
  const answerSignIn = (c: Context) => {
    c.header('Cache-Control', 'private, no-store')
    return c.html(expectBuild('sign-in.html').page)
  }
  const answerPage = (c: Context) => {
    const build = expectBuild()
    // it holds what only this reader may see
    c.header('Cache-Control', 'private, no-store')
    const { page } = build
    const path = new URL(c.req.url).search === '' ? firstOf[c.req.path] : undefined
    const firsts = [estate, ...(path ? [path] : [])]
    const asked = firsts.map((each) => writeFirst(each, ask(each, c.req.raw.headers)))
    c.header('Content-Type', 'text/html; charset=UTF-8')
    // the browser fetches what stands in the head while the answers are made
    const [head, end] = [page.indexOf('</head>'), page.indexOf('</body>')]
    const coming = `<meta name="first-answers" content="${escapeAttribute(JSON.stringify(firsts))}" /><meta name="build" content="${build.id}" />`
    const isPacked = /\bgzip\b/.test(c.req.header('accept-encoding') ?? '')
    c.header('Vary', 'Accept-Encoding')
    if (isPacked) c.header('Content-Encoding', 'gzip')
    return stream(c, async (out) => {
      const write = isPacked ? packInto(out) : (text: string) => out.write(text)
      await write(page.slice(0, head) + coming + page.slice(head, end))
      for (const first of asked) await write(await first)
      await write(page.slice(end), true)
    })
  }
  return (
    new Hono()
      // where people sign in, they need its page before anybody knows them; the files of pages say nothing of the estate
      .get('/sign-in', allow.outside, answerSignIn)
      .get(
        '/assets/*',
        allow.beforeSignIn,
        serveStatic({
          root: dist,
          precompressed: true,
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
      .get('/:file{[^/]+\\.[a-z0-9]+}', allow.beforeSignIn, serveStatic({ root: dist }))
      // the one page a display may see
      .get('/wall', allow.admitDisplay, allow('display'), answerPage)
      .get('*', allow('read'), answerPage)
  )
}

function expectBuild(file?: string) {
  const build = readBuild(file)
  if (build) return build
  throw new PlumblineError('pages_missing', 'The dashboard has not been built', {
    status: 503,
    mend: 'Run `npm run build`.',
  })
}

/** Packs text as it goes, and holds nothing of it back: what was written is on its way before the next is made. */
function packInto(out: StreamingApi): (text: string, isLast?: boolean) => Promise<unknown> {
  const gzip = createGzip()
  let packed: Uint8Array[] = []
  gzip.on('data', (part: Uint8Array) => packed.push(part))
  return async (text, isLast = false) => {
    await new Promise<void>((resolve, reject) => {
      gzip.once('error', reject)
      if (isLast) gzip.once('end', resolve).end(text)
      else {
        gzip.write(text)
        gzip.flush(zip.Z_SYNC_FLUSH, resolve)
      }
    })
    await out.write(Buffer.concat(packed))
    packed = []
  }
}

/** An answer as a part of the page that runs nothing; empty when there is none, and the page asks itself. */
async function writeFirst(path: string, asked: Response | Promise<Response>): Promise<string> {
  const answer = await asked
  if (!answer.ok) return ''
  const json = (await answer.text()).replaceAll('<', '\\u003c')
  return `<script type="application/json" data-path="${escapeAttribute(path)}">${json}</script>\n`
}

const escapeAttribute = (text: string) => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;')
