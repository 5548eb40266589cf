import { For, onMount, Show } from 'solid-js'
import { markLines } from '../lib/message-lines.ts'
import { Masked } from './masked.tsx'

/** The text of a message; what is wrong stands at the line it is about. */
export function MessageText(props: { body: string; reasons: readonly string[]; label: string }) {
  let box: HTMLElement | undefined
  // what is wrong is why somebody looks
  onMount(() => {
    const first = box?.querySelector<HTMLElement>('.wrong')
    if (box && first) box.scrollTop = first.offsetTop - box.offsetTop - box.clientHeight / 2
  })
  return (
    <section ref={box} class="message marked" tabindex="0" aria-label={props.label}>
      <For each={markLines(props.body, props.reasons)}>
        {(line) => (
          <div class={line.wrong.length > 0 ? 'wrong' : undefined}>
            <Masked text={line.text || ' '} />
            <Show when={line.wrong.length > 0}>
              <span class="why">
                <span class="sr"> wrong: </span>
                <Masked text={line.wrong.join('; ')} />
              </span>
            </Show>
          </div>
        )}
      </For>
    </section>
  )
}
