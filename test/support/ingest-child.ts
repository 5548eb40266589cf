import { once } from 'node:events'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { ingestRoutes } from '../../collectors/http/routes.ts'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import { scenarioEstate } from './scenario.ts'

/**
 * A process of its own that takes in messages on a data folder until it is killed: argument 1 is the folder. Writes
 * its port to standard output once it listens.
 */
const folder = process.argv[2] as string
const estate = scenarioEstate()
const store = await openStore({ dataFolder: folder })
await migrate(store)
// small segments, so that a kill falls into every step of the way: writing, sealing, claiming, loading, removing
const spool = await openSpool({ folder: join(folder, 'spool'), sealBytes: 40_000, sealMs: 40 })
startLoader({ store, spool, estate, onLoaded: () => undefined })
const server = serve({
  fetch: ingestRoutes({ estate, spool, guard: (_context, next) => next() }).fetch,
  hostname: '127.0.0.1',
  port: 0,
})
await once(server, 'listening')
const address = server.address()
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
