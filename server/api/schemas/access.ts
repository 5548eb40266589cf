import { z } from '@hono/zod-openapi'
import { permissions, roleNames } from '../../core/permissions.ts'
import { moment } from './common.ts'

const login = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^[^\p{C}\s][^\p{C}]*$/u, 'a name without control characters')
const name = z.string().trim().min(1).max(100)
const password = z.string().min(1).max(500)
const code = z.string().min(1).max(100)
const groups = z.array(z.string().min(1).max(200)).max(50)

/** What somebody may see: parts, each of plants and flows; what is not named is not limited. */
const reachPart = z.object({
  plants: z.array(z.string().max(64)).min(1).max(1000).optional(),
  flows: z.array(z.string().max(64)).min(1).max(1000).optional(),
})
const reach = z.array(reachPart)

export const signInWays = z.object({
  password: z.boolean().describe('With a name and a password that are kept here'),
  single: z.string().nullable().describe('What the button of single sign-on says'),
  is_first: z.boolean().describe('Nobody has a password yet: the start has printed the link of the first'),
})
export const signInAsk = z.object({ login, password })
export const joinAsk = z.object({ code, password })
export const invitationAsk = z.object({ code })
export const invitation = z.object({ login: z.string(), name: z.string(), until: moment })
export const signedIn = z.object({ name: z.string() })
export const done = z.object({ done: z.literal(true) })

export const session = z.object({
  id: z.string(),
  begun_at: moment,
  address: z.string(),
  agent: z.string(),
  is_this: z.boolean(),
})
export const me = z.object({
  kind: z.enum(['person', 'token', 'display', 'key', 'loopback']),
  name: z.string(),
  login: z.string(),
  groups: z.array(z.string()),
  allowances: z.array(z.object({ permissions: z.array(z.enum(permissions)), reach })),
  sessions: z.array(session),
})
export type Me = z.infer<typeof me>

export const person = z.object({
  id: z.string(),
  login: z.string(),
  name: z.string(),
  groups: z.array(z.string()),
  issuer: z.string().describe('The provider of single sign-on; empty for somebody with a password here'),
  is_disabled: z.boolean(),
  made_at: moment,
  invited_until: moment
    .nullable()
    .describe('Until when they can choose their first password; null once they have'),
  sessions: z.number(),
})
export const personList = z.object({
  signs_in: z.boolean(),
  local: z.boolean(),
  groups: z
    .array(
      z.object({
        group: z.string(),
        roles: z.array(
          z.object({
            role: z.enum(roleNames),
            plants: z.array(z.string()).nullable(),
            flows: z.array(z.string()).nullable(),
          }),
        ),
      }),
    )
    .describe('The groups that the estate grants something'),
  people: z.array(person),
})
export type PersonList = z.infer<typeof personList>
export const personAsk = z.object({ login, name, groups })
export const groupsAsk = z.object({ groups })
export const invited = z.object({
  person: z.string(),
  path: z.string().describe('The link, behind the address of Plumbline; it is shown once'),
  until: moment,
})

export const tokenKinds = ['token', 'display', 'key'] as const
export const token = z.object({
  id: z.string(),
  kind: z.enum(tokenKinds),
  name: z.string(),
  owner: z.string().describe('In whose name a script acts; empty for walls and senders'),
  role: z.enum(roleNames).nullable(),
  reach,
  per_minute: z.number(),
  source: z.string().describe('The source whose key it is; empty of one for any, and of all that is no key'),
  made_at: moment,
  made_by: z.string(),
  expires_at: moment.nullable(),
  used_at: moment.nullable().describe('Told once an hour at most'),
  old_until: moment.nullable().describe('Until when the secret before counts'),
  state: z.enum(['active', 'expired', 'revoked']),
})
export type TokenRow = z.infer<typeof token>
export const tokenList = z.object({
  tokens: z.array(token),
  sources: z
    .array(z.string())
    .describe('The sources that a key may be bound to: those that send to us over HTTP'),
})
export type TokenList = z.infer<typeof tokenList>
export const tokenQuery = z.object({ kind: z.enum(tokenKinds) })
const expiry = z.iso.datetime({ offset: true })
const expires = expiry
  .optional()
  .describe('A token lasts a year at most; a wall or a key until it is revoked')
export const tokenAsk = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('token'),
    name,
    role: z.enum(roleNames),
    reach: reach.optional(),
    expires_at: expiry,
  }),
  z.object({ kind: z.literal('display'), name, reach: reach.optional(), expires_at: expires }),
  z.object({
    kind: z.literal('key'),
    name,
    reach: reach.optional(),
    expires_at: expires,
    source: z.string().max(64).default('').describe('The source whose key it is; any when empty'),
    per_minute: z.int().min(0).max(1_000_000).default(0).describe('Requests a minute; 0 without a limit'),
  }),
])
export const madeToken = z.object({
  id: z.string(),
  token: z.string().describe('Shown once: only its digest is kept'),
  until: moment.nullable().describe('Until when the secret before counts'),
})

export const auditQuery = z.object({
  from: z.iso.datetime({ offset: true }).optional().describe('A week ago when absent'),
  to: z.iso.datetime({ offset: true }).optional(),
  actor: z.string().max(200).default(''),
  act: z.string().max(100).default('').describe('`sign_in` stands for all that begin with it'),
  outcome: z.enum(['', 'done', 'refused', 'failed']).default(''),
  q: z.string().max(200).default('').describe('What its object or details contain'),
  limit: z.coerce.number().int().min(1).max(1000).default(100),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
})
export type AuditQuery = z.infer<typeof auditQuery>
export const auditEntry = z.object({
  chain: z.string(),
  seq: z.string(),
  at: moment,
  actor: z.string(),
  actor_kind: z.string(),
  actor_id: z.string(),
  act: z.string(),
  object: z.string(),
  outcome: z.enum(['done', 'refused', 'failed']),
  address: z.string(),
  request: z.string(),
  details: z.string(),
  previous: z.string(),
  hash: z.string(),
})
export const auditList = z.object({
  as_of: moment,
  from: moment,
  to: moment,
  total: z.number(),
  refused: z.number(),
  acts: z.array(z.object({ act: z.string(), entries: z.number(), refused: z.number() })),
  rows: z.array(auditEntry),
})
export type AuditList = z.infer<typeof auditList>
export const auditProof = z.object({
  verified_at: moment,
  entries: z.number(),
  chains: z.number(),
  redacted: z.number().describe('Entries that were masked on request, as another entry says'),
  faults: z
    .array(z.object({ chain: z.string(), seq: z.string(), at: moment, message: z.string() }))
    .describe('What was changed, taken out or put in; none when the trail is whole'),
})
export type AuditProof = z.infer<typeof auditProof>
