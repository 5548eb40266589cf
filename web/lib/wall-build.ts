const key = 'plumbline.wall.build'
const own = document.querySelector<HTMLMetaElement>('meta[name="build"]')?.content ?? ''

/**
 * Loads the page again when the server has a newer one: nobody stands before a wall to do it. Once for each build, and
 * only while the server has the page, since a browser that finds none stays with its own.
 */
export function loadNewBuild(build: string): void {
  if (build === '' || own === '' || build === own) return
  try {
    if (sessionStorage.getItem(key) === build) return
    sessionStorage.setItem(key, build)
  } catch {
    // where nothing can be kept it is loaded again at most as often as an answer says so
  }
  void fetch(location.href).then((page) => {
    if (page.ok) location.reload()
    else forget()
  }, forget)
}

/** The next answer tries it again. */
function forget(): void {
  try {
    sessionStorage.removeItem(key)
  } catch {
    // nothing was kept
  }
}
