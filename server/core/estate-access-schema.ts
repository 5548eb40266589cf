import { z } from 'zod'
import { duration, id, oneOrMany, words } from './estate-parts.ts'
import { address, secret } from './estate-pull-schema.ts'
import { roleNames } from './permissions.ts'

const oidc = z
  .strictObject({
    name: words.default('Single sign-on').describe('As the button says it'),
    issuer: address.describe(
      'The provider; its metadata is read from /.well-known/openid-configuration there',
    ),
    client_id: words,
    client_secret_from: secret('the secret of the client').optional(),
    scopes: z.array(words).default(['openid', 'profile', 'email']),
    groups: words.default('groups').describe('The claim that lists the groups of a person'),
    login: words
      .default('preferred_username')
      .describe('The claim a person is listed by; email or sub when absent'),
  })
  .describe('OpenID Connect: Entra ID, Okta, Keycloak, Google and others; code flow with PKCE')

/** Who may sign in, and what they may see and do. */
export const access = z
  .strictObject({
    sign_in: z
      .strictObject({
        local: z.boolean().default(false).describe('People with a password that is kept here'),
        oidc: oidc.optional(),
        idle: duration.default(8 * 3_600_000).describe('A session that nobody used for so long is over'),
        longest: duration
          .default(7 * 86_400_000)
          .describe('So long after they signed in, people sign in again'),
      })
      .optional()
      .describe('How people sign in; without it, tokens of the environment say who may'),
    grants: z
      .array(
        z.strictObject({
          group: oneOrMany(words).describe(
            'The groups of people who have it; of the provider, or given here',
          ),
          role: z.enum(roleNames),
          plants: z.array(id).min(1).optional().describe('Only these plants'),
          regions: z.array(words).min(1).optional().describe('Only the plants of these regions'),
          flows: z.array(id).min(1).optional().describe('Only these flows'),
        }),
      )
      .default([])
      .describe('What the people of a group may do, and where; somebody of several groups may do all of it'),
  })
  .prefault({})
  .describe('Who may see and do what')

export type AccessConfig = z.infer<typeof access>
export type GrantConfig = AccessConfig['grants'][number]
