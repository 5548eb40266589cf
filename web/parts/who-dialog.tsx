import { createEffect, createSignal, on } from 'solid-js'
import { actor, nameActor } from '../lib/actor.ts'
import { focusFirst } from '../lib/focus.ts'
import { DialogFrame } from './dialog-frame.tsx'

/** Asks who is at this browser. */
export default function WhoDialog(props: { open: boolean; onClose: () => void }) {
  const [name, setName] = createSignal(actor())
  createEffect(
    on(
      () => props.open,
      () => setName(actor()),
    ),
  )
  return (
    <DialogFrame open={props.open} title="Who you are" onClose={props.onClose}>
      <form
        class="act-fields"
        ref={focusFirst}
        onSubmit={(event) => {
          event.preventDefault()
          nameActor(name().trim())
          props.onClose()
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
    </DialogFrame>
  )
}
