import { createRoute } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AuditEvent } from '../access/audit-chain.ts'
import type { Person } from '../access/book.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import { auditOf } from './audited.ts'
import { addressOf, agentOf } from './caller.ts'
import type { ApiContext } from './context.ts'
import { keepCookie, sessionCookie } from './cookies.ts'
import { answers, createRouter } from './router.ts'
import { invitation, invitationAsk, joinAsk, signedIn, signInAsk, signInWays } from './schemas/access.ts'

/** How people come in. These routes have no permission: who asks is nobody yet. */
export const signInRoutes = (context: ApiContext, allow: Access) => {
  const { access, estate } = context
  const ways = estate.access.sign_in
  const expectLocal = () => {
    if (!ways?.local)
      throw new PlumblineError('sign_in_elsewhere', 'Nobody signs in here with a password', { status: 404 })
  }
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/sign-in',
        tags: ['access'],
        summary: 'How people sign in',
        middleware: [allow.beforeSignIn] as const,
        responses: answers(signInWays, 'The ways there are'),
      }),
      (c) =>
        c.json(
          {
            password: ways?.local === true,
            single: ways?.oidc?.name ?? null,
            is_first: ways?.local === true && access.people.isEmpty(),
          },
          200,
        ),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/sign-in',
        tags: ['access'],
        summary: 'Sign in with a name and a password',
        middleware: [allow.beforeSignIn] as const,
        request: { body: { required: true, content: { 'application/json': { schema: signInAsk } } } },
        responses: answers(signedIn, 'Signed in; the session is in a cookie'),
      }),
      async (c) => {
        expectLocal()
        const { login, password } = c.req.valid('json')
        const event = { ...auditOf(c), act: 'sign_in.password', object: login }
        const person = await access.door.enter(login, password, addressOf(c)).catch((error: unknown) => {
          access.trail.note({ ...event, outcome: 'refused', details: codeOf(error) })
          throw error
        })
        return c.json(await beginSession(context, c, person, event), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/sign-in/invitation',
        tags: ['access'],
        summary: 'Whose link it is to choose a password',
        middleware: [allow.beforeSignIn] as const,
        request: { body: { required: true, content: { 'application/json': { schema: invitationAsk } } } },
        responses: answers(invitation, 'Who was invited'),
      }),
      async (c) => {
        expectLocal()
        const { login, name, invited } = await access.people.invitedBy(c.req.valid('json').code)
        return c.json({ login, name, until: invited?.until ?? '' }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/sign-in/join',
        tags: ['access'],
        summary: 'Choose a password by the link of an invitation, and sign in',
        middleware: [allow.beforeSignIn] as const,
        request: { body: { required: true, content: { 'application/json': { schema: joinAsk } } } },
        responses: answers(signedIn, 'Signed in; the session is in a cookie'),
      }),
      async (c) => {
        expectLocal()
        const { code, password } = c.req.valid('json')
        const event = { ...auditOf(c), act: 'sign_in.join' }
        const person = await access.people.join(code, password).catch((error: unknown) => {
          access.trail.note({ ...event, object: '', outcome: 'refused', details: codeOf(error) })
          throw error
        })
        await access.door.unlock(person.login)
        return c.json(await beginSession(context, c, person, { ...event, object: person.login }), 200)
      },
    )
}

/** Begins a session for somebody who has shown who they are, and writes it down first. */
export async function beginSession(
  { access, estate }: ApiContext,
  c: Context,
  person: Person,
  event: Omit<AuditEvent, 'outcome' | 'details'>,
): Promise<{ name: string }> {
  const agent = agentOf(c)
  await access.trail.write({
    ...event,
    actor: person.name,
    actor_kind: 'person',
    actor_id: person.id,
    outcome: 'done',
    details: agent,
  })
  await keepCookie(c, sessionCookie, {
    value: await access.sessions.begin(person, { address: event.address, agent }),
    signedBy: access.signingKey,
    maxAgeS: (estate.access.sign_in?.longest ?? 0) / 1000,
  })
  return { name: person.name }
}

const codeOf = (error: unknown) => (error instanceof PlumblineError ? error.code : 'fault')
