import { For, Show } from 'solid-js'

/** A unified diff: what goes is marked with −, what comes with +, so that colour only repeats it. */
export function CorrectionDiff(props: { diff: string; label: string }) {
  const lines = () =>
    props.diff
      .split('\n')
      .filter((line) => !/^(Index:|=====|--- |\+\+\+ |\\ No newline)/.test(line) && line !== '')
  const kindOf = (line: string) =>
    line.startsWith('+')
      ? 'came'
      : line.startsWith('-')
        ? 'went'
        : line.startsWith('@@')
          ? 'place'
          : undefined
  return (
    <Show when={props.diff} fallback={<p class="soft">Nothing is changed: it is sent as it came.</p>}>
      <section class="diff" tabindex="0" aria-label={props.label}>
        <For each={lines()}>
          {(line) => <div class={kindOf(line)}>{line.startsWith('@@') ? '…' : line}</div>}
        </For>
      </section>
    </Show>
  )
}
