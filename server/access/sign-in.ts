import { RateLimiterMemory } from 'rate-limiter-flexible'
import { PlumblineError } from '../core/errors.ts'
import type { Person } from './book.ts'
import { isPassword } from './passwords.ts'
import type { People } from './people.ts'

/** So many wrong passwords for one name, and it is locked for a while. */
const mostWrong = 10
const lockedS = 15 * 60
/** So many from one address: a list of names and passwords that somebody tries. */
const mostOfAddress = 50

/** Who signs in with a name and a password. */
export type PasswordDoor = ReturnType<typeof createPasswordDoor>

export function createPasswordDoor(people: People) {
  const ofName = new RateLimiterMemory({ points: mostWrong, duration: lockedS })
  const ofAddress = new RateLimiterMemory({ points: mostOfAddress, duration: lockedS })
  const nameOf = (login: string) => login.toLowerCase()
  const waits = async (limiter: RateLimiterMemory, key: string) => {
    const found = await limiter.get(key)
    return found && found.remainingPoints <= 0 ? Math.ceil(found.msBeforeNext / 1000) : 0
  }
  return {
    /**
     * The person whose name and password these are.
     * @throws PlumblineError `sign_in_failed`, which does not say what of it is wrong; `sign_in_locked` with the seconds
     *   until it is tried again
     */
    enter: async (login: string, password: string, address: string): Promise<Person> => {
      const locked = Math.max(await waits(ofName, nameOf(login)), await waits(ofAddress, address))
      if (locked > 0)
        throw new PlumblineError(
          'sign_in_locked',
          `Too many wrong passwords; try again in ${Math.ceil(locked / 60)} min`,
          {
            status: 429,
            where: 'login',
            mend: 'Or ask whoever administers Plumbline for a new link: it opens at once.',
            retryAfterS: locked,
          },
        )
      const person = people.findLogin(login)
      const isRight = await isPassword(person?.password ?? '', password)
      if (person && isRight && !person.is_disabled) {
        await ofName.delete(nameOf(login))
        return person
      }
      await Promise.all([ofName.penalty(nameOf(login), 1), ofAddress.penalty(address, 1)])
      throw new PlumblineError('sign_in_failed', 'The name or the password is not right', {
        status: 401,
        where: 'password',
      })
    },
    /** Opens a name that was locked: somebody has chosen a new password. */
    unlock: (login: string) => ofName.delete(nameOf(login)),
  }
}
