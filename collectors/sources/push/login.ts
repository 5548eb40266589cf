import type { BrokerConfig } from '../../../server/core/estate-broker-schema.ts'
import { readNeeded } from '../http/auth.ts'

/** How we say who we are to a broker, and whose word counts for it: read anew for each connection. */
export function readLogin(
  { login, tls }: Pick<BrokerConfig, 'login' | 'tls'>,
  env: NodeJS.ProcessEnv = process.env,
): { user?: string; password?: string; ca?: string; cert?: string; key?: string } {
  const read = <Name extends string>(name: Name, from: string | undefined) =>
    (from === undefined ? {} : { [name]: readNeeded(env, from) }) as { [key in Name]?: string }
  return {
    ...(login?.user !== undefined && { user: login.user }),
    ...read('user', login?.user_from),
    ...read('password', login?.password_from),
    ...read('ca', tls?.ca_from),
    ...read('cert', tls?.cert_from),
    ...read('key', tls?.key_from),
  }
}
