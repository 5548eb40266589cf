import { createSignal } from 'solid-js'

export type Theme = 'light' | 'dark'

// public/theme.js has set the attribute before the first paint
const [theme, setSignal] = createSignal<Theme>(
  document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light',
)

export { theme }

const KEY = 'plumbline.theme'
const dark = matchMedia('(prefers-color-scheme: dark)')

function applyTheme(next: Theme): void {
  document.documentElement.dataset.theme = next
  setSignal(next)
}

/** Follows the system until somebody chooses; the system's own theme, once chosen again, is followed again. */
export function toggleTheme(): void {
  const next: Theme = theme() === 'dark' ? 'light' : 'dark'
  try {
    if (next === (dark.matches ? 'dark' : 'light')) localStorage.removeItem(KEY)
    else localStorage.setItem(KEY, next)
  } catch {
    // storage may be forbidden: the choice then lasts as long as the page
  }
  applyTheme(next)
}

dark.addEventListener('change', () => {
  let chosen: string | null = null
  try {
    chosen = localStorage.getItem(KEY)
  } catch {
    chosen = null
  }
  if (!chosen) applyTheme(dark.matches ? 'dark' : 'light')
})
