import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PlumblineError } from '../core/errors.ts'

/**
 * What cookies are signed with: the secret of the environment, or one of this data folder, made when it is first needed.
 * @throws PlumblineError `setting_invalid` for one that is too short to be worth anything
 */
export function readSigningKey(folder: string, given: string): string {
  if (given !== '') {
    if (given.length >= 32) return given
    throw new PlumblineError('setting_invalid', 'PLUMBLINE_SESSION_KEY is too short', {
      where: 'PLUMBLINE_SESSION_KEY',
      mend: 'Give 32 characters or more that nobody can guess, such as `openssl rand -base64 32` writes.',
    })
  }
  const path = join(folder, 'session.key')
  if (!existsSync(path))
    writeFileSync(path, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx' })
  return readFileSync(path, 'utf8').trim()
}
