import { createEffect, createSignal, For, on, onCleanup, Show } from 'solid-js'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import { withQuery } from '../lib/api.ts'
import { type ExceptionFilters, FACET_LABELS, FACETS, type Facet, SORTS } from '../lib/exception-filters.ts'
import { formatNumber } from '../lib/format.ts'
import { CellSelect } from './cell-select.tsx'

/** One cell per facet with what each choice would show, a text filter, grouping, order, and the list as CSV. */
export function FilterBar(props: { filters: ExceptionFilters; list: ExceptionList | undefined }) {
  const choices = (facet: Facet) => {
    const chosen = props.filters.text(facet)
    const values = (props.list?.facets[facet] ?? []).map((entry) => ({
      value: entry.value,
      label: entry.label,
      note: formatNumber(entry.cases),
    }))
    // a filter that leaves nothing must still be shown, or nobody could take it back
    if (chosen && !values.some((entry) => entry.value === chosen))
      values.unshift({ value: chosen, label: chosen, note: '0' })
    return [{ value: '', label: 'All' }, ...values]
  }
  return (
    <div class="bar wrap filters">
      <For each={FACETS}>
        {(facet) => (
          <CellSelect
            label={FACET_LABELS[facet]}
            choices={choices(facet)}
            value={props.filters.text(facet)}
            onChange={(value) => props.filters.set(facet, value)}
          />
        )}
      </For>
      <TextFilter value={props.filters.text('q')} onChange={(value) => props.filters.set('q', value)} />
      <Show when={props.filters.text('shared')}>
        {(shared) => (
          <div class="cell shared-filter">
            <span class="label">In common</span>
            <span title={shared()}>{shared()}</span>
          </div>
        )}
      </Show>
      <Show when={props.filters.active().length > 0}>
        <div class="cell plain">
          <button type="button" class="link nowrap" onClick={() => props.filters.clear()}>
            Clear filters
          </button>
        </div>
      </Show>
      <span class="spacer" />
      <div class="cell plain desk-only">
        <label class="check">
          <input
            type="checkbox"
            checked={props.filters.grouped()}
            onChange={(event) => props.filters.set('group', event.currentTarget.checked ? '' : 'off')}
          />
          Group by cause <kbd>G</kbd>
        </label>
      </div>
      <CellSelect
        label="Sort by"
        choices={SORTS.map(({ value, label }) => ({ value, label }))}
        value={props.filters.sort().value}
        onChange={(value) => props.filters.set('by', value === 'amount' ? '' : value)}
      />
      <div class="cell plain last">
        <a
          class="nowrap"
          href={withQuery('/api/exceptions.csv', { ...props.filters.query(), limit: '' })}
          download="exceptions.csv"
          rel="external"
        >
          CSV
        </a>
      </div>
    </div>
  )
}

function TextFilter(props: { value: string; onChange: (value: string) => void }) {
  const [text, setText] = createSignal(props.value)
  createEffect(on(() => props.value, setText, { defer: true }))
  let timer: ReturnType<typeof setTimeout> | undefined
  onCleanup(() => clearTimeout(timer))
  return (
    <div class="cell text-filter">
      <label class="label" for="text-filter">
        Key, item or order
      </label>
      <input
        id="text-filter"
        class="bare"
        type="text"
        placeholder="contains …"
        autocomplete="off"
        spellcheck={false}
        value={text()}
        onInput={(event) => {
          const value = event.currentTarget.value
          setText(value)
          clearTimeout(timer)
          timer = setTimeout(() => props.onChange(value.trim()), 250)
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
      />
    </div>
  )
}
