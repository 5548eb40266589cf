import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { PlumblineError } from '../core/errors.ts'
import { type Identity, identityOf } from '../core/identity.ts'
import type { Access } from './access.ts'
import type { ApiContext } from './context.ts'
import { dropCookie, sessionCookie } from './cookies.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { done, me } from './schemas/access.ts'

/** Who is signed in, and out again. */
export const meRoutes = ({ access }: ApiContext, allow: Access) =>
  createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/me',
        tags: ['access'],
        summary: 'Who asks, what they may, and where they are signed in',
        middleware: [allow.known] as const,
        responses: answers(me, 'Who asks'),
      }),
      (c) => {
        const { kind, id, name, allowances, session } = callerOf(c)
        const person = kind === 'person' ? access.people.find(id) : undefined
        return c.json(
          {
            kind,
            name,
            login: person?.login ?? '',
            groups: [...(person?.groups ?? [])],
            allowances: allowances.map(({ permissions, reach }) => ({
              permissions: [...permissions],
              reach: reach.map(({ plants, flows }) => ({
                ...(plants && { plants: [...plants] }),
                ...(flows && { flows: [...flows] }),
              })),
            })),
            sessions: person
              ? access.sessions.of(id).map((each) => ({ ...each, is_this: each.id === session }))
              : [],
          },
          200,
        )
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/me/sign-out',
        tags: ['access'],
        summary: 'Sign out here',
        middleware: [allow.known] as const,
        responses: answers(done, 'Signed out'),
      }),
      async (c) => {
        const { name, session } = personOf(c)
        await access.sessions.end(session, name)
        dropCookie(c, sessionCookie)
        return c.json({ done: true as const }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/me/sign-out-everywhere',
        tags: ['access'],
        summary: 'Sign out in every browser, this one included',
        middleware: [allow.known] as const,
        responses: answers(done, 'Signed out'),
      }),
      async (c) => {
        const { id, name } = personOf(c)
        await access.people.signOut(id, name)
        dropCookie(c, sessionCookie)
        return c.json({ done: true as const }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/me/sessions/{session}/end',
        tags: ['access'],
        summary: 'Sign out in another browser',
        middleware: [allow.known] as const,
        request: { params: keyParam('session', 'One of the sessions of who asks') },
        responses: answers(done, 'Signed out there'),
      }),
      async (c) => {
        const { id, name } = personOf(c)
        const { session } = c.req.valid('param')
        if (!access.sessions.of(id).some((each) => each.id === session))
          throw new PlumblineError('session_unknown', 'That is no session of yours', {
            status: 404,
            where: 'session',
          })
        await access.sessions.end(session, name)
        return c.json({ done: true as const }, 200)
      },
    )

/** Who asks; the guard has found out. */
export function callerOf(c: Context): Identity {
  const identity = identityOf(c.req.raw)
  if (!identity) throw new Error('a route without a permission asks who it is')
  return identity
}

function personOf(c: Context): Identity & { session: string } {
  const { session, ...identity } = callerOf(c)
  if (session !== undefined) return { ...identity, session }
  throw new PlumblineError('not_signed_in', 'There is no session to end', {
    status: 409,
    mend: 'A token is revoked where it was made.',
  })
}
