import { Dialog } from '@kobalte/core/dialog'
import { createSignal, For } from 'solid-js'
import { shortcuts, useKeys } from '../lib/keys.ts'

/** All keys of the page on screen. */
export function HelpDialog() {
  const [open, setOpen] = createSignal(false)
  useKeys([{ key: '?', label: 'This help', run: () => setOpen(true) }])
  return (
    <Dialog open={open()} onOpenChange={setOpen}>
      <Dialog.Portal>
        <Dialog.Overlay class="veil" />
        <div class="dialog-wrap">
          <Dialog.Content class="dialog">
            <Dialog.Title as="h2">
              Keyboard
              <span class="spacer" />
              <Dialog.CloseButton class="link" aria-label="Close">
                <kbd>Esc</kbd>
              </Dialog.CloseButton>
            </Dialog.Title>
            <dl>
              <For each={shortcuts()}>
                {(one) => (
                  <>
                    <dt>
                      <kbd>{one.show ?? (one.key.length === 1 ? one.key.toUpperCase() : one.key)}</kbd>
                    </dt>
                    <dd>{one.label}</dd>
                  </>
                )}
              </For>
            </dl>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  )
}
