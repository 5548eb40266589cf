// Sets the theme before the first paint; a file of its own because the page allows no inline scripts.
;(() => {
  let chosen = null
  try {
    chosen = localStorage.getItem('plumbline.theme')
  } catch {
    chosen = null
  }
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  // a wall is dark whatever the room is
  if (location.pathname === '/wall') chosen = 'dark'
  document.documentElement.dataset.theme =
    chosen === 'dark' || chosen === 'light' ? chosen : dark ? 'dark' : 'light'
})()
