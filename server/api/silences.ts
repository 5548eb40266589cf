import { randomUUID } from 'node:crypto'
import { createRoute } from '@hono/zod-openapi'
import type { QueryRow } from '../../sql/queries.gen.ts'
import { fits, type Matcher, matcher, writeMatcher } from '../core/alert-match.ts'
import { PlumblineError } from '../core/errors.ts'
import { isPartOf, isWithin, type Reach } from '../core/reach.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import { toAlertRow } from './alerts.ts'
import type { ApiContext } from './context.ts'
import { outOfReach } from './limit-context.ts'
import { answers, createRouter, keyParam } from './router.ts'
import {
  previewAsk,
  type SilenceList,
  type SilenceRow,
  silenceAsk,
  silenceList,
  silencePreview,
} from './schemas/alerts.ts'

const dayMs = 86_400_000
/** What is planned is shown this far ahead, and what has ended this far back. */
const shownMs = 14 * dayMs
/** A silence that nobody remembers hides what it was never meant for. */
const longestMs = 31 * dayMs

export const silenceRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/silences',
        tags: ['alerts'],
        summary: 'Silences and planned maintenance: what lasts, is to come, or ended in the last two weeks',
        middleware: [allow('read')] as const,
        responses: answers(silenceList, 'Silences'),
      }),
      async (c) => c.json(await listSilences(context), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/silences/preview',
        tags: ['alerts'],
        summary: 'What fires now and would be silenced; changes nothing',
        middleware: [allow('respond')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: previewAsk } } } },
        responses: answers(silencePreview, 'What would be silenced'),
      }),
      async (c) => {
        const { matcher: wanted } = c.req.valid('json')
        const rows = context.alerts
          .list()
          .filter(({ alert, labels }) => alert.status !== 'resolved' && fits(wanted, labels))
          .map((view) => toAlertRow(context, view))
        return c.json({ matches: writeMatcher(wanted), rows }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/silences',
        tags: ['alerts'],
        summary: 'Tell nobody that such alerts begin, for a while; that they are over is told still',
        middleware: [allow('respond')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: silenceAsk } } } },
        responses: answers(silenceList, 'Silences with the new one'),
      }),
      async (c) => {
        const ask = c.req.valid('json')
        expectWithin(context, ask.matcher)
        const now = new Date()
        const from = ask.from ? new Date(ask.from) : now
        const to = new Date(ask.to)
        const length = to.getTime() - Math.max(from.getTime(), now.getTime())
        if (length <= 0 || length > longestMs)
          throw new PlumblineError(
            'silence_time',
            `A silence until ${ask.to} cannot be; expected an end after its beginning and now, at most 31 days long`,
            { where: 'to' },
          )
        await writeSilence(context, {
          id: randomUUID(),
          matcher: JSON.stringify(ask.matcher),
          from: from.toISOString(),
          to: to.toISOString(),
          actor: actorOf(c.req),
          reason: ask.reason,
          ended_at: 0,
        })
        return c.json(await listSilences(context), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/silences/{id}/end',
        tags: ['alerts'],
        summary: 'End a silence before its time: what fires is told at the next evaluation',
        middleware: [allow('respond')] as const,
        request: { params: keyParam('id', 'The silence') },
        responses: answers(silenceList, 'Silences'),
      }),
      async (c) => {
        const { id } = c.req.valid('param')
        const row = (await readSilences(context)).find((each) => each.id === id)
        if (!row)
          throw new PlumblineError('silence_unknown', `There is no silence ${id}`, {
            status: 404,
            where: 'id',
          })
        expectWithin(context, JSON.parse(row.matcher) as Matcher)
        const { written_at: _, ...silence } = row
        const now = new Date()
        if (Date.parse(row.ended_at) === 0 && Date.parse(row.to) > now.getTime())
          await writeSilence(context, { ...silence, ended_at: now.toISOString() })
        return c.json(await listSilences(context), 200)
      },
    )

/** Nobody silences what they may not see. */
function expectWithin({ reach }: ApiContext, { plant, flow }: Matcher): void {
  if (!isPartOf([{ ...(plant && { plants: plant }), ...(flow && { flows: flow }) }], reach))
    throw outOfReach('This silences alerts of other plants or flows, too', 'matcher')
}

async function writeSilence(context: ApiContext, row: object): Promise<void> {
  await context.store.insert('silences', [{ ...row, written_at: new Date().toISOString() }])
  await context.alerts.readSilences()
  context.bus.tell('alerts')
}

/** Those that silence something within reach. */
async function readSilences({ store, reach }: ApiContext) {
  const rows = await store.query('silences', { since: new Date(Date.now() - shownMs) })
  return rows.filter((row) => touches(JSON.parse(row.matcher) as Matcher, reach))
}

const touches = ({ plant }: Matcher, reach: Reach) => !plant || plant.some((each) => isWithin(reach, each))

async function listSilences(context: ApiContext): Promise<SilenceList> {
  const now = Date.now()
  const active = context.alerts.list().filter(({ alert }) => alert.status !== 'resolved')
  const count = (wanted: Parameters<typeof fits>[0]) =>
    active.filter(({ labels }) => fits(wanted, labels)).length
  const stateOf = (from: number, to: number): SilenceRow['state'] =>
    to <= now ? 'ended' : from > now ? 'pending' : 'active'
  const silences = (await readSilences(context)).map((row) => fromRow(row, stateOf, count))
  const planned = context.alerts
    .maintenance(new Date(now), new Date(now + shownMs))
    .filter((window) => touches(window.matcher, context.reach))
    .map((window): SilenceRow => {
      const state = stateOf(window.from, window.to)
      return {
        id: '',
        kind: 'maintenance',
        matches: writeMatcher(window.matcher),
        from: new Date(window.from).toISOString(),
        to: new Date(window.to).toISOString(),
        actor: 'estate',
        reason: window.reason,
        ended_at: null,
        state,
        alerts: state === 'active' ? count(window.matcher) : 0,
      }
    })
  const order = ['active', 'pending', 'ended']
  return {
    as_of: new Date(now).toISOString(),
    rows: [...silences, ...planned].sort(
      (a, b) =>
        order.indexOf(a.state) - order.indexOf(b.state) ||
        (a.state === 'ended' ? b.to.localeCompare(a.to) : a.to.localeCompare(b.to)),
    ),
  }
}

function fromRow(
  row: QueryRow['silences'],
  stateOf: (from: number, to: number) => SilenceRow['state'],
  count: (wanted: Parameters<typeof fits>[0]) => number,
): SilenceRow {
  const isEnded = Date.parse(row.ended_at) > 0
  const wanted = matcher.parse(JSON.parse(row.matcher))
  const state = isEnded ? 'ended' : stateOf(Date.parse(row.from), Date.parse(row.to))
  return {
    id: row.id,
    kind: 'silence',
    matches: writeMatcher(wanted),
    from: row.from,
    to: row.to,
    actor: row.actor,
    reason: row.reason,
    ended_at: isEnded ? row.ended_at : null,
    state,
    alerts: state === 'active' ? count(wanted) : 0,
  }
}
