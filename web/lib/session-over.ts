import { signedIn } from './me.ts'
import { writeSignIn } from './where-to.ts'

let isLeaving = false

/** Whether an answer says that the session of whoever is at this page is over. */
export const isSessionOver = (status: number, code: string | undefined): boolean =>
  status === 401 && code === 'unauthorized' && signedIn() !== undefined

/**
 * Leads to where people sign in, and from there back to this page; once, however many answers say so. Never resolves: the
 * page goes, and nothing on it has anything more to say.
 */
export function leaveForSignIn(): Promise<never> {
  if (!isLeaving) location.replace(writeSignIn(location))
  isLeaving = true
  return new Promise(() => undefined)
}
