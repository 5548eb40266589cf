import { createSignal, For, Show } from 'solid-js'
import type { SavedView } from '../../server/api/schemas/saved-views.ts'
import { actor } from '../lib/actor.ts'
import { RequestError } from '../lib/api.ts'
import type { ExceptionFilters } from '../lib/exception-filters.ts'
import { focusFirst } from '../lib/focus.ts'
import { may } from '../lib/may.ts'
import { changeView, saveView } from '../lib/views.ts'
import { DialogFrame } from './dialog-frame.tsx'
import { openView } from './queue-views.tsx'

/** Keeps the list on screen under a name, and looks after those that are kept. */
export default function ViewsDialog(props: {
  open: boolean
  filters: ExceptionFilters
  views: SavedView[]
  onClose: () => void
}) {
  const [name, setName] = createSignal('')
  const [shared, setShared] = createSignal(false)
  const [problem, setProblem] = createSignal('')
  const attempt = async (work: () => Promise<void>) => {
    setProblem('')
    try {
      await work()
    } catch (error) {
      setProblem(error instanceof RequestError ? error.message : String(error))
    }
  }
  const save = () =>
    attempt(async () => {
      const slug = await saveView({ name: name(), query: props.filters.address(), shared: shared() })
      setName('')
      props.filters.change({ view: slug })
      props.onClose()
    })
  return (
    <DialogFrame open={props.open} title="Views" onClose={props.onClose}>
      <Show when={may('work')}>
        <form
          class="act-fields"
          ref={focusFirst}
          onSubmit={(event) => {
            event.preventDefault()
            void save()
          }}
        >
          <label>
            <span class="label">Keep the list on screen as</span>
            <input
              class="field"
              type="text"
              required
              data-first
              autocomplete="off"
              maxlength="60"
              value={name()}
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </label>
          <label class="check">
            <input
              type="checkbox"
              checked={shared()}
              onChange={(event) => setShared(event.currentTarget.checked)}
            />
            Others see it too
          </label>
          <p class="act-foot">
            <button type="submit" class="btn btn-main">
              Save view <kbd>Enter</kbd>
            </button>
          </p>
        </form>
      </Show>
      <Show when={problem()}>
        <p class="t-breach" role="alert">
          {problem()}
        </p>
      </Show>
      <ul class="kept">
        <For each={props.views} fallback={<li class="soft">None is kept yet.</li>}>
          {(view) => (
            <Kept
              view={view}
              filters={props.filters}
              onChange={(change) => void attempt(() => changeView(view.slug, change))}
              onOpen={() => {
                openView(props.filters, view)
                props.onClose()
              }}
            />
          )}
        </For>
      </ul>
    </DialogFrame>
  )
}

function Kept(props: {
  view: SavedView
  filters: ExceptionFilters
  onChange: (change: Parameters<typeof changeView>[1]) => void
  onOpen: () => void
}) {
  const isOwn = () => may('work') && props.view.owner === (actor() || 'operator')
  return (
    <li>
      <Show
        when={isOwn()}
        fallback={
          <span>
            {props.view.name} <span class="muted">of {props.view.owner}</span>
          </span>
        }
      >
        <input
          class="field"
          aria-label={`Name of the view ${props.view.name}`}
          value={props.view.name}
          maxlength="60"
          onChange={(event) => {
            const name = event.currentTarget.value.trim()
            if (name) props.onChange({ name })
          }}
        />
      </Show>
      <span class="kept-acts">
        <button type="button" class="link" onClick={() => props.onOpen()}>
          Open
        </button>
        <Show when={may('work')}>
          <button
            type="button"
            class="link"
            aria-pressed={props.view.is_start}
            onClick={() => props.onChange({ start: !props.view.is_start })}
          >
            {props.view.is_start ? '★ starts' : '☆ start with it'}
          </button>
        </Show>
        <Show when={isOwn()}>
          <button type="button" class="link" onClick={() => props.onChange({ shared: !props.view.shared })}>
            {props.view.shared ? 'Stop sharing' : 'Share'}
          </button>
          <button
            type="button"
            class="link"
            onClick={() => props.onChange({ query: props.filters.address() })}
          >
            Keep these filters
          </button>
          <button type="button" class="link t-breach" onClick={() => props.onChange({ deleted: true })}>
            Delete
          </button>
        </Show>
      </span>
    </li>
  )
}
