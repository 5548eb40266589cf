import type { Context } from 'hono'
import { Hono } from 'hono'
import { getSignedCookie } from 'hono/cookie'
import type { Errand } from '../access/single-sign-on.ts'
import { PlumblineError } from '../core/errors.ts'
import { allowancesOf } from '../core/grants.ts'
import { auditOf } from './audited.ts'
import type { ApiContext } from './context.ts'
import { dropCookie, isSecure, keepCookie } from './cookies.ts'
import { beginSession } from './sign-in.ts'

const errandCookie = 'plumbline_errand'
/** As long as somebody may take at the provider. */
const errandS = 600
const returnPath = '/sign-in/single/return'

/** To the provider of single sign-on and back. What goes wrong is said on the page to sign in. */
export function singleSignOnRoutes(context: ApiContext) {
  const { access, estate } = context
  const { single } = access
  if (!single) return new Hono()
  const fail = (c: Context, error: unknown, to: string) => {
    const code = error instanceof PlumblineError ? error.code : 'fault'
    access.trail.note({ ...auditOf(c), act: 'sign_in.single', object: '', outcome: 'refused', details: code })
    if (!(error instanceof PlumblineError)) throw error
    const back = to === '/' ? '' : `&to=${encodeURIComponent(to)}`
    return c.redirect(`/sign-in?failed=${code}${back}`, 303)
  }
  return new Hono()
    .get('/sign-in/single', async (c) => {
      const to = readTo(c.req.query('to'))
      try {
        const { url, errand } = await single.begin(
          originOf(context, c) + returnPath,
          readTo(c.req.query('to')),
        )
        await keepCookie(c, errandCookie, {
          value: JSON.stringify(errand),
          signedBy: access.signingKey,
          maxAgeS: errandS,
        })
        return c.redirect(url.href, 303)
      } catch (error) {
        return fail(c, error, to)
      }
    })
    .get(returnPath, async (c) => {
      let to = '/'
      try {
        const kept = await getSignedCookie(c, access.signingKey, errandCookie)
        dropCookie(c, errandCookie)
        if (!kept)
          throw new PlumblineError('sign_in_lost', 'This browser did not begin to sign in', { status: 401 })
        const errand = JSON.parse(kept) as Errand
        to = errand.to
        const { search } = new URL(c.req.url)
        const person = await single.finish(new URL(originOf(context, c) + returnPath + search), errand)
        if (person.is_disabled)
          throw new PlumblineError('person_disabled', 'An admin keeps this person out', { status: 403 })
        if (allowancesOf(estate, person.groups).length === 0)
          throw new PlumblineError('no_group', 'None of the groups of this person may use Plumbline', {
            status: 403,
          })
        await beginSession(context, c, person, {
          ...auditOf(c),
          act: 'sign_in.single',
          object: person.login,
        })
        return c.redirect(errand.to, 303)
      } catch (error) {
        return fail(c, error, to)
      }
    })
}

/** A path of our own, and nothing that a browser takes for another site's address. */
const readTo = (to = '/'): string => (/^\/(?![/\\])[^\r\n\t\\]*$/.test(to) ? to : '/')

/** The address people open: as the settings say, or as this browser did. */
function originOf({ publicUrl }: ApiContext, c: Context): string {
  if (publicUrl) return publicUrl
  const { host } = new URL(c.req.url)
  return `${isSecure(c.req) ? 'https' : 'http'}://${host}`
}
