import { type Accessor, For, type JSX, Show } from 'solid-js'

/** The name of a column; of one with figures, which stand to the right, as `{ r: name }`. */
export type Head = string | { r: string }

const nameOf = (head: Head) => (typeof head === 'string' ? head : head.r)

/** A table with a line for each row, which scrolls for itself where it is too wide; or why it has none. */
export function ListTable<Row>(props: {
  label: string
  head: Head[]
  rows: readonly Row[]
  /** in its place when there are no rows; its head alone when absent */
  empty?: JSX.Element
  /** of what scrolls */
  class?: string
  children: (row: Row, index: Accessor<number>) => JSX.Element
}) {
  return (
    <Show when={props.rows.length > 0 || props.empty === undefined} fallback={props.empty}>
      <section class={`scroll-x ${props.class ?? ''}`} tabindex="0" aria-label={props.label}>
        <table class="table">
          <thead>
            <tr>
              <For each={props.head}>
                {(head) => <th class={typeof head === 'string' ? undefined : 'r'}>{nameOf(head)}</th>}
              </For>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>{props.children}</For>
          </tbody>
        </table>
      </section>
    </Show>
  )
}
