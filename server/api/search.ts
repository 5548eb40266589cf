import { createRoute, z } from '@hono/zod-openapi'
import { writeMoney, writeNumber } from '../core/words.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { type SearchResult, searchResult } from './schemas/sources.ts'

const searchQuery = z.object({ q: z.string().trim().min(1).max(200) })

export const searchRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/search',
      tags: ['search'],
      summary: 'Cases, business keys and traces by what is known of them',
      middleware: [allow('read')] as const,
      request: { query: searchQuery },
      responses: answers(searchResult, 'What was found'),
    }),
    async (c) => c.json(await search(context, c.req.valid('query').q), 200),
  )

async function search(context: ApiContext, q: string): Promise<SearchResult> {
  const { store, checks, estate } = context
  const isTrace = /^[0-9a-f]{32}$/i.test(q)
  const [cases, keys, traces, documents] = await Promise.all([
    store.query('search_cases', { q }),
    store.query('search_keys', { q }),
    isTrace ? store.query('search_traces', { q: q.toLowerCase() }) : [],
    store.query('search_documents', { q }),
  ])
  const known = new Set(keys.map((row) => row.key))
  return {
    q,
    results: [
      ...traces.map((row) => ({
        kind: 'trace' as const,
        id: row.trace_id,
        title: row.root || row.trace_id,
        detail: `${writeNumber(row.spans)} spans`,
        href: `/traces/${row.trace_id}`,
      })),
      ...cases.map((row) => ({
        kind: 'exception' as const,
        id: row.number,
        title: `EX-${row.number} ${row.key}`,
        detail: `${row.state}, ${row.plant}, ${checks.find((check) => check.check === row.check)?.classes[row.class] ?? row.class}, ${writeMoney(row.amount_reporting, estate.currency)}`,
        href: `/exceptions/${row.number}`,
      })),
      ...keys.map((row) => ({
        kind: 'key' as const,
        id: row.key,
        title: row.key,
        detail: `${row.plant}, ${estate.flowOf.get(row.flow)?.stages.find((stage) => stage.stage === row.last_stage)?.name ?? row.last_stage}`,
        href: `/keys/${encodeURIComponent(row.key)}?plant=${encodeURIComponent(row.plant)}`,
      })),
      ...documents
        // an order that is on its way through a flow stands above already
        .filter((row) => !known.has(row.id))
        .map((row) => ({
          kind: row.kind as SearchResult['results'][number]['kind'],
          id: row.id,
          title: row.id,
          detail: [row.words, row.plants.sort().join(', ')].filter(Boolean).join(', '),
          href: `/keys/${encodeURIComponent(row.id)}`,
        })),
    ],
  }
}
