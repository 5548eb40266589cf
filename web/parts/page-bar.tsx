import { type JSX, Show } from 'solid-js'
import { AsOf } from './as-of.tsx'

/** The head of a list page: its name, views beside it, and as of when it speaks. */
export function PageBar(props: {
  title: string
  children?: JSX.Element
  summary?: JSX.Element
  asOf: string | undefined
  zone?: string
}) {
  return (
    <div class="bar page-bar">
      <h1 class="cell page-title">{props.title}</h1>
      {props.children}
      <span class="spacer" />
      <Show when={props.summary}>
        <p class="summary">{props.summary}</p>
      </Show>
      <AsOf at={props.asOf} zone={props.zone} />
    </div>
  )
}
