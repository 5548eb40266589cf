import * as client from 'openid-client'
import { describeError, PlumblineError } from '../core/errors.ts'
import type { AccessConfig } from '../core/estate-access-schema.ts'
import { log } from '../core/log.ts'
import { isLoopback } from '../core/settings.ts'
import type { Person } from './book.ts'
import type { People } from './people.ts'

type Config = NonNullable<NonNullable<AccessConfig['sign_in']>['oidc']>

/** What the browser keeps, signed, while its person is at the provider. */
export type Errand = { state: string; nonce: string; verifier: string; to: string }

/** Signs people in at a provider of OpenID Connect: the code flow with PKCE, a state and a nonce. */
export type SingleSignOn = ReturnType<typeof createSingleSignOn>

const timeoutS = 10

/**
 * Single sign-on. The provider's metadata is read when somebody first signs in, so that a provider that is away keeps
 * nobody's start waiting.
 * @param secret of the client; '' for one that has none
 */
export function createSingleSignOn(config: Config, secret: string, people: People) {
  const issuer = new URL(config.issuer)
  let known: Promise<client.Configuration> | undefined
  const discover = () => {
    known ??= client
      .discovery(
        issuer,
        config.client_id,
        undefined,
        secret === '' ? client.None() : client.ClientSecretPost(secret),
        {
          timeout: timeoutS,
          // without TLS only a provider on this very machine is believed
          ...(isLoopback(issuer.hostname) && { execute: [client.allowInsecureRequests] }),
        },
      )
      .catch((error: unknown) => {
        known = undefined
        throw away(error)
      })
    return known
  }

  return {
    /**
     * Sends somebody to the provider.
     * @returns where to, and what their browser keeps meanwhile
     * @throws PlumblineError `sign_in_away` when the provider does not answer
     */
    begin: async (redirectUri: string, to: string): Promise<{ url: URL; errand: Errand }> => {
      const provider = await discover()
      const errand = {
        state: client.randomState(),
        nonce: client.randomNonce(),
        verifier: client.randomPKCECodeVerifier(),
        to,
      }
      const url = client.buildAuthorizationUrl(provider, {
        redirect_uri: redirectUri,
        scope: config.scopes.join(' '),
        state: errand.state,
        nonce: errand.nonce,
        code_challenge: await client.calculatePKCECodeChallenge(errand.verifier),
        code_challenge_method: 'S256',
      })
      return { url, errand }
    },
    /**
     * Takes somebody back from the provider, and takes down who they are.
     * @param returned the address they came back by
     * @throws PlumblineError `sign_in_away`; `sign_in_failed` for an answer that is not the provider's to this browser
     */
    finish: async (returned: URL, errand: Errand): Promise<Person> => {
      const provider = await discover()
      let tokens: Awaited<ReturnType<typeof client.authorizationCodeGrant>>
      try {
        tokens = await client.authorizationCodeGrant(provider, returned, {
          expectedState: errand.state,
          expectedNonce: errand.nonce,
          pkceCodeVerifier: errand.verifier,
          idTokenExpected: true,
        })
      } catch (error) {
        log.warn({ issuer: config.issuer, error: describeError(error) }, 'single sign-on failed')
        throw new PlumblineError(
          'sign_in_failed',
          'The provider of single sign-on did not confirm who you are',
          {
            status: 401,
          },
        )
      }
      const claims = tokens.claims() as Record<string, unknown> & { sub: string; iss: string }
      // some put groups into the token, others tell them only when asked
      const more =
        claims[config.groups] === undefined && provider.serverMetadata().userinfo_endpoint
          ? await client.fetchUserInfo(provider, tokens.access_token, claims.sub).catch((error: unknown) => {
              throw away(error)
            })
          : {}
      const said: Record<string, unknown> = { ...more, ...claims }
      const text = (...names: string[]) =>
        names
          .map((name) => said[name])
          .find((value): value is string => typeof value === 'string' && value !== '')
      const login = text(config.login, 'email', 'sub') ?? claims.sub
      return people.meet({
        issuer: claims.iss,
        subject: claims.sub,
        login,
        name: text('name') ?? login,
        groups: readGroups(said[config.groups]),
      })
    },
  }
}

const away = (error: unknown) => {
  log.warn({ error: describeError(error) }, 'the provider of single sign-on does not answer')
  return new PlumblineError('sign_in_away', 'The provider of single sign-on does not answer', {
    status: 503,
    mend: 'Try again in a moment; somebody with a password here can use it meanwhile.',
  })
}

/** Providers send a list, or one group alone. */
const readGroups = (value: unknown): string[] =>
  [value]
    .flat()
    .filter((each): each is string => typeof each === 'string')
    .sort()
