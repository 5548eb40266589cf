import { createRoute } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter } from './router.ts'
import {
  type InterchangeState,
  type Interchanges,
  interchanges,
  interchangesQuery,
} from './schemas/interchanges.ts'

const dayMs = 86_400_000
const mostShown = 500
/** Messages that acknowledge others; nobody acknowledges them. */
const acknowledging = new Set(['997', '999', 'CONTRL', 'APERAK'])

type Row = QueryRow['edi_interchanges']

export const interchangeRoutes = (context: ApiContext, allow: Access) =>
  createRouter().openapi(
    createRoute({
      method: 'get',
      path: '/api/interchanges',
      tags: ['sources'],
      summary:
        'Interchanges of X12 and EDIFACT with partners: what they held, and what their receivers said of them',
      middleware: [allow('read')] as const,
      request: { query: interchangesQuery },
      responses: answers(interchanges, 'Interchanges'),
    }),
    async (c) => c.json(await listInterchanges(context, c.req.valid('query').days), 200),
  )

async function listInterchanges({ store, estate }: ApiContext, days: number): Promise<Interchanges> {
  const at = new Date()
  const mailboxes = estate.fileSources.filter(({ format }) => format === 'x12' || format === 'edifact')
  const within = new Map(mailboxes.map(({ source, edi }) => [source, edi.acknowledge_within]))
  const rows =
    mailboxes.length === 0
      ? []
      : await store.query('edi_interchanges', {
          since: new Date(at.getTime() - days * dayMs),
          limit: mostShown,
        })
  return {
    as_of: at.toISOString(),
    days,
    mailboxes: mailboxes.length,
    interchanges: rows.map((row) => {
      const allowed = within.get(row.source)
      const isAnswer = row.types.every((type) => acknowledging.has(type))
      const isAsked = allowed !== undefined && !isAnswer && row.outcome === 'taken'
      const due = isAsked && row.told_at === null ? Date.parse(row.at) + allowed : undefined
      return {
        source: row.source,
        standard: row.standard,
        path: row.path,
        sender: row.sender,
        receiver: row.receiver,
        control: row.control,
        at: row.at,
        sent_at: row.sent_at,
        test: row.test,
        types: row.types,
        documents: row.documents.filter((document) => document !== ''),
        lines: Number(row.lines),
        state: stateOf(row, due, at),
        told_at: row.told_at,
        due_at: due === undefined ? null : new Date(due).toISOString(),
        earlier: row.earlier,
        said: row.said
          .filter(({ verdict, reasons }) => verdict !== 'accepted' || reasons.length > 0)
          .map(({ kind, type, message, verdict, reasons }) => ({
            kind,
            message: `${type} ${message}`.trim(),
            verdict,
            reasons,
          })),
        deviations: row.deviations,
      }
    }),
  }
}

const worst = ['rejected', 'partly', 'with_errors', 'accepted'] as const

/** What was said of the whole counts, unless more was said of its messages. */
function stateOf({ outcome, said, types }: Row, due: number | undefined, at: Date): InterchangeState {
  if (outcome !== 'taken') return outcome === 'duplicate' ? 'duplicate' : 'conflict'
  if (said.length === 0) return due === undefined ? 'none' : due < at.getTime() ? 'overdue' : 'waiting'
  const isWhole = ({ kind, message }: Row['said'][number]) => message === '' && kind !== 'APERAK'
  const find = (of: Row['said']) => worst.find((each) => of.some(({ verdict }) => verdict === each))
  const whole = find(said.filter(isWhole))
  if (whole === 'rejected' || whole === 'partly') return whole
  const parts = said.filter((one) => !isWhole(one))
  const refused = parts.filter(({ verdict }) => verdict === 'rejected').length
  if (refused > 0) return refused >= types.length ? 'rejected' : 'partly'
  return find(said) ?? 'accepted'
}
