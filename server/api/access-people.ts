import { createRoute } from '@hono/zod-openapi'
import { PlumblineError } from '../core/errors.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { callerOf } from './me.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { groupsAsk, invited, type PersonList, personAsk, personList } from './schemas/access.ts'

const person = keyParam('person', 'The id of the person')
const acts = {
  disable: 'Keep somebody out: all their sessions and tokens are over',
  enable: 'Let somebody in again',
  'sign-out': 'End all sessions of somebody',
} as const

/** The people who may sign in. */
export const accessPeopleRoutes = (context: ApiContext, allow: Access) => {
  const { access } = context
  const actRoute = <Act extends keyof typeof acts>(act: Act) =>
    createRoute({
      method: 'post',
      path: `/api/access/people/{person}/${act}` as const,
      tags: ['access'],
      summary: acts[act],
      middleware: [allow('administer')] as const,
      request: { params: person },
      responses: answers(personList, 'People as they stand now'),
    })
  const expectLocal = () => {
    if (!context.estate.access.sign_in?.local)
      throw new PlumblineError('sign_in_elsewhere', 'Nobody signs in here with a password', {
        status: 409,
        mend: 'Set access.sign_in.local in the estate, or let people in at the provider of single sign-on.',
      })
  }
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/access/people',
        tags: ['access'],
        summary: 'Who may sign in, and the groups there are',
        middleware: [allow('administer')] as const,
        responses: answers(personList, 'People'),
      }),
      (c) => c.json(listPeople(context), 200),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/access/people',
        tags: ['access'],
        summary: 'Let somebody in: answers with a link by which they choose a password',
        middleware: [allow('administer')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: personAsk } } } },
        responses: answers(invited, 'The link; it is shown once'),
      }),
      async (c) => {
        expectLocal()
        const { id, code, until } = await access.people.invite(c.req.valid('json'), actorOf(c.req))
        return c.json({ person: id, path: joinPath(code), until }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/access/people/{person}/invite',
        tags: ['access'],
        summary: 'Give somebody who lost their password a new link; it opens a locked name, too',
        middleware: [allow('administer')] as const,
        request: { params: person },
        responses: answers(invited, 'The link; it is shown once'),
      }),
      async (c) => {
        expectLocal()
        const { id, code, until } = await access.people.inviteAgain(
          c.req.valid('param').person,
          actorOf(c.req),
        )
        return c.json({ person: id, path: joinPath(code), until }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/access/people/{person}/groups',
        tags: ['access'],
        summary: 'Say which groups somebody is in; what that lets them do counts at once',
        middleware: [allow('administer')] as const,
        request: {
          params: person,
          body: { required: true, content: { 'application/json': { schema: groupsAsk } } },
        },
        responses: answers(personList, 'People as they stand now'),
      }),
      async (c) => {
        const id = c.req.valid('param').person
        if (access.people.find(id).issuer !== '')
          throw new PlumblineError('person_elsewhere', 'Their groups are those of single sign-on', {
            status: 409,
            where: 'groups',
          })
        await access.people.move(id, c.req.valid('json').groups, actorOf(c.req))
        return c.json(listPeople(context), 200)
      },
    )
    .openapi(actRoute('disable'), async (c) => {
      const id = c.req.valid('param').person
      if (callerOf(c).id === id)
        throw new PlumblineError('own_person', 'Nobody keeps themselves out', {
          status: 409,
          mend: 'Ask another admin.',
        })
      await access.people.disable(id, actorOf(c.req))
      return c.json(listPeople(context), 200)
    })
    .openapi(actRoute('enable'), async (c) => {
      await access.people.enable(c.req.valid('param').person, actorOf(c.req))
      return c.json(listPeople(context), 200)
    })
    .openapi(actRoute('sign-out'), async (c) => {
      await access.people.signOut(c.req.valid('param').person, actorOf(c.req))
      return c.json(listPeople(context), 200)
    })
}

/** The code stands behind a #: it is sent to no server, and stands in no log. */
export const joinPath = (code: string): string => `/sign-in#join=${code}`

function listPeople({ access, estate }: ApiContext): PersonList {
  const { grants, sign_in } = estate.access
  const groups = [...new Set(grants.flatMap((grant) => grant.group))].sort()
  return {
    signs_in: sign_in !== undefined,
    local: sign_in?.local === true,
    groups: groups.map((group) => ({
      group,
      roles: grants
        .filter((grant) => grant.group.includes(group))
        .map(({ role, plants, regions, flows }) => ({
          role,
          plants:
            plants ??
            (regions
              ? estate.plants.filter(({ region }) => regions.includes(region)).map(({ plant }) => plant)
              : null),
          flows: flows ?? null,
        })),
    })),
    people: access.list().map((each) => ({ ...each, sessions: access.sessions.of(each.id).length })),
  }
}
