import { ActorField } from './actor-field.tsx'

/** Who does it and why: both are kept with what is done. */
export function ActorFields(props: {
  id: string
  reason: string
  onReason: (text: string) => void
  /** what the reason is given for: "Reason for the correction" */
  label: string
}) {
  return (
    <div class="work-fields">
      <ActorField isLive />
      <label for={`${props.id}-reason`} class="grow">
        <span class="label">{props.label}</span>
        <input
          id={`${props.id}-reason`}
          class="field"
          type="text"
          autocomplete="off"
          maxlength="1000"
          value={props.reason}
          onInput={(event) => props.onReason(event.currentTarget.value)}
        />
      </label>
    </div>
  )
}
