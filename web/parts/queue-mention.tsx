import { createSignal, For, Show } from 'solid-js'

const SHOWN = 6

/** A text in which @ offers the names of people seen so far. */
export function MentionField(props: {
  label: string
  value: string
  people: string[]
  isRequired: boolean
  isFirst: boolean
  onInput: (text: string) => void
}) {
  let area: HTMLTextAreaElement | undefined
  const [begun, setBegun] = createSignal<string>()
  const [cursor, setCursor] = createSignal(0)
  const found = () => {
    const text = begun()
    if (text === undefined) return []
    return props.people.filter((name) => name.toLowerCase().startsWith(text.toLowerCase())).slice(0, SHOWN)
  }
  const look = () => {
    const before = area?.value.slice(0, area.selectionStart) ?? ''
    setBegun(/(?:^|\s)@([\p{L}\p{N}.'-]*(?: [\p{L}\p{N}.'-]*)?)$/u.exec(before)?.[1])
    setCursor(0)
  }
  const take = (name: string | undefined) => {
    if (!area || !name) return
    const at = area.selectionStart
    const start = area.value.lastIndexOf('@', at - 1)
    const text = `${area.value.slice(0, start)}@${name} ${area.value.slice(at)}`
    props.onInput(text)
    area.value = text
    area.selectionStart = area.selectionEnd = start + name.length + 2
    setBegun(undefined)
    area.focus()
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const count = found().length
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      area?.form?.requestSubmit()
    } else if (count === 0) return
    else if (event.key === 'ArrowDown') setCursor((at) => (at + 1) % count)
    else if (event.key === 'ArrowUp') setCursor((at) => (at - 1 + count) % count)
    else if (event.key === 'Enter' || event.key === 'Tab') take(found()[cursor()])
    else if (event.key === 'Escape') setBegun(undefined)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <div class="mention">
      <label>
        <span class="label">{props.label}</span>
        <textarea
          ref={area}
          class="field"
          rows="3"
          required={props.isRequired}
          data-first={props.isFirst}
          maxlength="4000"
          value={props.value}
          aria-autocomplete="list"
          aria-controls={found().length > 0 ? 'mention-names' : undefined}
          onInput={(event) => {
            props.onInput(event.currentTarget.value)
            look()
          }}
          onKeyDown={onKeyDown}
          onBlur={() => setBegun(undefined)}
        />
      </label>
      <Show when={found().length > 0}>
        <ul class="names" id="mention-names" aria-label="People">
          <For each={found()}>
            {(name, index) => (
              <li>
                <button
                  type="button"
                  tabindex={-1}
                  classList={{ on: index() === cursor() }}
                  onMouseDown={(event) => {
                    event.preventDefault()
                    take(name)
                  }}
                >
                  {name}
                </button>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </div>
  )
}

/** A text with the people it names as chips: those known, else the word after the sign. */
export function Mentions(props: { text: string; people: string[] }) {
  const parts = () => {
    const names = [...props.people]
      .sort((a, b) => b.length - a.length)
      .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    return props.text.split(new RegExp(`(@(?:${[...names, '[\\p{L}\\p{N}._-]+'].join('|')}))`, 'u'))
  }
  return (
    <For each={parts()}>
      {(part, index) => (index() % 2 === 1 ? <span class="mention-chip">{part}</span> : part)}
    </For>
  )
}
