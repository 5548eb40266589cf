import type { HonoRequest } from 'hono'
import { parseSigned } from 'hono/utils/cookie'
import type { AccessDesk } from '../access/desk.ts'
import type { Estate } from '../core/estate.ts'
import { allowancesOf } from '../core/grants.ts'
import type { Identity } from '../core/identity.ts'
import { displayCookie, sessionCookie } from './cookies.ts'
import { type Recogniser, readToken } from './recognise.ts'

/**
 * Who is signed in, or shows a token made here; what is none of either is asked of `others`, which know the tokens of the
 * environment.
 */
export function recognisePeople(
  { people, sessions, tokens, signingKey }: AccessDesk,
  estate: Estate,
  others: Recogniser,
): Recogniser {
  const signsIn = estate.access.sign_in !== undefined
  const renewals = new WeakMap<Request, string>()
  const signed = async (request: HonoRequest, name: string): Promise<string> => {
    const header = request.header('cookie') ?? ''
    return header.includes(name) ? (await parseSigned(header, signingKey, name))[name] || '' : ''
  }
  const findSession = async (request: HonoRequest): Promise<Identity | undefined> => {
    const found = signsIn ? await sessions.find(await signed(request, sessionCookie)) : undefined
    if (!found) return undefined
    const { id, person, renewed } = found
    if (renewed) renewals.set(request.raw, renewed)
    return {
      kind: 'person',
      id: person.id,
      name: people.nameOf(person),
      allowances: allowancesOf(estate, person.groups),
      session: id,
    }
  }
  return {
    recognise: async (request) => {
      const shown = readToken(request.header('authorization') ?? '')
      if (shown.startsWith('plb_')) return tokens.recognise(shown)
      return (
        (await findSession(request)) ??
        (await tokens.display(await signed(request, displayCookie))) ??
        others.recognise(request)
      )
    },
    keepDisplay: async (request) => {
      const shown = request.query('token') ?? ''
      const fresh = shown.startsWith('plb_d_') ? await tokens.recognise(shown) : undefined
      if (fresh?.kind === 'display') return { value: fresh.id, signedBy: signingKey, isShown: true }
      const kept = await signed(request, displayCookie)
      if (await tokens.display(kept)) return { value: kept, signedBy: signingKey, isShown: false }
      return others.keepDisplay(request)
    },
    renewal: (request) => renewals.get(request.raw),
    ...(signsIn && { signInAt: '/sign-in' }),
  }
}
