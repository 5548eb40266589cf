import { Show } from 'solid-js'
import { formatNumber } from '../lib/format.ts'

/** Moves through a list that is fetched page by page, newest first; nothing when one page holds it all. */
export function Pager(props: {
  offset: number
  shown: number
  page: number
  total: number
  onMove: (offset: number) => void
}) {
  return (
    <Show when={props.total > props.page || props.offset > 0}>
      <p class="behind-pages">
        <button
          type="button"
          class="btn small"
          disabled={props.offset === 0}
          onClick={() => props.onMove(Math.max(0, props.offset - props.page))}
        >
          Newer
        </button>
        <span class="soft">
          {formatNumber(props.offset + 1)}–{formatNumber(props.offset + props.shown)} of{' '}
          {formatNumber(props.total)}
        </span>
        <button
          type="button"
          class="btn small"
          disabled={props.offset + props.page >= props.total}
          onClick={() => props.onMove(props.offset + props.page)}
        >
          Older
        </button>
      </p>
    </Show>
  )
}
