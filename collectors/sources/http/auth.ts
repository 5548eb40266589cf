import * as oauth from 'oauth4webapi'
import { type Dispatcher, fetch } from 'undici'
import { describeError } from '../../../server/core/errors.ts'
import type { AuthConfig } from '../../../server/core/estate-pull-schema.ts'
import { readSecret } from '../../../server/core/settings.ts'
import { SourceError } from '../pull/failure.ts'

/** Says who we are in the headers of a request. */
export type Credentials = {
  headers(): Promise<Record<string, string>>
  /** Forgets a token that was refused; whether another can be had. */
  renew(): boolean
}

/** A token is asked for anew so long before it expires: a request under way must not outlive it. */
const earlyMs = 30_000
const shortestLifeMs = 60_000

/**
 * Makes the credentials of a source from the environment.
 * @throws SourceError `secret_missing` naming the variable that is not set
 */
export function openCredentials(
  auth: AuthConfig | undefined,
  dispatcher: Dispatcher,
  env: NodeJS.ProcessEnv = process.env,
): Credentials {
  const fixed = (headers: Record<string, string>): Credentials => ({
    headers: async () => headers,
    renew: () => false,
  })
  const secret = (name: string) => readNeeded(env, name)
  if (!auth) return fixed({})
  if (auth.basic) {
    const user = auth.basic.user ?? secret(auth.basic.user_from as string)
    const both = Buffer.from(`${user}:${secret(auth.basic.password_from)}`).toString('base64')
    return fixed({ authorization: `Basic ${both}` })
  }
  if (auth.bearer) return fixed({ authorization: `Bearer ${secret(auth.bearer.token_from)}` })
  if (auth.api_key) return fixed({ [auth.api_key.header]: secret(auth.api_key.value_from) })
  return openOauth(auth.oauth2 as NonNullable<AuthConfig['oauth2']>, dispatcher, secret)
}

/** OAuth 2.0: client credentials (RFC 6749, 4.4), or a refresh token (6) that may be replaced by a newer one. */
function openOauth(
  config: NonNullable<AuthConfig['oauth2']>,
  dispatcher: Dispatcher,
  secret: (name: string) => string,
): Credentials {
  const server = { issuer: new URL(config.token_url).origin, token_endpoint: config.token_url }
  const client = { client_id: config.client_id ?? secret(config.client_id_from as string) }
  const key = config.client_secret_from ? secret(config.client_secret_from) : undefined
  const clientAuth =
    key === undefined
      ? oauth.None()
      : config.client_auth === 'post'
        ? oauth.ClientSecretPost(key)
        : oauth.ClientSecretBasic(key)
  let refreshToken = config.refresh_token_from ? secret(config.refresh_token_from) : undefined
  let token: { text: string; until: number } | undefined
  let asked: Promise<string> | undefined

  const parameters = new URLSearchParams()
  if (config.scope) parameters.set('scope', config.scope)
  if (config.audience) parameters.set('audience', config.audience)
  const options = {
    // a server inside, without TLS in front, is the site's own decision: it has written http:// there
    [oauth.allowInsecureRequests]: config.token_url.startsWith('http:'),
    [oauth.customFetch]: (url: string, init: object) => fetch(url, { ...init, dispatcher }) as never,
    additionalParameters: parameters,
  }
  const ask = async (): Promise<string> => {
    try {
      const isRefreshed = refreshToken !== undefined
      const response = isRefreshed
        ? await oauth.refreshTokenGrantRequest(server, client, clientAuth, refreshToken as string, options)
        : await oauth.clientCredentialsGrantRequest(server, client, clientAuth, parameters, options)
      const answer = isRefreshed
        ? await oauth.processRefreshTokenResponse(server, client, response)
        : await oauth.processClientCredentialsResponse(server, client, response)
      refreshToken = answer.refresh_token ?? refreshToken
      const lifeMs = Math.max((answer.expires_in ?? 300) * 1000 - earlyMs, shortestLifeMs - earlyMs)
      token = { text: answer.access_token, until: Date.now() + lifeMs }
      return answer.access_token
    } catch (error) {
      const said =
        error instanceof oauth.ResponseBodyError
          ? `${error.error}: ${error.error_description ?? error.status}`
          : describeError(error)
      throw new SourceError('token_refused', `No token from ${new URL(config.token_url).host}: ${said}`, {
        mend: 'See that the id and the secret of the client are what it expects, and that the client may have the scope',
        cause: error,
      })
    }
  }
  return {
    headers: async () => {
      if (token && token.until > Date.now()) return { authorization: `Bearer ${token.text}` }
      // several requests at once ask for one token
      asked ??= ask().finally(() => {
        asked = undefined
      })
      return { authorization: `Bearer ${await asked}` }
    },
    renew: () => {
      token = undefined
      return true
    },
  }
}

export function readNeeded(env: NodeJS.ProcessEnv, name: string): string {
  const text = readSecret(env, name)
  if (text === '')
    throw new SourceError('secret_missing', `${name} is not set`, {
      mend: `Set it, or ${name}_FILE to the path of a file that holds it`,
    })
  return text
}
