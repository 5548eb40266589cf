import { createRoute } from '@hono/zod-openapi'
import { stream } from 'hono/streaming'
import { describeError, PlumblineError } from '../core/errors.ts'
import { identityOf } from '../core/identity.ts'
import { log } from '../core/log.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { answers, createRouter, keyParam, refusal } from './router.ts'
import { subjectAsk, subjectConfirm, subjectList, subjectRequest } from './schemas/subjects.ts'

const params = keyParam('request', 'The id of the request')
const tags = ['access']

/** What is kept of a person or a business key: found, given out, and deleted with a proof. */
export const subjectRoutes = ({ subjects }: ApiContext, allow: Access) => {
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/subjects',
        tags,
        summary: 'Requests about people and business keys, the newest first',
        middleware: [allow('administer', 'everywhere')] as const,
        responses: answers(subjectList, 'Requests'),
      }),
      async (c) => c.json({ requests: await subjects.list() }, 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/subjects',
        tags,
        summary:
          'Look for all that is kept of somebody or of a business key, table by table; nothing is deleted yet',
        middleware: [allow('administer', 'everywhere')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: subjectAsk } } } },
        responses: answers(subjectRequest, 'What was found'),
      }),
      async (c) => {
        const { subject, ...more } = c.req.valid('json')
        if (subject.kind === 'user' && subject.person === identityOf(c.req.raw)?.id)
          throw new PlumblineError('subject_is_oneself', 'Nobody deletes themself', {
            status: 409,
            where: 'subject.person',
            mend: 'Let another admin do it.',
          })
        return c.json(await subjects.ask(subject, { ...more, actor: actorOf(c.req) }), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/subjects/{request}',
        tags,
        summary: 'A request with what was found, how far it is, and its proof',
        middleware: [allow('administer', 'everywhere')] as const,
        request: { params },
        responses: answers(subjectRequest, 'The request'),
      }),
      async (c) => c.json(await subjects.read(c.req.valid('param').request), 200),
    )
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/subjects/{request}/export',
        tags,
        summary:
          'Everything that is kept of it in lines of JSON, each a table and a row; the last line counts them',
        middleware: [allow('administer', 'everywhere')] as const,
        request: { params },
        responses: {
          200: {
            description: 'A row a line',
            content: { 'application/x-ndjson': { schema: { type: 'string' } } },
          },
          ...refusal,
        },
      }),
      async (c) => {
        const { request } = c.req.valid('param')
        const known = await subjects.read(request)
        const rows = subjects.export(request)
        // what can't be read at all is an error; what breaks off later lacks its last line
        let next = await rows.next()
        c.header('Content-Type', 'application/x-ndjson; charset=utf-8')
        c.header('Content-Disposition', `attachment; filename="plumbline-subject-${known.request}.ndjson"`)
        c.header('Cache-Control', 'no-store')
        return stream(
          c,
          async (out) => {
            let count = 0
            for (; !next.done; next = await rows.next()) {
              count++
              await out.write(`${JSON.stringify(next.value)}\n`)
            }
            await out.write(
              `${JSON.stringify({ request, rows: count, exported_at: new Date().toISOString() })}\n`,
            )
          },
          async (error) => log.error({ error: describeError(error) }, 'an export of a subject broke off'),
        ) as never
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/subjects/{request}/delete',
        tags,
        summary: 'Delete or mask it everywhere; done once the request says so, with its proof',
        middleware: [allow('administer', 'everywhere')] as const,
        request: {
          params,
          body: { required: true, content: { 'application/json': { schema: subjectConfirm } } },
        },
        responses: answers(subjectRequest, 'The request'),
      }),
      async (c) => c.json(await subjects.confirm(c.req.valid('param').request, actorOf(c.req)), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/subjects/{request}/withdraw',
        tags,
        summary: 'End a request that nobody confirmed: what it looked for is forgotten',
        middleware: [allow('administer', 'everywhere')] as const,
        request: { params },
        responses: answers(subjectRequest, 'The request'),
      }),
      async (c) => c.json(await subjects.withdraw(c.req.valid('param').request, actorOf(c.req)), 200),
    )
}
