import { Show } from 'solid-js'
import { formatNumber } from '../lib/format.ts'

/** What has come and gone since the list was asked for; it stands beside the list, so that no row moves when it comes. */
export function QueueNews(props: { fresh: number; gone: number; onShow: () => void }) {
  const words = () =>
    [
      props.fresh > 0 ? `${formatNumber(props.fresh)} new` : '',
      props.gone > 0 ? `${formatNumber(props.gone)} shown no longer match` : '',
    ]
      .filter(Boolean)
      .join(', ')
  return (
    <p class="news" role="status">
      <Show when={words()}>
        {words()}
        <button type="button" class="link" onClick={() => props.onShow()}>
          Show <kbd>.</kbd>
        </button>
      </Show>
    </p>
  )
}
