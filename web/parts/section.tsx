import { type JSX, Show } from 'solid-js'

/** A ruled section: a line, its title, what it counts, and where more of it is. */
export function Section(props: {
  title: JSX.Element
  sub?: JSX.Element
  more?: JSX.Element
  class?: string
  label?: string
  children: JSX.Element
}) {
  return (
    <section class={`section ${props.class ?? ''}`} aria-label={props.label}>
      <header class="section-head">
        <h2>{props.title}</h2>
        <Show when={props.sub}>
          <span class="sub">{props.sub}</span>
        </Show>
        <Show when={props.more}>
          <span class="more">{props.more}</span>
        </Show>
      </header>
      {props.children}
    </section>
  )
}
