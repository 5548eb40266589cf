import type { HonoRequest } from 'hono'
import { identityOf } from '../core/identity.ts'

/** What is done in nobody's name. */
const nobody = 'operator'

/**
 * Who does it: the person who is signed in, or the name of the token. Where nobody signs in, it is what they say of
 * themselves: the name in `X-Plumbline-Actor`, percent-encoded.
 */
export function actorOf(request: HonoRequest): string {
  const identity = identityOf(request.raw)
  if (identity && identity.kind !== 'loopback' && identity.id !== '') return identity.name
  const header = request.header('x-plumbline-actor') ?? ''
  let name = header
  try {
    name = decodeURIComponent(header)
  } catch {
    // as it was written, then
  }
  // control characters would break logs and tables
  const clean = name.replace(/\p{C}/gu, '').trim().slice(0, 80)
  // our own steps go by this name
  return clean === '' || clean === 'plumbline' ? nobody : clean
}
