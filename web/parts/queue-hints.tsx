import { For } from 'solid-js'

const HINTS: [keys: string[], words: string][] = [
  [['J', 'K'], 'move'],
  [['X'], 'select'],
  [['Space'], 'preview'],
  [['Enter'], 'open'],
  [['A'], 'assign'],
  [['C'], 'comment'],
  [['S'], 'snooze'],
  [['R'], 'resolve'],
  [['E'], 'accept'],
  [['B'], 'by cause'],
  [['F'], 'filter'],
  [['/'], 'search'],
]

/** The keys of the queue, at its foot. */
export function QueueHints() {
  return (
    <footer class="key-bar desk-only">
      <For each={HINTS}>
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
