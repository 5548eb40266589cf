import { createEffect, createSignal, For, on, onCleanup, Show } from 'solid-js'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import { actor } from '../lib/actor.ts'
import { withQuery } from '../lib/api.ts'
import { type ExceptionFilters, FACET_LABELS, FACETS, type Facet, SORTS } from '../lib/exception-filters.ts'
import { formatNumber } from '../lib/format.ts'
import { statusOf } from './case-status.tsx'
import { CellSelect, type Choice } from './cell-select.tsx'
import { CurrencyCell } from './currency-cell.tsx'
import { FlowCell } from './flow-cell.tsx'

/** Shown when asked for, or when one of them is set. */
const RARE: Facet[] = ['check', 'class']
const DUE: Choice[] = [
  { value: '', label: 'Any time' },
  { value: 'late', label: 'Late' },
  { value: 'soon', label: 'Soon' },
  { value: 'forecast', label: 'Late at this pace' },
]
const SLEEPING: Choice[] = [
  { value: '', label: 'Left out' },
  { value: 'yes', label: 'Only' },
  { value: 'all', label: 'Shown' },
]

/** One cell per facet with what each choice would show, a text filter, grouping, order, and the list as CSV. */
export function FilterBar(props: { filters: ExceptionFilters; list: ExceptionList | undefined }) {
  const [isWide, setIsWide] = createSignal(false)
  const shown = () => FACETS.filter((facet) => isWide() || !RARE.includes(facet) || props.filters.text(facet))
  const choices = (facet: Facet): Choice[] => {
    const chosen = props.filters.text(facet)
    const values = (props.list?.facets[facet] ?? []).map((entry) => ({
      value: entry.value,
      label: labelOf(facet, entry.value, entry.label),
      note: formatNumber(entry.cases),
    }))
    if (facet === 'assignee') {
      const mine = values.find((entry) => entry.value === actor() && actor() !== '')
      values.unshift({ value: 'me', label: 'Me', note: mine?.note ?? '0' })
    }
    // a filter that leaves nothing must still be shown, or nobody could take it back
    if (chosen && !values.some((entry) => entry.value === chosen))
      values.unshift({ value: chosen, label: labelOf(facet, chosen, chosen), note: '0' })
    return [{ value: '', label: 'All' }, ...values]
  }
  return (
    <div class="bar wrap filters">
      <For each={shown()}>
        {(facet) => (
          <CellSelect
            label={FACET_LABELS[facet]}
            choices={choices(facet)}
            value={props.filters.text(facet)}
            onChange={(value) => props.filters.set(facet, value)}
          />
        )}
      </For>
      <CellSelect
        label="Due"
        choices={DUE}
        value={props.filters.text('due')}
        onChange={(value) => props.filters.set('due', value)}
      />
      <CellSelect
        label="Snoozed"
        choices={SLEEPING}
        value={props.filters.text('sleeping')}
        onChange={(value) => props.filters.set('sleeping', value)}
      />
      <FlowCell />
      <CurrencyCell plant={props.filters.text('plant')} />
      <TextFilter value={props.filters.text('q')} onChange={(value) => props.filters.set('q', value)} />
      <For each={['shared', 'root'] as const}>
        {(name) => (
          <Show when={props.filters.text(name)}>
            {(common) => (
              <div class="cell shared-filter">
                <span class="label">{name === 'shared' ? 'In common' : 'Group'}</span>
                <span title={common()}>{common()}</span>
              </div>
            )}
          </Show>
        )}
      </For>
      <div class="cell plain">
        <Show
          when={props.filters.active().length > 0}
          fallback={
            <button type="button" class="link nowrap" onClick={() => setIsWide((wide) => !wide)}>
              {isWide() ? 'Fewer' : 'More'} filters
            </button>
          }
        >
          <button type="button" class="link nowrap" onClick={() => props.filters.clear()}>
            Clear filters
          </button>
        </Show>
      </div>
      <span class="spacer" />
      <CellSelect
        label="Sort by"
        choices={SORTS.map(({ value, label }) => ({ value, label }))}
        value={props.filters.sort().value}
        onChange={(value) => props.filters.set('by', value === 'amount' ? '' : value)}
      />
      <div class="cell plain last">
        <a
          class="nowrap"
          href={withQuery('/api/exceptions.csv', props.filters.query())}
          download="exceptions.csv"
          rel="external"
        >
          CSV
        </a>
      </div>
    </div>
  )
}

const labelOf = (facet: Facet, value: string, label: string): string => {
  if (facet === 'status') return statusOf(value)
  if (facet === 'assignee' && value === '-') return 'Nobody'
  if (facet === 'cause' && value === '') return 'None known'
  return label
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
        onKeyDown={(event) => ['Escape', 'Enter'].includes(event.key) && event.currentTarget.blur()}
      />
    </div>
  )
}
