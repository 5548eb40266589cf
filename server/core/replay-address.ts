import type { ReplayEndpoint } from './estate-replay-schema.ts'
import type { EstateFile } from './estate-schema.ts'
import { readSecret } from './settings.ts'

/** Where an integration is asked and what requests are signed with; or what of it is not there, in words. */
export type ReplayAddress = { address: string; secret: Buffer; missing?: undefined } | { missing: string }

/** Takes from the environment, or from the files it names, what a replay endpoint of the estate only names. */
export function readReplayAddress(
  endpoint: ReplayEndpoint,
  env: NodeJS.ProcessEnv = process.env,
): ReplayAddress {
  const address = endpoint.url ?? readSecret(env, endpoint.url_from as string)
  if (!URL.canParse(address)) return { missing: `${endpoint.url_from} holds no address` }
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(readSecret(env, endpoint.secret_from))?.[1]
  const secret = Buffer.from(key ?? '', 'base64')
  if (secret.length < 24)
    return {
      missing: `${endpoint.secret_from} holds no key; expected whsec_ and at least 24 random bytes in base64`,
    }
  return { address, secret }
}

/** The flows whose integration could not be asked here, and why: told before anybody wants to. */
export function listUnreachable(
  flows: EstateFile['flows'],
  env = process.env,
): { where: string; message: string }[] {
  return flows.flatMap(({ replay }, index) => {
    const { missing } = replay ? readReplayAddress(replay, env) : {}
    return missing ? [{ where: `flows[${index}].replay`, message: missing }] : []
  })
}
