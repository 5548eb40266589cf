import { useNavigate } from '@solidjs/router'
import { createEffect, createSignal, For, on, onCleanup, Show } from 'solid-js'
import type { SearchResult } from '../../server/api/schemas/sources.ts'
import { useKeys } from '../lib/keys.ts'
import { ask, dataOf } from '../lib/queries.ts'

const KINDS: Record<SearchResult['results'][number]['kind'], string> = {
  exception: 'Exception',
  trace: 'Trace',
  key: 'Key',
  item: 'Item',
  lot: 'Lot',
  partner: 'Partner',
  order: 'Order',
  shipment: 'Delivery',
  invoice: 'Invoice',
  movement: 'Movement',
}

/** Finds an exception, a key, an item or a trace; a combobox worked by keyboard. */
export function SearchBox() {
  const navigate = useNavigate()
  let input: HTMLInputElement | undefined
  const [text, setText] = createSignal('')
  const [asked, setAsked] = createSignal('')
  const [open, setOpen] = createSignal(false)
  const [cursor, setCursor] = createSignal(0)
  let timer: ReturnType<typeof setTimeout> | undefined
  createEffect(
    on(text, (value) => {
      clearTimeout(timer)
      timer = setTimeout(() => setAsked(value.trim()), 150)
    }),
  )
  onCleanup(() => clearTimeout(timer))
  const answer = ask<SearchResult>(
    [],
    () => ({ path: '/api/search', query: { q: asked() } }),
    () => ({ enabled: asked().length > 0 }),
  )
  const results = () => (asked() ? (dataOf(answer)?.results ?? []) : [])
  createEffect(on(asked, () => setCursor(0)))

  useKeys([
    {
      key: '/',
      label: 'Search',
      run: () => {
        input?.focus()
        input?.select()
      },
    },
  ])

  const leave = () => {
    setOpen(false)
    setText('')
    input?.blur()
  }
  const go = (index: number) => {
    const found = results()[index]
    if (!found) return
    leave()
    navigate(found.href)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const count = results().length
    if (event.key === 'ArrowDown') setCursor((at) => (count ? (at + 1) % count : 0))
    else if (event.key === 'ArrowUp') setCursor((at) => (count ? (at - 1 + count) % count : 0))
    else if (event.key === 'Enter') go(cursor())
    else if (event.key === 'Escape') leave()
    else return
    event.preventDefault()
  }

  return (
    <div class="search head-cell">
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <circle cx="6" cy="6" r="4.4" fill="none" stroke="currentColor" stroke-width="1.4" />
        <path d="m9.4 9.4 3.4 3.4" stroke="currentColor" stroke-width="1.4" />
      </svg>
      <input
        ref={input}
        type="text"
        role="combobox"
        aria-label="Search orders, items, traces and exceptions"
        aria-expanded={open() && asked() !== ''}
        aria-controls="search-results"
        aria-activedescendant={open() && results().length ? `search-${cursor()}` : undefined}
        autocomplete="off"
        spellcheck={false}
        placeholder="Order, item, trace, exception"
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value)
          setOpen(true)
        }}
        onFocus={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
      />
      <kbd>/</kbd>
      <Show when={open() && asked() !== ''}>
        <div class="results" id="search-results" role="listbox" aria-label="Found">
          <For
            each={results()}
            fallback={
              <div class="none">
                {answer.isError
                  ? `Search failed: ${answer.error?.message}`
                  : answer.isFetching
                    ? 'Searching'
                    : `Nothing found for “${asked()}”`}
              </div>
            }
          >
            {(result, index) => (
              // biome-ignore lint/a11y/useFocusableInteractive: the input keeps the focus and names the active one
              <div
                id={`search-${index()}`}
                role="option"
                class="found"
                tabindex={-1}
                aria-selected={index() === cursor()}
                onMouseDown={(event) => {
                  event.preventDefault()
                  go(index())
                }}
                onMouseMove={() => setCursor(index())}
              >
                <span class="kind">{KINDS[result.kind]}</span>
                <span class="what">{result.title}</span>
                <span class="detail">{result.detail}</span>
              </div>
            )}
          </For>
        </div>
      </Show>
    </div>
  )
}
