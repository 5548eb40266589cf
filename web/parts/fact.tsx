/** A ruled cell: label over value. */
export function Fact(props: { label: string; value: string; class?: string }) {
  return (
    <div>
      <span class="label">{props.label}</span>
      <div class={`v ${props.class ?? ''}`}>{props.value}</div>
    </div>
  )
}
