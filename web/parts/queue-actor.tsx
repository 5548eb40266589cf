import { createSignal, Show } from 'solid-js'
import { actor } from '../lib/actor.ts'
import { later } from '../lib/later.tsx'
import { signedIn } from '../lib/me.ts'

const WhoDialog = later(() => import('./who-dialog.tsx'))
const MeMenu = later<{ name: string }>(
  () => import('./me-menu.tsx'),
  (props) => (
    <span class="head-cell who">
      <WhoMark name={props.name} />
    </span>
  ),
)

/**
 * Who is at this browser, as it stands beside what they do: whoever is signed in, with what concerns them; where nobody
 * signs in a name, to be changed by whoever sits down next.
 */
export function WhoAmI() {
  return (
    <Show when={signedIn()} fallback={<OwnWord />}>
      {(name) => <MeMenu name={name()} />}
    </Show>
  )
}

function OwnWord() {
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
        <WhoMark name={actor() || 'Your name'} />
      </button>
      <WhoDialog open={open()} onClose={() => setOpen(false)} />
    </>
  )
}

/** A head and shoulders, and a name where there is room for it. */
export function WhoMark(props: { name: string }) {
  return (
    <>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <circle cx="7" cy="4.4" r="2.8" fill="none" stroke="currentColor" stroke-width="1.4" />
        <path d="M1.6 13a5.4 5.4 0 0 1 10.8 0" fill="none" stroke="currentColor" stroke-width="1.4" />
      </svg>
      <span class="who-name">{props.name}</span>
    </>
  )
}
