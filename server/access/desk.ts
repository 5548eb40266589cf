import type { Store } from '../../sql/store.ts'
import { PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'
import { readSecret } from '../core/settings.ts'
import { type AuditTrail, openAuditTrail } from './audit-trail.ts'
import { openBook, type Person } from './book.ts'
import { createPeople, type People } from './people.ts'
import { createSessions, type Sessions } from './sessions.ts'
import { createPasswordDoor, type PasswordDoor } from './sign-in.ts'
import { createSingleSignOn, type SingleSignOn } from './single-sign-on.ts'
import { createTokens, type Tokens } from './tokens.ts'

/** Who may come in, and what is written down of it. */
export type AccessDesk = {
  people: People
  list(): ReturnType<typeof listPeople>
  sessions: Sessions
  door: PasswordDoor
  tokens: Tokens
  trail: AuditTrail
  /** Where people sign in at a provider, too */
  single: SingleSignOn | undefined
  /** What session cookies are signed with */
  signingKey: string
  /** Resolves when all there is to say is written down. */
  close(): Promise<void>
}

/** Opens the desk on what the store has of people, tokens and the trail. */
export async function openAccessDesk(options: {
  estate: Estate
  store: Store
  signingKey: string
}): Promise<AccessDesk> {
  const { estate, store, signingKey } = options
  const { idle, longest } = estate.access.sign_in ?? { idle: 0, longest: 0 }
  const book = await openBook(store, longest)
  const people = createPeople(estate, book)
  const oidc = estate.access.sign_in?.oidc
  const tokens = createTokens(estate, book, people)
  const trail = await openAuditTrail(store)
  return {
    people,
    list: () => listPeople([...book.people.values()]),
    sessions: createSessions(book, { idle, longest }),
    door: createPasswordDoor(people),
    tokens,
    trail,
    single: oidc && createSingleSignOn(oidc, readClientSecret(oidc.client_secret_from), people),
    signingKey,
    close: async () => {
      await tokens.settle()
      await trail.close()
    },
  }
}

/** @throws PlumblineError `secret_missing` when the variable that the estate names is not set */
function readClientSecret(name: string | undefined): string {
  if (name === undefined) return ''
  const secret = readSecret(process.env, name)
  if (secret !== '') return secret
  throw new PlumblineError('secret_missing', `${name} is not set; single sign-on expects its secret there`, {
    where: name,
    mend: 'Set it, or the same name with _FILE and the path of a file.',
  })
}

/** People as they may be shown: nothing of their secrets. */
const listPeople = (all: readonly Person[]) =>
  all
    .map(({ id, login, name, groups, issuer, password, invited, is_disabled, made_at }) => ({
      id,
      login,
      name,
      groups: [...groups],
      issuer,
      is_disabled,
      made_at,
      invited_until: password === '' && issuer === '' ? (invited?.until ?? null) : null,
    }))
    .sort((a, b) => a.name.localeCompare(b.name))
