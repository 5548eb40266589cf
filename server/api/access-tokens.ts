import { createRoute } from '@hono/zod-openapi'
import type { Token } from '../access/book.ts'
import { PlumblineError } from '../core/errors.ts'
import { reachFor } from '../core/identity.ts'
import { isPartOf, type Reach, type ReachPart, wholeReach } from '../core/reach.ts'
import type { Access } from './access.ts'
import { actorOf } from './actor.ts'
import type { ApiContext } from './context.ts'
import { outOfReach } from './limit-context.ts'
import { callerOf } from './me.ts'
import { answers, createRouter, keyParam } from './router.ts'
import { madeToken, type TokenRow, token, tokenAsk, tokenList, tokenQuery } from './schemas/access.ts'

const id = keyParam('token', 'The id of the token')
const longestMs = 366 * 86_400_000

/** Tokens of scripts, which people make for themselves; those of walls and keys of senders, which admins make. */
export const accessTokenRoutes = (context: ApiContext, allow: Access) => {
  const { access } = context
  const { tokens } = access
  /** Whether whoever asks may see and revoke it: what they made for themselves, and everything as an admin. */
  const isOurs = (c: Parameters<typeof callerOf>[0], { kind, owner }: Token) => {
    const caller = callerOf(c)
    return (
      reachFor(caller, 'administer').length > 0 ||
      (kind === 'token' && owner !== '' && owner === ownerOf(caller))
    )
  }
  const findOurs = (c: Parameters<typeof callerOf>[0], name: string): Token => {
    const found = tokens.find(name)
    if (isOurs(c, found)) return found
    throw new PlumblineError('token_unknown', `There is no token ${name}`, { status: 404, where: 'token' })
  }
  return createRouter()
    .openapi(
      createRoute({
        method: 'get',
        path: '/api/access/tokens',
        tags: ['access'],
        summary: 'Tokens, walls or keys: those of who asks, or all for an admin',
        middleware: [allow('read')] as const,
        request: { query: tokenQuery },
        responses: answers(tokenList, 'Tokens; nothing of their secrets'),
      }),
      (c) =>
        c.json(
          {
            tokens: tokens
              .list(c.req.valid('query').kind)
              .filter((each) => isOurs(c, each))
              .map((each) => toRow(context, each)),
            sources: listSenders(context),
          },
          200,
        ),
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/access/tokens',
        tags: ['access'],
        summary:
          'Make a token, shown once: for a script of one’s own; as an admin also for a wall or a sender',
        middleware: [allow('read')] as const,
        request: { body: { required: true, content: { 'application/json': { schema: tokenAsk } } } },
        responses: answers(madeToken, 'The token; it is shown once'),
      }),
      async (c) => {
        const ask = c.req.valid('json')
        const caller = callerOf(c)
        const reach = readReach(context, ask.reach)
        if (caller.kind === 'token' && caller.id !== '')
          throw new PlumblineError('forbidden', 'A token makes no other tokens', {
            status: 403,
            mend: 'Sign in, and make it there.',
          })
        // what is in nobody's name is limited by nobody's permissions
        const isOwn = ask.kind === 'token' && caller.kind === 'person'
        if (!isOwn && reachFor(caller, 'administer').length === 0)
          throw new PlumblineError('forbidden', 'Walls and keys are made by an admin', { status: 403 })
        if (ask.kind === 'token' && !isPartOf(reach, reachFor(caller, 'read')))
          throw outOfReach('A token reaches no further than who makes it', 'reach')
        const made = await tokens.make(
          {
            kind: ask.kind,
            name: ask.name,
            owner: ask.kind === 'token' ? ownerOf(caller) : '',
            role: ask.kind === 'token' ? ask.role : '',
            reach,
            expires_at: readExpiry(ask),
            per_minute: ask.kind === 'key' ? ask.per_minute : 0,
            source: ask.kind === 'key' ? readSource(context, ask.source) : '',
          },
          actorOf(c.req),
        )
        return c.json({ ...made, until: null }, 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/access/tokens/{token}/rotate',
        tags: ['access'],
        summary: 'Give a key or token another secret; the one before counts for another day',
        middleware: [allow('read')] as const,
        request: { params: id },
        responses: answers(madeToken, 'The new secret; it is shown once'),
      }),
      async (c) => {
        const found = findOurs(c, c.req.valid('param').token)
        if (!tokens.isOpen(found))
          throw new PlumblineError('token_over', `${found.name} was revoked, or is over`, {
            status: 409,
            where: 'token',
          })
        return c.json(await tokens.rotate(found.id, actorOf(c.req)), 200)
      },
    )
    .openapi(
      createRoute({
        method: 'post',
        path: '/api/access/tokens/{token}/revoke',
        tags: ['access'],
        summary: 'Revoke a token at once',
        middleware: [allow('read')] as const,
        request: { params: id },
        responses: answers(token, 'The token as it stands now'),
      }),
      async (c) => {
        const { id: found } = findOurs(c, c.req.valid('param').token)
        await tokens.revoke(found, actorOf(c.req))
        return c.json(toRow(context, tokens.find(found)), 200)
      },
    )
}

