import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { readFreshness } from './freshness.ts'
import { answers, createRouter } from './router.ts'
import { type SourceList, sourceList } from './schemas/sources.ts'
import { sourcePullRoutes } from './source-pulls.ts'
import { auditRoutes } from './sources-audits.ts'
import { codeRoutes } from './sources-codes.ts'
import { intakeRoutes } from './sources-ingest.ts'
import { interchangeRoutes } from './sources-interchanges.ts'
import { quarantineRoutes } from './sources-quarantine.ts'
import { queueRoutes } from './sources-queues.ts'

export const sourceRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/sources',
        tags: ['sources'],
        summary: 'Sources with watermark, lag and volume; files read; what waits in the spool',
        middleware: [allow('read')] as const,
        responses: answers(sourceList, 'Sources'),
      }),
      async (c) => c.json(await listSources(context), 200),
    )
    .route('/', sourcePullRoutes(context, allow))
    .route('/', intakeRoutes(context, allow))
    .route('/', queueRoutes(context, allow))
    .route('/', codeRoutes(context, allow))
    .route('/', interchangeRoutes(context, allow))
    .route('/', quarantineRoutes(context, allow))
    .route('/', auditRoutes(context, allow))

async function listSources(context: ApiContext): Promise<SourceList> {
  const { store, estate } = context
  const at = new Date()
  const since = new Date(at.getTime() - 24 * 3_600_000)
  const [freshness, volume, rejected, files, read] = await Promise.all([
    readFreshness(store, estate, at),
    store.query('source_volume', { since }),
    store.query('quarantine_volume', { since }),
    store.query('readings', {}),
    store.query('readings_volume', { since }),
  ])
  const pulls = context.pulled.list()
  return {
    as_of: at.toISOString(),
    sources: freshness.map((row) => {
      const source = estate.sources.find((candidate) => candidate.source === row.source)
      const rows = volume.find(
        (candidate) => candidate.source === row.source && candidate.plant === row.plant,
      )
      const ofFiles = files.filter((file) => file.source === row.source)
      const pull = pulls.find((each) => each.source === row.source)
      const error = pull?.held ? `paused: ${pull.held}` : pull?.error
      const failed = ofFiles.find((file) => file.outcome === 'failed')
      return {
        ...row,
        kind: source?.kind ?? ('events' as const),
        system_name: estate.systemOf.get(row.system)?.name ?? row.system,
        last_received_at: rows?.last_received_at ?? ofFiles[0]?.read_at ?? row.last_received_at,
        rows_24h:
          rows?.rows ?? read.find((one) => one.source === row.source && one.plant === row.plant)?.rows ?? 0,
        rejected_24h: rejected
          .filter((candidate) => candidate.source === row.source && candidate.plant === row.plant)
          .reduce((sum, candidate) => sum + candidate.rejected, 0),
        detail: failed
          ? `${failed.path}: ${failed.reason}`
          : error
            ? error
            : row.watermark === null
              ? 'has not said up to when it is complete'
              : row.held_because,
      }
    }),
    // what is fetched piece by piece is no file
    files: files
      .filter((file) => estate.fileSources.some((source) => source.source === file.source))
      .map(({ cursor: _, ...file }) => ({
        ...file,
        bytes: Number(file.bytes),
        rows: Number(file.rows),
        rejected: Number(file.rejected),
      })),
    spool: context.spool(),
  }
}
