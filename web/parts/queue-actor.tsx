import { createSignal } from 'solid-js'
import { actor } from '../lib/actor.ts'
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