/** In whose name somebody's tokens act: their own; nobody's, where nobody signs in. */
const ownerOf = ({ kind, id: name }: { kind: string; id: string }) => (kind === 'person' ? name : '')

/** @throws PlumblineError `plant_unknown`, `flow_unknown` for what the estate does not have */
function readReach({ estate }: ApiContext, given: ReachPart[] | undefined): Reach {
  if (!given || given.length === 0) return wholeReach
  for (const { plants = [], flows = [] } of given) {
    const plant = plants.find((each) => !estate.plantOf.has(each))
    const flow = flows.find((each) => !estate.flowOf.has(each))
    if (plant !== undefined || flow !== undefined)
      throw new PlumblineError(
        plant !== undefined ? 'plant_unknown' : 'flow_unknown',
        `"${plant ?? flow}" is not a ${plant !== undefined ? 'plant' : 'flow'} of this estate`,
        { status: 422, where: 'reach' },
      )
  }
  return given
}

/** The sources that send to us over HTTP, and so may have a key of their own. */
const listSenders = ({ estate }: ApiContext): string[] =>
  estate.sources.filter(({ kind }) => kind === 'events' || kind === 'webhook').map(({ source }) => source)

/** @throws PlumblineError `source_unknown` for one that the estate does not have, or that does not send over HTTP */
function readSource(context: ApiContext, source: string): string {
  const senders = listSenders(context)
  if (source === '' || senders.includes(source)) return source
  throw new PlumblineError(
    'source_unknown',
    `"${source}" is no source that sends to us; expected one of ${senders.join(', ') || 'none, since none does'}`,
    { status: 422, where: 'source' },
  )
}

function readExpiry({ kind, expires_at }: { kind: string; expires_at?: string | undefined }): string {
  if (expires_at === undefined) return ''
  const at = new Date(expires_at)
  const isFar = kind === 'token' && at.getTime() > Date.now() + longestMs
  if (at.getTime() <= Date.now() || isFar)
    throw new PlumblineError(
      'expiry_invalid',
      `A token can not end at ${expires_at}; expected a moment to come${kind === 'token' ? ', within a year' : ''}`,
      { status: 422, where: 'expires_at' },
    )
  return at.toISOString()
}

function toRow({ access }: ApiContext, each: Token): TokenRow {
  const { before, expires_at, used_at, revoked_at } = each
  const isOverlapping = before !== null && Date.parse(before.until) > Date.now()
  return {
    id: each.id,
    kind: each.kind,
    name: each.name,
    owner: access.list().find((person) => person.id === each.owner)?.name ?? '',
    role: each.role === '' ? null : each.role,
    reach: each.reach.map(({ plants, flows }) => ({
      ...(plants && { plants: [...plants] }),
      ...(flows && { flows: [...flows] }),
    })),
    per_minute: each.per_minute,
    source: each.source ?? '',
    made_at: each.made_at,
    made_by: each.made_by,
    expires_at: expires_at || null,
    used_at: used_at || null,
    old_until: isOverlapping ? before.until : null,
    state: revoked_at !== '' ? 'revoked' : access.tokens.isOpen(each) ? 'active' : 'expired',
  }
}
