import { createUniqueId, Show } from 'solid-js'
import { actor, nameActor } from '../lib/actor.ts'
import { signedIn } from '../lib/me.ts'

/** Asks who does it: once, kept by the browser, and said beside all they do. Nothing where that is who is signed in. */
export function ActorField(props: {
  /** the dialog begins with it */
  isFirst?: boolean
  /** its form waits for a name: each letter counts, not the name once it is whole */
  isLive?: boolean
}) {
  const id = createUniqueId()
  return (
    <Show when={signedIn() === undefined}>
      <label for={id}>
        <span class="label">Your name, as it will stand beside what you do</span>
        <input
          id={id}
          class="field"
          type="text"
          required
          data-first={props.isFirst}
          autocomplete="name"
          maxlength="80"
          value={actor()}
          onInput={(event) => props.isLive && nameActor(event.currentTarget.value)}
          onChange={(event) => nameActor(event.currentTarget.value.trim())}
        />
      </label>
    </Show>
  )
}
