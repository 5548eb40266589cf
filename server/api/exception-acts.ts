import { createRoute, z } from '@hono/zod-openapi'
import type { HonoRequest } from 'hono'
import { actOnMany, actOnOne, type Desk, type Target } from '../../sql/acting.ts'
import { type ActName, actOf } from '../core/case-acts.ts'
import { describeError, PlumblineError } from '../core/errors.ts'
import { identityOf, reachFor } from '../core/identity.ts'
import { log } from '../core/log.ts'
import { plantsOf } from '../core/reach.ts'
import { expectCaseNumber } from '../core/row-number.ts'
import { type Access, lacks } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { readNumbers } from './exception-rows.ts'
import { filterOf, toExceptionRow } from './exceptions.ts'
import { answers, createRouter, keyParam, refusal } from './router.ts'
import { type ActProgress, actOnManyGiven, actOnOneGiven, mostAtOnce } from './schemas/acts.ts'
import { exceptionRow } from './schemas/exceptions.ts'

/** What people do to cases: to one as they saw it, to a selection, or to all that a filter matches. */
export const exceptionActRoutes = (context: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/exceptions/{number}/acts',
        tags: ['exceptions'],
        summary: 'Act on a case as it was seen; of two who act on one version exactly one wins',
        middleware: [allow('work')] as const,
        request: {
          params: keyParam('number', 'The number of the case'),
          body: { required: true, content: { 'application/json': { schema: actOnOneGiven } } },
        },
        responses: answers(z.object({ exception: exceptionRow }), 'The case as it stands now'),
      }),
      async (c) => {
        const { number } = c.req.valid('param')
        const { version, ...given } = c.req.valid('json')
        refuseUnknown(context, given)
        expectCaseNumber(number)
        await actOnOne(deskFor(context, c.req, given.act), number, version, actOf(given), actorOf(c.req))
        context.bus.tell('exceptions')
        const [row] = await context.store.query('exception', { number })
        if (!row) throw new Error(`case ${number} is gone`)
        return c.json({ exception: toExceptionRow(context, row) }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/exceptions/acts',
        tags: ['exceptions'],
        summary:
          'Act on many cases; answers in lines while it is at it, the last one with what became of each',
        middleware: [allow('work')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: actOnManyGiven } } } },
        responses: {
          200: {
            description: 'Lines of JSON: how far it is, each an ActProgress; the last has the results',
            content: { 'application/x-ndjson': { schema: { type: 'string' } } },
          },
          ...refusal,
        },
      }),
      async (c) => {
        const { numbers, filter, dry_run = false, ...given } = c.req.valid('json')
        refuseUnknown(context, given)
        const act = actOf(given)
        const actor = actorOf(c.req)
        const targets: Target[] = numbers
          ? numbers.map(({ number, version }) => ({ number: String(number), version, act }))
          : (await freezeFilter(context, filter)).map((number) => ({ number, act }))
        const desk = deskFor(context, c.req, given.act)
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>()
        void actInLines(context, desk, writable.getWriter(), targets, actor, dry_run)
        // the type of a route knows JSON and text only
        return c.body(readable, 200, {
          'Content-Type': 'application/x-ndjson; charset=utf-8',
          'Cache-Control': 'no-store',
        }) as never
      },
    )

/** Acts, and says in lines how far it is; whoever does not listen to the end has the act done all the same. */
async function actInLines(
  context: ApiContext,
  desk: Desk,
  out: WritableStreamDefaultWriter<Uint8Array>,
  targets: Target[],
  actor: string,
  isDry: boolean,
): Promise<void> {
  const encoder = new TextEncoder()
  const say = (progress: ActProgress) =>
    void out.write(encoder.encode(`${JSON.stringify(progress)}\n`)).catch(() => undefined)
  const total = targets.length
  say({ total, done: 0 })
  try {
    const results = await actOnMany(desk, targets, actor, isDry, (done) => say({ total, done }))
    if (!isDry) context.bus.tell('exceptions')
    say({ total, done: results.length, results })
    await out.close()
  } catch (error) {
    log.error({ error: describeError(error) }, 'an act on many cases broke off; a part of it may be done')
    await out.abort(error).catch(() => undefined)
  }
}

/** The cases of the plants this context may see. */
export const deskOf = ({ store, estate, finishCase }: ApiContext): Desk => ({
  store,
  plants: [...estate.plantOf.keys()],
  finishCase,
})

/** The same, of plants where who asks may do this: the second word where one must not decide alone is an approver's. */
function deskFor(context: ApiContext, request: HonoRequest, act: ActName): Desk {
  const desk = deskOf(context)
  const identity = identityOf(request.raw)
  if (!identity || act !== 'accept') return desk
  const plants = plantsOf(reachFor(identity, 'approve'), desk.plants)
  if (plants.length === 0) throw lacks(identity, 'approve')
  return { ...desk, plants }
}

/** All that matches now: who comes to match while it is acted on is not acted on. */
async function freezeFilter(
  context: ApiContext,
  filter: z.infer<typeof actOnManyGiven>['filter'],
): Promise<string[]> {
  if (!filter)
    throw new PlumblineError('request_invalid', 'Neither cases nor a filter are given', {
      where: 'numbers',
      mend: 'Name the cases in "numbers", or say with "filter" which.',
    })
  const numbers = await readNumbers(context.store, {
    ...filterOf(context, filter),
    sort: 'amount',
    order: 'desc',
    limit: mostAtOnce + 1,
    offset: 0,
  })
  if (numbers.length > mostAtOnce)
    throw new PlumblineError('too_many', `More than ${mostAtOnce} cases match`, {
      where: 'filter',
      mend: 'Narrow the filter.',
    })
  return numbers.map(String)
}

function refuseUnknown(
  { estate, causes }: ApiContext,
  { act, team, cause }: { act: string; team?: string; cause?: string },
) {
  if (act === 'move' && team && !estate.teamOf.has(team))
    throw new PlumblineError('team_unknown', `"${team}" is not a team of this estate`, {
      where: 'team',
      mend: `One of ${[...estate.teamOf.keys()].join(', ')}`,
    })
  if (act === 'link' && cause && !causes.some((known) => known.cause === cause))
    throw new PlumblineError('cause_unknown', `"${cause}" is not a cause`, {
      where: 'cause',
      mend: `One of ${causes.map((known) => known.cause).join(', ')}`,
    })
}
