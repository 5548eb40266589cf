import { postJson } from './api.ts'
import { wasJustIn } from './just-in.ts'

/** Signs out, here or everywhere, and leads to where people sign in. Resolves with what went wrong. */
export async function signOut(path: '/api/me/sign-out' | '/api/me/sign-out-everywhere'): Promise<string> {
  try {
    await postJson(path)
  } catch (error) {
    return `Not signed out: ${error instanceof Error ? error.message : String(error)}`
  }
  wasJustIn.forget()
  // not a page of the dashboard: what it has read goes with it
  location.assign('/sign-in')
  return ''
}
