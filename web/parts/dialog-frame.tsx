import { Dialog } from '@kobalte/core/dialog'
import type { JSX } from 'solid-js'
import { focusBack } from '../lib/focus.ts'

/** A dialog over the page: what it is about, Esc to leave it, and the keys of the page again once it is gone. */
export function DialogFrame(props: {
  open: boolean
  title: JSX.Element
  onClose: () => void
  children: JSX.Element
}) {
  return (
    <Dialog open={props.open} onOpenChange={(open) => !open && props.onClose()}>
      <Dialog.Portal>
        <Dialog.Overlay class="veil" />
        <div class="dialog-wrap">
          <Dialog.Content
            class="dialog act"
            onOpenAutoFocus={(event) => event.preventDefault()}
            onCloseAutoFocus={focusBack}
          >
            <Dialog.Title as="h2">
              {props.title}
              <span class="spacer" />
              <Dialog.CloseButton class="link" aria-label="Close">
                <kbd>Esc</kbd>
              </Dialog.CloseButton>
            </Dialog.Title>
            {props.children}
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  )
}
