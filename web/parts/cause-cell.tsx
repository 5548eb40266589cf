/** The head of a column of these. */
export const CAUSE_HEAD = 'Cause, or what differs'

/** Why two sides disagree, as the queue says it; how they do while nobody knows why. */
export function CauseCell(props: { of: { cause_title: string; class_title: string } }) {
  const both = () => [props.of.cause_title, props.of.class_title].filter(Boolean).join(': ')
  return (
    <td class="cut soft" classList={{ muted: props.of.cause_title === '' }} title={both()}>
      {props.of.cause_title || props.of.class_title}
    </td>
  )
}
