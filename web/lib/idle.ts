import { createSignal } from 'solid-js'

const [isIdle, setIsIdle] = createSignal(false)

/** Whether the page has been drawn and the browser had time since: what nobody can use at once is drawn plainly until then. */
export { isIdle }

/** Begins to wait for that; called once the page stands. */
export function noticeIdle(): void {
  const settle = () => setIsIdle(true)
  if ('requestIdleCallback' in window) requestIdleCallback(settle, { timeout: 500 })
  // Safari has none
  else setTimeout(settle, 200)
}
