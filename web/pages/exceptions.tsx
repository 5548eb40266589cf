import { useNavigate } from '@solidjs/router'
import { createEffect, createSignal, For, Show } from 'solid-js'
import type { ExceptionList } from '../../server/api/schemas/exceptions.ts'
import { useExceptionFilters } from '../lib/exception-filters.ts'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useTitle } from '../lib/title.ts'
import { Incomplete, NoExceptions } from '../parts/exception-empty.tsx'
import { FilterBar } from '../parts/exception-filters.tsx'
import { ExceptionPreview } from '../parts/exception-preview.tsx'
import { ExceptionTable } from '../parts/exception-table.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { QueueSkeleton } from '../parts/skeletons.tsx'
import { Panel } from '../parts/states.tsx'

const STATES = [
  { value: 'open', label: 'Open' },
  { value: 'closed', label: 'Closed' },
  { value: 'all', label: 'All' },
]

/** The queue: what to work on, worst first. */
export default function ExceptionsPage() {
  const navigate = useNavigate()
  const filters = useExceptionFilters()
  useTitle(() => 'Exceptions')
  const answer = ask<ExceptionList>(
    ['exceptions'],
    () => ({ path: '/api/exceptions', query: filters.query() }),
    () => ({ every: 60_000 }),
  )
  const list = () => dataOf(answer)
  const [cursor, setCursor] = createSignal<number>()
  const [preview, setPreview] = createSignal(false)
  let visible: number[] = []

  const move = (step: number) => {
    const at = visible.indexOf(cursor() ?? -1)
    const next = visible[at < 0 ? 0 : Math.min(visible.length - 1, Math.max(0, at + step))]
    if (next === undefined) return
    setCursor(next)
    document.getElementById(`case-${next}`)?.scrollIntoView({ block: 'nearest' })
  }
  // a case that left the list takes the cursor with it
  createEffect(() => {
    const number = cursor()
    if (number !== undefined && list() && !list()?.rows.some((row) => row.number === number))
      setCursor(undefined)
  })
  useKeys([
    { key: 'j', label: 'Next case', run: () => move(1) },
    { key: 'k', label: 'Previous case', run: () => move(-1) },
    {
      key: ' ',
      show: 'Space',
      label: 'Preview',
      run: () => {
        if (cursor() === undefined) move(0)
        setPreview((shown) => !shown)
      },
    },
    {
      key: 'Enter',
      label: 'Open the case',
      run: () => cursor() !== undefined && navigate(`/exceptions/${cursor()}`),
    },
    {
      key: 'g',
      label: 'Group by cause',
      run: () => filters.set('group', filters.grouped() ? 'off' : ''),
    },
    { key: 'f', label: 'Filter by text', run: () => document.getElementById('text-filter')?.focus() },
    {
      key: 'Escape',
      show: 'Esc',
      label: 'Close the preview, then leave the row',
      run: () => (preview() ? setPreview(false) : setCursor(undefined)),
    },
  ])

  return (
    <>
      <PageBar
        title="Exceptions"
        asOf={list()?.as_of}
        summary={
          <Show when={list()}>
            {(data) => (
              <>
                <b>{formatNumber(data().total)}</b>{' '}
                {filters.active().length > 0 ? `of ${formatNumber(data().unfiltered_total)} ` : ''}
                {filters.state() === 'all' ? 'cases' : filters.state()},{' '}
                <b class="num">{formatMoney(data().amount_total, data().currency)}</b> at risk
              </>
            )}
          </Show>
        }
      >
        <nav class="views" aria-label="State">
          <For each={STATES}>
            {(state) => (
              <button
                type="button"
                aria-pressed={filters.state() === state.value}
                onClick={() => filters.set('state', state.value === 'open' ? '' : state.value)}
              >
                {state.label}
              </button>
            )}
          </For>
        </nav>
      </PageBar>
      <FilterBar filters={filters} list={list()} />
      <main
        id="main"
        tabindex="-1"
        class="queue-page"
        classList={{ split: preview() && cursor() !== undefined }}
      >
        <div class="queue-list">
          <Panel answer={answer} what="The exceptions" skeleton={<QueueSkeleton />}>
            {(data) => (
              <>
                <Incomplete list={data()} />
                <Show
                  when={data().rows.length > 0}
                  fallback={<NoExceptions list={data()} filters={filters} />}
                >
                  <ExceptionTable
                    list={data()}
                    grouped={filters.grouped()}
                    byAmount={filters.sort().sort === 'amount'}
                    cursor={cursor()}
                    onCursor={(number, byHand) => {
                      setCursor(number)
                      if (byHand && matchMedia('(max-width: 760px)').matches)
                        navigate(`/exceptions/${number}`)
                      else if (byHand) setPreview(true)
                    }}
                    onShowClass={(name) => filters.set('class', name)}
                    onVisible={(numbers) => {
                      visible = numbers
                    }}
                  />
                  <Show when={data().total > data().rows.length}>
                    <p class="ghost-note">
                      The first {formatNumber(data().rows.length)} of {formatNumber(data().total)} are shown;
                      filter to see the others, or take the CSV.
                    </p>
                  </Show>
                </Show>
              </>
            )}
          </Panel>
        </div>
        <Show when={preview() && cursor()}>
          {(number) => <ExceptionPreview number={number()} onClose={() => setPreview(false)} />}
        </Show>
      </main>
      <footer class="key-bar desk-only">
        <span>
          <kbd>J</kbd> <kbd>K</kbd> move
        </span>
        <span>
          <kbd>Space</kbd> preview
        </span>
        <span>
          <kbd>Enter</kbd> open
        </span>
        <span>
          <kbd>G</kbd> group
        </span>
        <span>
          <kbd>F</kbd> filter
        </span>
        <span>
          <kbd>/</kbd> search
        </span>
        <span class="spacer" />
        <span>
          <kbd>?</kbd> all shortcuts
        </span>
      </footer>
    </>
  )
}
