import { Show } from 'solid-js'
import { Shape } from './shape.tsx'

/** Says before anybody tries that an integration can't be asked, and what is missing. */
export function ReplayMissing(props: { missing: string }) {
  return (
    <Show when={props.missing}>
      <p class="replay-missing">
        <Shape status="unknown" /> <b>Its integration cannot be asked:</b> {props.missing}. Set it, or the
        same name with _FILE, and start again.
      </p>
    </Show>
  )
}
