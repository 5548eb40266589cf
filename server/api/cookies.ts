import type { Context, HonoRequest } from 'hono'
import { deleteCookie, setCookie, setSignedCookie } from 'hono/cookie'

/** Keeps the word of a display between its visits, so that no screen on a wall asks for a password. */
export const displayCookie = 'plumbline_display'
/** Holds the word of a session, signed. */
export const sessionCookie = 'plumbline_session'

/** Whether the browser talks to us, or to what stands before us, over TLS. */
export const isSecure = (request: HonoRequest): boolean =>
  new URL(request.url).protocol === 'https:' || request.header('x-forwarded-proto') === 'https'

const optionsOf = (context: Context) =>
  ({ httpOnly: true, sameSite: 'Lax', path: '/', secure: isSecure(context.req) }) as const

/** Keeps a word in a cookie no script can read and no other site's page makes a browser send along; signed where a key is given. */
export async function keepCookie(
  context: Context,
  name: string,
  { value, signedBy, maxAgeS }: { value: string; signedBy?: string | undefined; maxAgeS: number },
): Promise<void> {
  const options = { ...optionsOf(context), maxAge: maxAgeS }
  if (signedBy === undefined) setCookie(context, name, value, options)
  else await setSignedCookie(context, name, value, signedBy, options)
}

export const dropCookie = (context: Context, name: string): void =>
  void deleteCookie(context, name, optionsOf(context))
