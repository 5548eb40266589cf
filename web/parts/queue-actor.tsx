import { createSignal } from 'solid-js'
import { actor, nameActor } from '../lib/actor.ts'
import { later } from '../lib/later.tsx'

const WhoDialog = later(() => import('./who-dialog.tsx'))

/** Who is at this browser, as it stands beside what they do; to be changed by whoever sits down next. */
export function WhoAmI() {
  const [open, setOpen] = createSignal(false)
  return (
    <>
      <button
        type="button"
        class="head-cell who"
        title="Who you are"
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <circle cx="7" cy="4.4" r="2.8" fill="none" stroke="currentColor" stroke-width="1.4" />
          <path d="M1.6 13a5.4 5.4 0 0 1 10.8 0" fill="none" stroke="currentColor" stroke-width="1.4" />
        </svg>
        <span class="who-name">{actor() || 'Your name'}</span>
      </button>
      <WhoDialog open={open()} onClose={() => setOpen(false)} />
    </>
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
