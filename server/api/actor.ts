import type { HonoRequest } from 'hono'

/** What is done in nobody's name. */
const nobody = 'operator'

/**
 * Who does it: the name that the request carries in `X-Plumbline-Actor`, percent-encoded. It is what they say of
 * themselves until people sign in.
 */
export function actorOf(request: HonoRequest): string {
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
