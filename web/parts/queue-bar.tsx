import { For, Show } from 'solid-js'
import { ACTS, type ActName } from '../lib/act.ts'
import { formatNumber } from '../lib/format.ts'

const OFFERED: ActName[] = [
  'assign',
  'comment',
  'snooze',
  'link',
  'resolve',
  'ask_accept',
  'acknowledge',
  'start',
]

/** What can be done to the cases that are selected; stands at the bottom while there are any. */
export function QueueBar(props: {
  count: number
  /** all that the filter matches, not only those on screen */
  isAll: boolean
  /** how many all would be */
  total: number
  onAct: (act: ActName) => void
  onReplay: () => void
  onAll: () => void
  onClear: () => void
}) {
  return (
    <section class="pick-bar" aria-label="What to do with the selection">
      <p role="status">
        <b>
          {props.isAll ? 'All ' : ''}
          {formatNumber(props.count)} {props.isAll ? 'that match' : 'selected'}
        </b>
        <Show when={!props.isAll && props.total > props.count}>
          <button type="button" class="link" onClick={() => props.onAll()}>
            All {formatNumber(props.total)} that match <kbd>*</kbd>
          </button>
        </Show>
      </p>
      <For each={ACTS.filter((one) => OFFERED.includes(one.act))}>
        {(one) => (
          <button type="button" onClick={() => props.onAct(one.act)}>
            {one.word} <kbd>{one.key === 'K' ? 'Shift K' : one.key.toUpperCase()}</kbd>
          </button>
        )}
      </For>
      <button type="button" onClick={() => props.onReplay()}>
        Send again <kbd>P</kbd>
      </button>
      <button type="button" class="clear" onClick={() => props.onClear()}>
        Clear <kbd>Esc</kbd>
      </button>
    </section>
  )
}
