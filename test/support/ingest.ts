import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { ingestRoutes } from '../../collectors/http/routes.ts'
import { type Loader, startLoader } from '../../collectors/spool/loader.ts'
import { openSpool, type Spool } from '../../collectors/spool/spool.ts'
import { answerError } from '../../server/api/problem.ts'
import type { Estate } from '../../server/core/estate.ts'
import type { Store } from '../../sql/store.ts'
import { openMigrated } from './store.ts'

export type Ingest = {
  app: Hono
  estate: Estate
  store: Store
  spool: Spool
  loader: Loader
  folder: string
  /** Sends a body to a path; the answer is the route's own. */
  post(path: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Response>
  close(): Promise<void>
}
type More = {
  /** Where its data lies; a folder of its own, removed at the end, when absent */
  folder?: string
  spool?: Omit<Parameters<typeof openSpool>[0], 'folder'>
  /** What the loader sees in place of the store */
  wrap?: (store: Store) => Store
  /** How many bytes of bodies may be in hand at once */
  mostInHand?: number
}

/** The ways in on a store of their own, whole: routes, spool, loader, engine. */
export async function openIngest(
  estate: Estate,
  { folder: given, spool: limits, wrap, mostInHand }: More = {},
): Promise<Ingest> {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'plumbline-ingest-'))
  const store = await openMigrated(folder)
  const spool = await openSpool({ ...limits, folder: join(folder, 'spool') })
  const loader = startLoader({ store: wrap?.(store) ?? store, spool, estate, onLoaded: () => undefined })
  const app = new Hono()
  app.onError(answerError)
  app.route(
    '/',
    ingestRoutes({
      estate,
      spool,
      guard: (_context, next) => next(),
      ...(mostInHand === undefined ? {} : { mostInHand }),
    }),
  )
  return {
    app,
    estate,
    store,
    spool,
    loader,
    folder,
    post: async (path, body, headers) =>
      app.request(path, { method: 'POST', body: body as BodyInit, headers }),
    close: async () => {
      await loader.close()
      await spool.close()
      await store.close()
      if (!given) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** A request as it came over the wire. */
export type Capture = { path: string; headers: Headers; body: Uint8Array }

/** The ways in on a port of the loopback address, with the very bytes of what was sent there. */
export async function listen(ingest: Ingest): Promise<{ url: string; captured: Capture[]; close(): void }> {
  const captured: Capture[] = []
  const server = serve({
    fetch: async (request: Request) => {
      const copy = request.clone()
      captured.push({
        path: new URL(request.url).pathname,
        headers: request.headers,
        body: new Uint8Array(await copy.arrayBuffer()),
      })
      return ingest.app.fetch(request)
    },
    hostname: '127.0.0.1',
    port: 0,
  })
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, captured, close: () => void server.close() }
}
