import { createSignal, type JSX } from 'solid-js'
import { copyText } from '../lib/copy.ts'
import { focusSoon } from '../lib/focus.ts'

/** A secret that is shown this once, with the way to copy it; it stays until somebody says that they have it. */
export function SecretOnce(props: {
  /** what it is */
  title: string
  secret: string
  /** what it is for, and until when */
  children: JSX.Element
  onDone: () => void
}) {
  const [said, setSaid] = createSignal('')
  let field: HTMLInputElement | undefined
  const copy = async () => {
    if (await copyText(props.secret)) return setSaid('Copied.')
    field?.select()
    setSaid('This browser lets no page copy: it is selected, copy it by hand.')
  }
  return (
    <section class="secret" aria-label={props.title}>
      <h3>
        <b>{props.title}</b> is shown this once. Only its digest is kept: whoever loses it needs a new one.
      </h3>
      <p class="secret-line">
        <input
          class="field mono"
          type="text"
          readonly
          spellcheck={false}
          aria-label={props.title}
          value={props.secret}
          ref={field}
          onFocus={(event) => event.currentTarget.select()}
        />
        <button type="button" class="btn btn-main" ref={focusSoon} onClick={() => void copy()}>
          Copy
        </button>
        <button type="button" class="btn" onClick={() => props.onDone()}>
          I have it
        </button>
      </p>
      <div class="soft">{props.children}</div>
      <p class="muted" role="status">
        {said()}
      </p>
    </section>
  )
}
