import { Dialog } from '@kobalte/core/dialog'
import { For } from 'solid-js'
import { shortcuts } from '../lib/keys.ts'

/** All keys of the page on screen, in a dialog. */
export default function HelpKeys(props: { open: boolean; onOpen: (open: boolean) => void }) {
  return (
    <Dialog open={props.open} onOpenChange={props.onOpen}>
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
