import { hash, verify } from '@node-rs/argon2'
import { PlumblineError } from '../core/errors.ts'

/** Argon2id with the memory, passes and lanes that OWASP's cheat sheet on password storage names first: 19 MiB, 2, 1. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
const least = 12
const most = 200

export const hashPassword = (password: string): Promise<string> => hash(password, cost)

/** Takes as long for somebody we don't know: whoever asks does not learn which names there are. */
export async function isPassword(kept: string, password: string): Promise<boolean> {
  if (kept !== '') return verify(kept, password)
  await hash(password, cost)
  return false
}

/**
 * Holds a password to NIST SP 800-63B: long, not a single letter over and over, nothing that is written on the door.
 * @throws PlumblineError `password_weak`, which says what to choose
 */
export function expectGood(password: string, { login, name }: { login: string; name: string }): void {
  const plain = password.toLowerCase()
  const onTheDoor = ['plumbline', login, ...name.split(/\s+/)]
    .map((word) => word.toLowerCase())
    .filter((word) => word.length >= 4)
  const rest = onTheDoor.reduce((text, word) => text.replaceAll(word, ''), plain)
  const fault =
    password.length < least
      ? `has ${password.length} characters`
      : password.length > most
        ? `has more than ${most} characters`
        : new Set(plain).size < 5
          ? 'says the same few letters again and again'
          : rest.length < 8
            ? 'is mostly a name'
            : /^(0?1234567890?|abcdefgh|qwert[yz]uiop)/.test(plain)
              ? 'follows the keyboard'
              : undefined
  if (fault)
    throw new PlumblineError('password_weak', `The password ${fault}`, {
      status: 422,
      where: 'password',
      mend: `Choose ${least} characters or more: four words that do not belong together are easy to keep.`,
    })
}
