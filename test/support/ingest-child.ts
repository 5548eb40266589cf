import { once } from 'node:events'
import { join } from 'node:path'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'
import { ingestRoutes } from '../../collectors/http/routes.ts'
import { startLoader } from '../../collectors/spool/loader.ts'
import { openSpool } from '../../collectors/spool/spool.ts'
import { answerError } from '../../server/api/problem.ts'
import { handoffRows } from '../../server/core/handoffs.ts'
import { migrate } from '../../sql/migrate.ts'
import { openStore } from '../../sql/open.ts'
import { writeHandoffs } from '../../sql/passages.ts'
import { contractEstate } from './contract-estate.ts'
import type { Answer, ChildOptions, Question } from './ingest-process.ts'
import { scenarioEstate } from './scenario.ts'

/**
 * A process of its own that takes in messages on a data folder until it is killed: argument 1 is the folder, argument 2
 * its options. Writes its port to standard output once it listens, and answers what it is asked by message.
 */
const folder = process.argv[2] as string
const { sealBytes, sealMs, keepsParts, hasContracts } = JSON.parse(process.argv[3] ?? '{}') as ChildOptions
const estate = hasContracts ? contractEstate() : scenarioEstate()
const store = await openStore({ dataFolder: folder })
await migrate(store)
await writeHandoffs(store, handoffRows(estate, new Date()))
// with merges off nothing stored twice can collapse: what is counted is what was written
if (keepsParts) for (const table of keepsParts) await store.command(`SYSTEM STOP MERGES ${table}`)
const spool = await openSpool({
  folder: join(folder, 'spool'),
  ...(sealBytes === undefined ? {} : { sealBytes }),
  ...(sealMs === undefined ? {} : { sealMs }),
})
const loader = startLoader({ store, spool, estate, onLoaded: () => undefined })

const answers: Record<Question['ask'], (question: Question) => Promise<Answer>> = {
  memory: async () => ({ rss: process.memoryUsage().rss, spool: spool.stats() }),
  drain: async () => {
    await loader.drain()
    return { rss: process.memoryUsage().rss, spool: spool.stats() }
  },
  rows: async ({ sql = '' }) => ({ rows: await store.rows(sql) }),
}
process.on('message', (question: Question) =>
  answers[question.ask](question).then(
    (answer) => process.send?.({ ...answer, id: question.id }),
    (error: Error) => process.send?.({ error: error.message, id: question.id }),
  ),
)
// whoever asked is gone: nobody would ever end this
process.on('disconnect', () => process.exit(0))
const app = new Hono()
app.onError(answerError)
app.route('/', ingestRoutes({ estate, spool, guard: (_context, next) => next() }))
const server = serve({
  fetch: app.fetch,
  hostname: '127.0.0.1',
  port: 0,
})
await once(server, 'listening')
const address = server.address()
process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`)
