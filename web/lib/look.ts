import { theme } from './theme.ts'

const TOKENS = [
  'paper',
  'ink',
  'ink-2',
  'ink-3',
  'rule',
  'rule-2',
  'rule-ink',
  'accent',
  'ok',
  'ok-bar',
  'watch',
  'breach',
  'breach-text',
  'unk',
  'hatch',
  'unk-1',
  'ghost',
  'fill',
  'fill-2',
  'raise',
] as const

/** The tokens of the theme on screen, for what CSS cannot reach: charts. */
export type Look = Record<(typeof TOKENS)[number], string>

/** Reads the tokens; inside a memo it is read again when the theme changes. */
export function readLook(): Look {
  theme()
  const style = getComputedStyle(document.documentElement)
  return Object.fromEntries(TOKENS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()])) as Look
}
