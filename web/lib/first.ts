/**
 * The answers that come with the page: the server names them in its head, makes them while the page's parts are loaded,
 * and writes each at the page's end as it has it (server/api/pages.ts).
 */
const coming = new Set<string>(
  JSON.parse(document.querySelector<HTMLMetaElement>('meta[name="first-answers"]')?.content ?? '[]'),
)
/** An answer that was not asked for while it was new is no news any more. */
const newForMs = 10_000

const isLoading = () => document.readyState === 'loading'
function find(path: string): Element | null {
  const found = document.querySelector(`script[data-path="${CSS.escape(path)}"]`)
  // what stands behind it says that it is whole
  return found?.nextSibling || !isLoading() ? found : null
}

/** Takes an answer that came with the page, once; undefined when there is none, or none yet. */
export function takeFirst<T>(path: string): T | undefined {
  if (!coming.has(path) || performance.now() > newForMs) return undefined
  const found = find(path)
  if (!found) return undefined
  coming.delete(path)
  found.remove()
  return JSON.parse(found.textContent ?? 'null') as T
}

/** Waits for answers that are still coming with the page: all of them, or this one; at most so long. */
export function waitForFirst(paths: Iterable<string> = coming, most = newForMs): Promise<void> {
  const wanted = [...paths].filter((path) => coming.has(path))
  if (wanted.length === 0) return Promise.resolve()
  return new Promise((resolve) => {
    const look = () => {
      if (isLoading() && !wanted.every(find)) return
      watch.disconnect()
      document.removeEventListener('readystatechange', look)
      clearTimeout(timer)
      resolve()
    }
    const watch = new MutationObserver(look)
    const timer = setTimeout(() => {
      wanted.length = 0
      look()
    }, most)
    watch.observe(document.body, { childList: true })
    document.addEventListener('readystatechange', look)
    look()
  })
}
