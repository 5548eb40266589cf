import { createRoute } from '@hono/zod-openapi'
import { actOnMany } from '../../sql/acting.ts'
import { listMoves } from '../../sql/owners.ts'
import { actOf } from '../core/case-acts.ts'
import { createOwnership } from '../core/ownership.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { deskOf } from './exception-acts.ts'
import { answers, createRouter } from './router.ts'
import { ownershipGiven, ownershipMoves } from './schemas/ownership.ts'

/** The rules of who owns what, applied again to all that is open: after they were changed, or a cause was mended. */
export const ownershipRoutes = (context: ApiContext, allow: Access) => {
  const ownership = createOwnership(context.estate, context.checks)
  return createRouter().openapi(
    createRoute({
      method: 'post',
      path: '/api/ownership',
      tags: ['exceptions'],
      summary: 'Give open cases to whom the estate’s rules say now; what a person has moved stays',
      middleware: [allow('work')] as const,
      request: { body: { required: false, content: { 'application/json': { schema: ownershipGiven } } } },
      responses: answers(ownershipMoves, 'What moves, and what became of each'),
    }),
    async (c) => {
      const { dry_run = true, moves: shown } = c.req.valid('json') ?? {}
      const desk = deskOf(context)
      const wanted = shown && new Map(shown.map(({ number, to }) => [String(number), to]))
      const found = await listMoves(
        context.store,
        ownership,
        context.checks,
        desk.plants,
        wanted && [...wanted.keys()],
      )
      const moves = wanted ? found.filter(({ number, to }) => wanted.get(number) === to) : found
      const results = dry_run
        ? []
        : await actOnMany(
            desk,
            moves.map(({ number, to, why }) => ({
              number,
              act: actOf({ act: 'move', team: to, reason: `${why}; applied again by ${actorOf(c.req)}` }),
            })),
            'plumbline',
            false,
          )
      if (results.length > 0) context.bus.tell('exceptions')
      return c.json({ moves: moves.map((move) => ({ ...move, number: Number(move.number) })), results }, 200)
    },
  )
}
