// What can't wait for the parts of the page; a file of its own because the page allows no inline scripts.

// the theme, before the first paint
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('plumbline.theme')
  } catch {
    chosen = null
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme =
    chosen === 'dark' || chosen === 'light' ? chosen : dark ? 'dark' : 'light'
})()

// The first rows of the queue, which many have open all day: asked for while the parts are on their way. lib/api.ts takes
// the answer when the page asks the same; when it asks something else, nobody does.
if (location.pathname === '/exceptions' && !location.search) {
  const path = '/api/exceptions?sleeping=no&sort=amount&order=desc&facets=no&limit=50'
  globalThis.plumblineFirst = { path, answer: fetch(path, { headers: { accept: 'application/json' } }) }
  // whoever takes it is told of a failure; when nobody does, there is nobody to tell
  globalThis.plumblineFirst.answer.catch(() => undefined)
}
