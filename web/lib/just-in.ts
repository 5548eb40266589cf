const STORED = 'plumbline.signed-in'
/** Who is back at the page to sign in so soon was not let in. */
const soonMs = 10_000

/** Remembers for this tab that somebody has just signed in: asked again at once, they are told why. */
export const wasJustIn = {
  set: (): void => {
    try {
      sessionStorage.setItem(STORED, String(Date.now()))
    } catch {
      // a browser that keeps nothing says nothing, either
    }
  },
  is: (): boolean => {
    try {
      return Date.now() - Number(sessionStorage.getItem(STORED) ?? 0) < soonMs
    } catch {
      return false
    }
  },
  forget: (): void => {
    try {
      sessionStorage.removeItem(STORED)
    } catch {
      // nothing was kept
    }
  },
}
