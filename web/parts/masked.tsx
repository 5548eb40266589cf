import { For, Show } from 'solid-js'

const MASK = /\[personal: ([^\]]{1,80})\]/

/** A text with what was masked in it marked as such: hatched, and named by its kind. */
export function Masked(props: { text: string }) {
  // every second part is the kind of a mask
  const parts = () => props.text.split(MASK)
  return (
    <For each={parts()}>
      {(part, at) => (
        <Show when={at() % 2 === 1} fallback={part}>
          <span class="masked">personal: {part}</span>
        </Show>
      )}
    </For>
  )
}

/** Says that what is shown is not all: only where something was masked. */
export function MaskedNote(props: { of: unknown }) {
  return (
    <Show when={MASK.test(JSON.stringify(props.of))}>
      <p class="masked-note">
        <span class="masked">personal: …</span> What is about people is masked for you; who may operate sees
        it.
      </p>
    </Show>
  )
}
