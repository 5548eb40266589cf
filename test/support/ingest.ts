import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hono } from 'hono'
import { ingestRoutes } from '../../collectors/http/routes.ts'
import { type Loader, startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { answerError } from '../../server/api/problem.ts'
import type { Estate } from '../../server/core/estate.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import type { Store } from '../../sql/store.ts'

export type Ingest = {
  app: Hono
  store: Store
  loader: Loader
  folder: string
  /** Sends a body to a path; the answer is the route's own. */
  post(path: string, body: string | Uint8Array, headers: Record<string, string>): Promise<Response>
  close(): Promise<void>
}

/** The ways in on a store of their own, whole: routes, spool, loader, engine. */
export async function openIngest(estate: Estate): Promise<Ingest> {
  const folder = mkdtempSync(join(tmpdir(), 'plumbline-ingest-'))
  const store = await openStore({ dataFolder: folder })
  await migrate(store)
  const spool = await openSpool({ folder: join(folder, 'spool') })
  const loader = startLoader({ store, spool, estate, onLoaded: () => undefined })
  const app = new Hono()
  app.onError(answerError)
  app.route('/', ingestRoutes({ estate, spool }))
  return {
    app,
    store,
    loader,
    folder,
    post: async (path, body, headers) =>
      app.request(path, { method: 'POST', body: body as BodyInit, headers }),
    close: async () => {
      await loader.close()
      await spool.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
