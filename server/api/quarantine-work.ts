import { createRoute } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import { readExactly, writeExactly } from '../core/exact-json.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  type ActAnswer,
  actAnswer,
  actAsk,
  correctAsk,
  correctionResult,
  type MessageState,
  tryAsk,
  type WorkDetail,
  type WorkList,
  type WorkQuery,
  workDetail,
  workList,
  workQuery,
} from './schemas/quarantine-work.ts'

const mostAtOnce = 1000
const id = keyParam('id', 'The id of the message in quarantine')

/** Messages in quarantine as people work them: by reason and contract, corrected, sent again, discarded. */
export const quarantineWorkRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/quarantine/messages',
        tags: ['sources'],
        summary: 'Messages in quarantine as they stand, newest first, counted by state, reason and contract',
        middleware: [allow('read')] as const,
        request: { query: workQuery },
        responses: answers(workList, 'Messages'),
      }),
      async (c) => {
        // what somebody may not see they may not find out by asking for it either
        const in_body = allow.carries(c.req, 'personal')
        return c.json(await listMessages(context, { ...c.req.valid('query'), in_body }), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/quarantine/acts',
        tags: ['sources'],
        summary:
          'Send messages again as they came, discard them, or take that back: those named, or all that match',
        middleware: [allow('work')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: actAsk } } } },
        responses: answers(actAnswer, 'What becomes of each'),
      }),
      async (c) => {
        const { act, ids, filter, dry_run, reason } = c.req.valid('json')
        const items = (ids ?? (await findIds(context, filter as WorkQuery))).map((each) => ({ id: each }))
        if (dry_run) return c.json(count('', await context.corrections.try(act, items)), 200)
        const by = { actor: actorOf(c.req), reason }
        const { batch, results } = await context.corrections.act(act, items, by)
        return c.json(count(batch, results), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/quarantine/{id}',
        tags: ['sources'],
        summary: 'One message in quarantine, whole, with what people did to it',
        middleware: [allow('read')] as const,
        request: { params: id },
        responses: answers(workDetail, 'The message'),
      }),
      async (c) => c.json(await readMessage(context, c.req.valid('param').id), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/quarantine/{id}/try',
        tags: ['sources'],
        summary: 'Try a corrected text, or the message as it came, at the front door; keeps nothing',
        middleware: [allow('work')] as const,
        request: {
          params: id,
          body: { required: true, content: { 'application/json': { schema: tryAsk } } },
        },
        responses: answers(correctionResult, 'What the front door would say'),
      }),
      async (c) => {
        const item = { id: c.req.valid('param').id, ...c.req.valid('json') }
        return c.json((await context.corrections.try('corrected', [item]))[0] as never, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/quarantine/{id}/correct',
        tags: ['sources'],
        summary:
          'Send a corrected text in the place of the message, by the front door; the difference is kept',
        middleware: [allow('work')] as const,
        request: {
          params: id,
          body: { required: true, content: { 'application/json': { schema: correctAsk } } },
        },
        responses: answers(workDetail, 'The message as it stands now'),
      }),
      async (c) => {
        const { id: message } = c.req.valid('param')
        const { body, reason } = c.req.valid('json')
        const by = { actor: actorOf(c.req), reason }
        const { results } = await context.corrections.act('corrected', [{ id: message, body }], by)
        const [result] = results
        if (result && !result.is_good)
          throw new PlumblineError(
            'correction_refused',
            `It would be refused again: ${result.reasons.join('; ')}`,
            {
              status: 422,
              where: 'body',
              details: result.reasons.map((each) => ({ where: 'body', message: each })),
              mend: 'Mend what is named; nothing was sent.',
            },
          )
        return c.json(await readMessage(context, message), 200)
      },
    )

const count = (batch: string, results: ActAnswer['results']): ActAnswer => {
  const good = results.filter((result) => result.is_good).length
  return { batch, matched: results.length, good, left_out: results.length - good, results }
}

async function findIds(context: ApiContext, filter: WorkQuery): Promise<string[]> {
  const rows = await context.store.query('correction_messages', {
    ...filter,
    in_body: true,
    limit: mostAtOnce,
    offset: 0,
  })
  const total = rows[0]?.total ?? 0
  if (total > mostAtOnce)
    throw new PlumblineError(
      'selection_too_large',
      `${total} messages match; at most ${mostAtOnce} at once`,
      {
        status: 413,
        where: 'filter',
        mend: 'Narrow the filter, and do the rest in a second turn.',
      },
    )
  return rows.map((row) => row.id)
}

async function listMessages(
  { store }: ApiContext,
  query: WorkQuery & { in_body: boolean },
): Promise<WorkList> {
  const [rows, counts] = await Promise.all([
    store.query('correction_messages', query),
    store.query('correction_counts', { plant: query.plant, source: query.source, kind: query.kind }),
  ])
  const of = (dimension: string) =>
    counts.filter((row) => row.dimension === dimension).map(({ dimension: _, ...row }) => row)
  const { value: _, ...all } = of('all')[0] ?? { value: '', open: 0, waiting: 0, accepted: 0, discarded: 0 }
  return {
    as_of: new Date().toISOString(),
    total: rows[0]?.total ?? 0,
    counts: all,
    by_code: of('code'),
    by_type: of('type'),
    rows: rows.map(({ total: __, attempt, act, actor, acted_at, ...row }) => ({
      ...row,
      state: row.state as MessageState,
      last: attempt > 0 ? { act, actor, at: acted_at } : null,
    })),
  }
}

async function readMessage({ store }: ApiContext, message: string): Promise<WorkDetail> {
  const [[row], attempts] = await Promise.all([
    store.query('correction_message', { ids: [message] }),
    store.query('correction_attempts', { id: message }),
  ])
  if (!row)
    throw new PlumblineError('message_unknown', `There is no message ${message} in quarantine`, {
      status: 404,
      where: 'id',
      mend: 'Look it up in the list; messages are kept for 90 days.',
    })
  const { position, attempt: _, ...rest } = row
  return {
    as_of: new Date().toISOString(),
    ...rest,
    where: position,
    state: row.state as MessageState,
    body: indent(row.body),
    attempts: attempts.map(({ body: __, batch: ___, ...each }) => ({
      ...each,
      outcome: (each.outcome || null) as WorkDetail['attempts'][number]['outcome'],
      outcome_at: each.outcome ? each.outcome_at : null,
    })),
  }
}

function indent(text: string): string {
  const value = readExactly(text)
  return value === undefined ? text : writeExactly(value, 2)
}
