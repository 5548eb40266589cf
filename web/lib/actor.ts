import { createSignal } from 'solid-js'
import { signedIn } from './me.ts'

const STORED = 'plumbline-actor'

const read = (): string => {
  try {
    return localStorage.getItem(STORED) ?? ''
  } catch {
    return ''
  }
}
const [named, setNamed] = createSignal(read())

/**
 * The name of the person at this browser, as it stands beside what they do: of who is signed in, else the one they gave;
 * empty until they did.
 */
export const actor = (): string => signedIn() ?? named()

/** What is asked for before something is done that is kept with its reason. */
export const askedFirst = (): string =>
  signedIn() === undefined ? 'Give your name and a reason first.' : 'Give a reason first.'

/** Keeps the name for the next time, where the browser lets us. */
export function nameActor(name: string): void {
  setNamed(name)
  try {
    localStorage.setItem(STORED, name)
  } catch {
    // a browser that keeps nothing asks again
  }
}
