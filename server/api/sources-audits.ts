import { createRoute } from '@hono/zod-openapi'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { type Audits, audits } from './schemas/ingest.ts'

const hoursShown = 48
const sums = [
  { rollup: 'span_latency_1m', title: 'Sums over spans' },
  { rollup: 'span_latency_1m.errors', title: 'Errors among them' },
]

export const auditRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/audits',
      tags: ['sources'],
      summary: 'Whether sums say what the tables hold that they were summed from, hour by hour',
      middleware: [allow('read')] as const,
      responses: answers(audits, 'Audits'),
    }),
    async (c) => c.json(await listAudits(context), 200),
  )

async function listAudits({ store }: ApiContext): Promise<Audits> {
  const at = new Date()
  const from = new Date(at.getTime() - hoursShown * 3_600_000)
  const found = await Promise.all(
    sums.map(async (sum) => ({
      ...sum,
      rows: await store.query('rollup_audits', { rollup: sum.rollup, from }),
    })),
  )
  const total = (counts: string[]) => counts.reduce((sum, count) => sum + BigInt(count), 0n).toString()
  return {
    as_of: at.toISOString(),
    audited_at:
      found
        .flatMap(({ rows }) => rows.map((row) => row.audited_at))
        .sort()
        .at(-1) ?? null,
    sums: found.map(({ rollup, title, rows }) => {
      const drifted = rows.filter((row) => row.drift !== '0')
      return {
        rollup,
        title,
        status: rows.length === 0 ? 'unknown' : drifted.length > 0 ? 'watch' : 'ok',
        hours: rows.length,
        exact: total(rows.map((row) => row.exact)),
        rolled_up: total(rows.map((row) => row.rolled_up)),
        drifted,
      }
    }),
  }
}
