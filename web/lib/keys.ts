import { createSignal, onCleanup, onMount } from 'solid-js'
import type { Permission } from '../../server/core/permissions.ts'
import { may } from './may.ts'

export interface Shortcut {
  /** as KeyboardEvent.key: lower case for letters, upper case with Shift; " " for space; "g o" for one after the other */
  key: string
  /** what the help dialog says */
  label: string
  /** how the key is written, when not the key itself */
  show?: string
  /** what somebody must be allowed for it; a key of somebody who is not does nothing, and is not told of */
  needs?: Permission
  run: (event: KeyboardEvent) => void
}

const [all, setAll] = createSignal<Shortcut[]>([])

/** The keys that do something now, for whoever is here. */
export const shortcuts = (): Shortcut[] => all().filter(({ needs }) => needs === undefined || may(needs))

/** Keys of a page while it is shown. Not while somebody types, and not with Ctrl, Alt or Meta. */
export function useKeys(list: Shortcut[]): void {
  onMount(() => setAll((before) => [...before, ...list]))
  onCleanup(() => setAll((before) => before.filter((one) => !list.includes(one))))
}

const WIDGETS = 'input, textarea, select, [contenteditable], [role="listbox"], [role="dialog"], [role="menu"]'

/** How long the second of two keys is waited for. */
const PAIR_MS = 1500

/** Listens once for the whole application. */
export function listenForKeys(): () => void {
  let first = ''
  let timer: ReturnType<typeof setTimeout> | undefined
  const onKey = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.altKey || event.metaKey) return
    const target = event.target as HTMLElement
    if (target.closest(WIDGETS)) return
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key
    if (key === 'Shift') return
    // Enter and Space belong to whatever link or button has the focus
    if ((key === 'Enter' || key === ' ') && target.closest('a, button, summary')) return
    const before = first
    first = ''
    clearTimeout(timer)
    const find = (name: string) => shortcuts().findLast((one) => one.key === name)
    const found = before ? find(`${before} ${key}`) : (find(event.key) ?? find(key))
    if (!found && !before && shortcuts().some((one) => one.key.startsWith(`${key} `))) {
      first = key
      timer = setTimeout(() => {
        first = ''
      }, PAIR_MS)
      event.preventDefault()
    }
    if (!found) return
    event.preventDefault()
    found.run(event)
  }
  document.addEventListener('keydown', onKey)
  return () => document.removeEventListener('keydown', onKey)
}
