import { Dialog } from '@kobalte/core/dialog'
import { Show } from 'solid-js'
import type { AlertRow } from '../../server/api/schemas/alerts.ts'
import { actor } from '../lib/actor.ts'
import { leaveAlert, takeAlert, taking } from '../lib/alert-acknowledge.ts'
import { focusFirst } from '../lib/focus.ts'
import { may } from '../lib/may.ts'
import { ActorField } from './actor-field.tsx'

/** The button that takes an alert on; its page has the dialog, too. */
export function AlertAcknowledge(props: { alert: AlertRow; main?: boolean }) {
  const isBusy = () => taking()?.isBusy && taking()?.alert.fingerprint === props.alert.fingerprint
  return (
    <Show when={may('respond') && props.alert.status === 'firing'}>
      <button
        type="button"
        class={props.main ? 'btn btn-main' : 'btn small'}
        disabled={isBusy()}
        aria-label={props.main ? undefined : `Acknowledge ${props.alert.title}`}
        onClick={() => void takeAlert(props.alert)}
      >
        Acknowledge
        <Show when={props.main}>
          <kbd>A</kbd>
        </Show>
      </button>
    </Show>
  )
}

/** Asks who takes an alert on, and says why it could not be; whoever is known and succeeds does not see it. */
export function AlertAcknowledgeDialog() {
  const isAsked = () => {
    const now = taking()
    return now !== undefined && (now.asksName || now.problem !== '')
  }
  return (
    <Dialog open={isAsked()} onOpenChange={(open) => !open && leaveAlert()}>
      <Dialog.Portal>
        <Dialog.Overlay class="veil" />
        <div class="dialog-wrap">
          <Dialog.Content class="dialog act" onOpenAutoFocus={(event) => event.preventDefault()}>
            <Dialog.Title as="h2">
              Acknowledge <span class="soft cut">{taking()?.alert.title}</span>
              <span class="spacer" />
              <Dialog.CloseButton class="link" aria-label="Close">
                <kbd>Esc</kbd>
              </Dialog.CloseButton>
            </Dialog.Title>
            <form
              ref={focusFirst}
              onSubmit={(event) => {
                event.preventDefault()
                const now = taking()
                if (now) void takeAlert(now.alert)
              }}
            >
              <Show when={taking()?.asksName}>
                <div class="act-fields">
                  <ActorField isFirst />
                </div>
              </Show>
              <Show when={taking()?.problem}>
                <p class="t-breach" role="alert">
                  Not acknowledged: {taking()?.problem}
                </p>
              </Show>
              <p class="act-foot">
                <button
                  type="submit"
                  class="btn btn-main"
                  data-first={!taking()?.asksName}
                  disabled={taking()?.isBusy}
                >
                  {taking()?.problem ? 'Acknowledge again' : 'Acknowledge'} <kbd>Enter</kbd>
                </button>
                <Show when={!taking()?.asksName}>
                  <span class="muted">as {actor()}</span>
                </Show>
              </p>
            </form>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  )
}
