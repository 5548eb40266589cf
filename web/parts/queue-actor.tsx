import { Dialog } from '@kobalte/core/dialog'
import { createSignal } from 'solid-js'
import { actor, nameActor } from '../lib/actor.ts'
import { focusFirst } from '../lib/focus.ts'

/** Who is at this browser, as it stands beside what they do; to be changed by whoever sits down next. */
export function WhoAmI() {
  const [open, setOpen] = createSignal(false)
  const [name, setName] = createSignal(actor())
  return (
    <Dialog
      open={open()}
      onOpenChange={(to) => {
        setName(actor())
        setOpen(to)
      }}
    >
      <Dialog.Trigger class="head-cell who" title="Who you are">
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <circle cx="7" cy="4.4" r="2.8" fill="none" stroke="currentColor" stroke-width="1.4" />
          <path d="M1.6 13a5.4 5.4 0 0 1 10.8 0" fill="none" stroke="currentColor" stroke-width="1.4" />
        </svg>
        <span class="who-name">{actor() || 'Your name'}</span>
      </Dialog.Trigger>
      <Dialog.Portal>
        <Dialog.Overlay class="veil" />
        <div class="dialog-wrap">
          <Dialog.Content class="dialog act" onOpenAutoFocus={(event) => event.preventDefault()}>
            <Dialog.Title as="h2">Who you are</Dialog.Title>
            <form
              class="act-fields"
              ref={focusFirst}
              onSubmit={(event) => {
                event.preventDefault()
                nameActor(name().trim())
                setOpen(false)
              }}
            >
              <label>
                <span class="label">Your name, as it stands beside what you do</span>
                <input
                  class="field"
                  type="text"
                  data-first
                  autocomplete="name"
                  maxlength="80"
                  value={name()}
                  onInput={(event) => setName(event.currentTarget.value)}
                />
              </label>
              <p class="soft">It is kept in this browser, and is what you say of yourself.</p>
              <p class="act-foot">
                <button type="submit" class="btn btn-main">
                  Keep <kbd>Enter</kbd>
                </button>
              </p>
            </form>
          </Dialog.Content>
        </div>
      </Dialog.Portal>
    </Dialog>
  )
}

/** Asks in the form of an act who does it, of somebody who has not said so yet. */
export function ActorField() {
  return (
    <label>
      <span class="label">Your name, as it will stand beside what you do</span>
      <input
        class="field"
        type="text"
        required
        data-first
        autocomplete="name"
        maxlength="80"
        value={actor()}
        onChange={(event) => nameActor(event.currentTarget.value.trim())}
      />
    </label>
  )
}
