import { For, Show } from 'solid-js'
import type { ExceptionStanding } from '../../server/api/schemas/exceptions.ts'
import type { SavedView } from '../../server/api/schemas/saved-views.ts'
import { actor } from '../lib/actor.ts'
import type { ExceptionFilters } from '../lib/exception-filters.ts'
import { formatNumber } from '../lib/format.ts'
import { TABS, writeQuery } from '../lib/views.ts'

/** The lists to choose from: those that are always there, with their counts, then those kept under a name. */
export function ViewTabs(props: {
  filters: ExceptionFilters
  standing: ExceptionStanding | undefined
  views: SavedView[]
  onManage: () => void
}) {
  const here = () => writeQuery(props.filters.address())
  const isOf = (query: Record<string, string> | string) => here() === writeQuery(query)
  return (
    <nav class="views" aria-label="Views">
      <For each={TABS}>
        {(tab) => (
          <button
            type="button"
            aria-pressed={!props.filters.text('view') && isOf(tab.query)}
            onClick={() => props.filters.replaceAll(tab.query)}
          >
            {tab.name}
            <Show when={tab.count && props.standing}>
              {(standing) => <span class="count">{formatNumber(tab.count?.(standing()) ?? 0)}</span>}
            </Show>
          </button>
        )}
      </For>
      <For each={props.views}>
        {(view) => (
          <button
            type="button"
            aria-pressed={props.filters.text('view') === view.slug}
            title={view.owner === actor() ? 'Yours' : `Shared by ${view.owner}`}
            onClick={() => openView(props.filters, view)}
          >
            {view.name}
            <Show when={props.filters.text('view') === view.slug && !isOf(view.query)}>
              <span class="count">changed</span>
            </Show>
          </button>
        )}
      </For>
      <button type="button" class="link" onClick={() => props.onManage()}>
        Views <kbd>V</kbd>
      </button>
    </nav>
  )
}

/** Its filters stand in the address too: whoever gets it sees the same, whatever becomes of the view. */
export const openView = (filters: ExceptionFilters, view: SavedView): void =>
  filters.replaceAll({ ...Object.fromEntries(new URLSearchParams(view.query)), view: view.slug })
