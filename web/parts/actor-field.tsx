import { actor, nameActor } from '../lib/actor.ts'

/** Who does it: asked once, kept by the browser, and said beside all they do. */
export function ActorField(props: { id: string; label?: string; isFirst?: boolean }) {
  return (
    <label for={props.id}>
      <span class="label">{props.label ?? 'Your name'}</span>
      <input
        id={props.id}
        class="field"
        type="text"
        required
        data-first={props.isFirst}
        autocomplete="name"
        maxlength="80"
        value={actor()}
        onInput={(event) => nameActor(event.currentTarget.value)}
      />
    </label>
  )
}
