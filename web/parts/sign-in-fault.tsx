import { Show } from 'solid-js'
import { Shape } from './shape.tsx'

/** Why somebody is not in, and what mends it. */
export function SignInFault(props: { fault: { message: string; mend: string } | undefined }) {
  return (
    <div role="alert">
      <Show when={props.fault}>
        {(fault) => (
          <p class="fault">
            <Shape status="breach" />
            <span>
              <b>{fault().message.replace(/\.?$/, '.')}</b> {fault().mend}
            </span>
          </p>
        )}
      </Show>
    </div>
  )
}
