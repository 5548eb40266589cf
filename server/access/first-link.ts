import { PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'
import type { People } from './people.ts'

/**
 * The link of whoever comes in first: somebody of the groups that may administer. Made at each start until somebody has
 * a password; there is no default one. With a name it is a new link for that person: the way back when the last admin has
 * lost theirs and stands before the machine.
 * @returns undefined when nobody needs one
 * @throws PlumblineError `person_unknown` when there is nobody of that name
 */
export async function makeFirstLink(
  estate: Estate,
  people: People,
  login: string,
): Promise<{ login: string; code: string; until: string } | undefined> {
  if (!estate.access.sign_in?.local) return undefined
  if (login !== '') {
    const person = people.findLogin(login)
    if (!person)
      throw new PlumblineError('person_unknown', `Nobody signs in as "${login}"`, {
        where: 'PLUMBLINE_INVITE',
        mend: 'Name somebody who has been invited, or leave it unset.',
      })
    return { login, ...(await people.inviteAgain(person.id, 'plumbline')) }
  }
  if (!people.isEmpty()) return undefined
  const first = people.findLogin('admin')
  const groups = [
    ...new Set(estate.access.grants.flatMap((each) => (each.role === 'admin' ? each.group : []))),
  ]
  const made = first
    ? await people.inviteAgain(first.id, 'plumbline')
    : await people.invite({ login: 'admin', name: 'Administrator', groups }, 'plumbline')
  return { login: 'admin', ...made }
}
