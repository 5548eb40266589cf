import { randomUUID } from 'node:crypto'
import { PlumblineError } from '../core/errors.ts'
import type { Estate } from '../core/estate.ts'
import type { Book, Person } from './book.ts'
import { expectGood, hashPassword } from './passwords.ts'
import { hashSecret, isSameHash, newSecret } from './secrets.ts'

/** A link that lets somebody choose a password is good for a day. */
const inviteMs = 24 * 3_600_000

/** People as those who administer see them: lets somebody in, in which groups, and out again. */
export type People = ReturnType<typeof createPeople>

export function createPeople(estate: Estate, book: Book) {
  const find = (id: string): Person => {
    const person = book.people.get(id)
    if (person) return person
    throw new PlumblineError('person_unknown', `There is no person ${id}`, { status: 404, where: 'person' })
  }
  const known = new Set(estate.access.grants.flatMap((grant) => grant.group))
  const expectGroups = (groups: readonly string[]) => {
    const unknown = groups.filter((group) => !known.has(group))
    if (unknown.length > 0)
      throw new PlumblineError(
        'group_unknown',
        `"${unknown.join('", "')}" is in no grant of the estate; expected some of ${[...known].join(', ')}`,
        { status: 422, where: 'groups' },
      )
  }
  /**
   * What somebody is called beside what they do. Where two have one name their logins tell them apart: that another
   * person has said the second word is told by this.
   */
  const nameOf = ({ id, name, login }: Person): string =>
    [...book.people.values()].some((other) => other.id !== id && other.name === name)
      ? `${name} (${login})`
      : name
  const findLogin = (login: string) =>
    [...book.people.values()].find(
      (each) => each.issuer === '' && each.login.toLowerCase() === login.toLowerCase(),
    )
  const invite = async (id: string, given: Pick<Person, 'login' | 'name' | 'groups'>, actor: string) => {
    const code = newSecret()
    const until = new Date(Date.now() + inviteMs).toISOString()
    const { login, name, groups } = given
    const body = { login, name, groups: [...groups], code_hash: hashSecret(code), until }
    await book.write('person_invited', id, actor, body)
    return { id, code, until }
  }

  const invitedBy = async (code: string): Promise<Person> => {
    await book.refresh()
    const hash = hashSecret(code)
    const person = [...book.people.values()].find(
      ({ invited }) => invited && isSameHash(invited.code_hash, hash),
    )
    if (person && Date.parse(person.invited?.until ?? '') > Date.now() && !person.is_disabled) return person
    throw new PlumblineError('invitation_unknown', 'This link was used, or is older than a day', {
      status: 404,
      where: 'code',
      mend: 'Ask whoever administers Plumbline for a new one.',
    })
  }

  return {
    find,
    findLogin,
    nameOf,
    /** Whose invitation a code is; @throws PlumblineError `invitation_unknown` for one that was used or is too old */
    invitedBy,
    /** Whether nobody can sign in with a password yet. */
    isEmpty: () => ![...book.people.values()].some((each) => each.issuer === '' && each.password !== ''),
    /**
     * Lets somebody in: whoever has the code chooses the password.
     * @throws PlumblineError `login_taken`, `group_unknown`
     */
    invite: async (given: { login: string; name: string; groups: string[] }, actor: string) => {
      expectGroups(given.groups)
      if (findLogin(given.login))
        throw new PlumblineError('login_taken', `"${given.login}" is the name of somebody already`, {
          status: 409,
          where: 'login',
          mend: 'Give them a new link in the list of people.',
        })
      return invite(randomUUID(), given, actor)
    },
    /** A new way in for somebody who has lost theirs; the old password counts until they chose another. */
    inviteAgain: async (id: string, actor: string) => {
      const person = find(id)
      if (person.issuer !== '')
        throw new PlumblineError('person_elsewhere', `${person.name} signs in with ${person.issuer}`, {
          status: 409,
          mend: 'They get a new password there.',
        })
      return invite(id, person, actor)
    },
    /**
     * Chooses a password with the code of an invitation; all sessions they had are over.
     * @throws PlumblineError `invitation_unknown` for a code that was used or is too old, `password_weak`
     */
    join: async (code: string, password: string): Promise<Person> => {
      const person = await invitedBy(code)
      expectGood(password, person)
      await book.write('person_joined', person.id, person.name, { password: await hashPassword(password) })
      return find(person.id)
    },
    move: async (id: string, groups: string[], actor: string) => {
      find(id)
      expectGroups(groups)
      await book.write('person_moved', id, actor, { groups })
    },
    disable: async (id: string, actor: string) => {
      find(id)
      await book.write('person_disabled', id, actor, {})
    },
    enable: async (id: string, actor: string) => {
      find(id)
      await book.write('person_enabled', id, actor, {})
    },
    /** Forgets somebody: they are signed out, and nothing of theirs opens anything any more. */
    erase: async (id: string, actor: string) => {
      find(id)
      await book.write('person_erased', id, actor, {})
    },
    signOut: async (id: string, actor: string) => {
      find(id)
      await book.write('person_signed_out', id, actor, {})
    },
    /** Somebody the provider of single sign-on has sent, as it describes them. */
    meet: async (met: { issuer: string; subject: string; login: string; name: string; groups: string[] }) => {
      const id = hashSecret(`${met.issuer} ${met.subject}`).slice(0, 32)
      const { issuer, login, name, groups } = met
      const before = book.people.get(id)
      const isSame =
        before?.login === login && before.name === name && before.groups.join('\n') === groups.join('\n')
      if (!isSame) await book.write('person_met', id, name, { login, name, groups, issuer })
      return find(id)
    },
  }
}
