import { For } from 'solid-js'
import type { Permission } from '../../server/core/permissions.ts'
import { may } from '../lib/may.ts'

const HINTS: [keys: string[], words: string, needs?: Permission][] = [
  [['J', 'K'], 'move'],
  [['X'], 'select', 'work'],
  [['Space'], 'preview'],
  [['Enter'], 'open'],
  [['A'], 'assign', 'work'],
  [['C'], 'comment', 'work'],
  [['S'], 'snooze', 'work'],
  [['R'], 'resolve', 'work'],
  [['E'], 'accept', 'work'],
  [['B'], 'by cause'],
  [['F'], 'filter'],
  [['/'], 'search'],
]

/** The keys of the queue, at its foot. */
export function QueueHints() {
  return (
    <footer class="key-bar desk-only">
      <For each={HINTS.filter(([, , needs]) => needs === undefined || may(needs))}>
        {([keys, words]) => (
          <span>
            <For each={keys}>
              {(key) => (
                <>
                  <kbd>{key}</kbd>{' '}
                </>
              )}
            </For>
            {words}
          </span>
        )}
      </For>
      <span class="spacer" />
      <span>
        <kbd>?</kbd> all shortcuts
      </span>
    </footer>
  )
}
