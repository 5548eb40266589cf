import { createRoute } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { describeError } from '../core/errors.ts'
import { log } from '../core/log.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, refusal } from './router.ts'
import { type AuditList, type AuditQuery, auditList, auditProof, auditQuery } from './schemas/access.ts'

const weekMs = 7 * 86_400_000
const pageSize = 5_000

/** Who did what, or was refused: to read, to take along, and to verify. */
export const auditRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audit',
        tags: ['access'],
        summary: 'Entries of the audit trail, the newest first',
        middleware: [allow('administer')] as const,
        request: { query: auditQuery },
        responses: answers(auditList, 'Entries'),
      }),
      async (c) => c.json(await listEntries(context, c.req.valid('query')), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audit/verify',
        tags: ['access'],
        summary: 'Verify the whole trail: whether an entry was changed, taken out or put in',
        middleware: [allow('administer')] as const,
        responses: answers(auditProof, 'What was found'),
      }),
      async (c) => {
        const { entries, chains, redacted, faults } = await context.access.trail.verify()
        return c.json(
          { verified_at: new Date().toISOString(), entries, chains, redacted, faults: faults.slice(0, 100) },
          200,
        )
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/audit/export',
        tags: ['access'],
        summary:
          'The whole trail in lines of JSON, chain by chain; `plumbline audit-verify FILE` verifies it',
        middleware: [allow('administer')] as const,
        responses: {
          200: {
            description: 'An entry a line',
            content: { 'application/x-ndjson': { schema: { type: 'string' } } },
          },
          ...refusal,
        },
      }),
      async (c) => {
        // what can't be read at all is an error; what breaks off later shows as a trail that is not whole
        let rows = await readChain(context, { chain: '', seq: '0' })
        c.header('Content-Type', 'application/x-ndjson; charset=utf-8')
        c.header('Content-Disposition', 'attachment; filename="plumbline-audit.ndjson"')
        c.header('Cache-Control', 'no-store')
        return stream(
          c,
          async (out) => {
            while (rows.length > 0) {
              await out.write(`${rows.map((row) => JSON.stringify(row)).join('\n')}\n`)
              const { chain, seq } = rows.at(-1) as QueryRow['audit_chain']
              rows = rows.length < pageSize ? [] : await readChain(context, { chain, seq })
            }
          },
          async (error) =>
            log.error({ error: describeError(error) }, 'an export of the audit trail broke off'),
        ) as never
      },
    )

const readChain = ({ store }: ApiContext, after: { chain: string; seq: string }) =>
  store.query('audit_chain', { ...after, limit: pageSize })

async function listEntries({ store }: ApiContext, query: AuditQuery): Promise<AuditList> {
  const until = query.to ? new Date(query.to) : new Date()
  const since = query.from ? new Date(query.from) : new Date(until.getTime() - weekMs)
  const { from: _, to: __, limit, offset, ...asked } = query
  const [acts, rows] = await Promise.all([
    store.query('audit_count', { since, until, ...asked }),
    store.query('audit_entries', { since, until, ...asked, limit, offset }),
  ])
  const sum = (name: 'entries' | 'refused') => acts.reduce((total, row) => total + row[name], 0)
  return {
    as_of: new Date().toISOString(),
    from: since.toISOString(),
    to: until.toISOString(),
    total: sum('entries'),
    refused: sum('refused'),
    acts,
    rows: rows.map(toEntry),
  }
}

const toEntry = (row: QueryRow['audit_entries']): AuditList['rows'][number] => ({
  ...row,
  outcome: row.outcome as AuditList['rows'][number]['outcome'],
})
