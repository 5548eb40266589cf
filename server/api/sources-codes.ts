import { createRoute } from '@hono/zod-openapi'
import { lineStatuses, stockTypes } from '../core/model.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import { type UnexplainedCodes, unexplainedCodes } from './schemas/codes.ts'

export const codeRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/codes',
      tags: ['sources'],
      summary:
        'Codes of states that nobody has explained: which systems write them, how often, and what they may stand for',
      middleware: [allow('read')] as const,
      responses: answers(unexplainedCodes, 'Codes'),
    }),
    async (c) => c.json(await listUnexplained(context), 200),
  )

/** Columns whose codes checks must understand, and what they may come to. */
const meanings = { status: lineStatuses, stock_type: stockTypes } as const

async function listUnexplained({ store, estate }: ApiContext): Promise<UnexplainedCodes> {
  const explained = (name: string) =>
    estate.codes
      .filter(({ column }) => column === name)
      .flatMap(({ system, values }) => Object.keys(values).map((code) => `${system}\n${code}`))
  // none at all stands for the usual
  const rows = await store.query('codes_unexplained', {
    own_status: ['', ...lineStatuses],
    own_stock_type: ['', ...stockTypes],
    explained_status: explained('status'),
    explained_stock_type: explained('stock_type'),
  })
  return {
    as_of: new Date().toISOString(),
    rows: rows.map((row) => ({
      ...row,
      system_name: estate.systemOf.get(row.system)?.name ?? row.system,
      meanings: [...meanings[row.column as keyof typeof meanings]],
    })),
  }
}
