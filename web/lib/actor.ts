import { createSignal } from 'solid-js'

const STORED = 'plumbline-actor'

const read = (): string => {
  try {
    return localStorage.getItem(STORED) ?? ''
  } catch {
    return ''
  }
}
const [actor, setActor] = createSignal(read())

/** The name of the person at this browser, as it stands beside what they do; empty until they gave one. */
export { actor }

/** Keeps the name for the next time, where the browser lets us. */
export function nameActor(name: string): void {
  setActor(name)
  try {
    localStorage.setItem(STORED, name)
  } catch {
    // a browser that keeps nothing asks again
  }
}
