import { createSignal, For, Show } from 'solid-js'
import type { TokenRow } from '../../server/api/schemas/access.ts'
import type { Role } from '../../server/core/permissions.ts'
import { ROLE_ABOUT, ROLE_WORDS } from '../lib/access.ts'
import { postJson } from '../lib/api.ts'
import { focusFirst } from '../lib/focus.ts'
import { inDays, LASTS, TOKEN_WORDS } from '../lib/token-words.ts'
import { problemWords } from './confirm-dialog.tsx'
import { everywhere, ReachFields, type Ticked, toReach } from './reach-fields.tsx'

export type Made = { id: string; name: string; token: string; until: string | null }

/** Makes a token, a wall or a key: what it is called, what it may, where and how long. */
export function TokenForm(props: {
  kind: TokenRow['kind']
  /** those that a key may be of */
  sources: string[]
  onMade: (made: Made) => void
  onLeave: () => void
}) {
  const words = () => TOKEN_WORDS[props.kind]
  const lasts = () => LASTS[props.kind]
  const [name, setName] = createSignal('')
  const [role, setRole] = createSignal<Role>('viewer')
  const [days, setDays] = createSignal(props.kind === 'token' ? '90' : '')
  const [source, setSource] = createSignal('')
  const [perMinute, setPerMinute] = createSignal('')
  const [ticked, setTicked] = createSignal<Ticked>(everywhere)
  const [problem, setProblem] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const make = async () => {
    setBusy(true)
    setProblem('')
    try {
      const made = await postJson<Omit<Made, 'name'>>('/api/access/tokens', {
        kind: props.kind,
        name: name().trim(),
        reach: toReach(ticked()),
        expires_at: inDays(days()),
        ...(props.kind === 'token' && { role: role() }),
        ...(props.kind === 'key' && { per_minute: Number(perMinute() || 0), source: source() }),
      })
      props.onMade({ ...made, name: name().trim() })
    } catch (error) {
      setProblem(problemWords(error))
    } finally {
      setBusy(false)
    }
  }
  return (
    <form
      class="access-form"
      ref={focusFirst}
      onSubmit={(event) => {
        event.preventDefault()
        void make()
      }}
    >
      <label class="grow">
        <span class="label">Name</span>
        <input
          class="field"
          type="text"
          required
          data-first
          maxlength="100"
          autocomplete="off"
          placeholder={words().nameHint}
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <Show when={props.kind === 'token'}>
        <label>
          <span class="label">Role</span>
          <select
            class="field"
            value={role()}
            onChange={(event) => setRole(event.currentTarget.value as Role)}
          >
            <For each={Object.keys(ROLE_WORDS) as Role[]}>
              {(each) => <option value={each}>{ROLE_WORDS[each]}</option>}
            </For>
          </select>
        </label>
      </Show>
      <Show when={props.kind === 'key'}>
        <label>
          <span class="label">Of the source</span>
          <select class="field" value={source()} onChange={(event) => setSource(event.currentTarget.value)}>
            <option value="">any</option>
            <For each={props.sources}>{(each) => <option value={each}>{each}</option>}</For>
          </select>
        </label>
        <label>
          <span class="label">Requests a minute; no limit when empty</span>
          <input
            class="field"
            type="number"
            min="1"
            max="1000000"
            value={perMinute()}
            onInput={(event) => setPerMinute(event.currentTarget.value)}
          />
        </label>
      </Show>
      <label>
        <span class="label">Lasts</span>
        <select class="field" value={days()} onChange={(event) => setDays(event.currentTarget.value)}>
          <For each={lasts()}>{(each) => <option value={each.days}>{each.label}</option>}</For>
        </select>
      </label>
      <ReachFields ticked={ticked()} onChange={setTicked} />
      <Show when={props.kind === 'token'}>
        <p class="soft">
          {ROLE_WORDS[role()]}: {ROLE_ABOUT[role()]}; never more than you may yourself.
        </p>
      </Show>
      <p class="t-breach" role="alert">
        {problem()}
      </p>
      <p class="act-foot">
        <button type="submit" class="btn btn-main" disabled={isBusy() || name().trim() === ''}>
          {words().make} <kbd>Enter</kbd>
        </button>
        <button type="button" class="btn" onClick={() => props.onLeave()}>
          Leave it
        </button>
      </p>
    </form>
  )
}
