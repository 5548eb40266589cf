import { createResource, createSignal, Match, Show, Switch } from 'solid-js'
import type { z } from 'zod'
import type { invitation } from '../../server/api/schemas/access.ts'
import { postJson, type RequestError } from '../lib/api.ts'
import { focusSoon } from '../lib/focus.ts'
import { wasJustIn } from '../lib/just-in.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { SignInFault } from './sign-in-fault.tsx'

type Invitation = z.infer<typeof invitation>

/** Somebody opened the link they were given: whose it is, and the password they choose. */
export function JoinForm(props: { code: string; onDone: () => void }) {
  const [invited] = createResource(() =>
    postJson<Invitation>('/api/sign-in/invitation', { code: props.code }),
  )
  return (
    <Switch>
      <Match when={invited.error as RequestError | undefined}>
        {(error) => (
          <>
            <h1>This link opens nothing</h1>
            <SignInFault fault={error()} />
            <p class="foot">
              <a class="btn" href="/sign-in">
                Sign in with a password
              </a>
            </p>
          </>
        )}
      </Match>
      <Match when={invited()}>
        {(whose) => <ChooseForm code={props.code} whose={whose()} onDone={props.onDone} />}
      </Match>
    </Switch>
  )
}

function ChooseForm(props: { code: string; whose: Invitation; onDone: () => void }) {
  const [fault, setFault] = createSignal<RequestError>()
  const [isBusy, setBusy] = createSignal(false)
  const [isShown, setShown] = createSignal(false)
  let field: HTMLInputElement | undefined
  const submit = async (password: FormDataEntryValue | null) => {
    if (isBusy()) return
    setBusy(true)
    setFault(undefined)
    try {
      await postJson('/api/sign-in/join', { code: props.code, password })
      wasJustIn.set()
      props.onDone()
    } catch (error) {
      setBusy(false)
      setFault(error as RequestError)
      field?.focus()
    }
  }
  return (
    <>
      <h1>Choose a password</h1>
      <p class="said">
        This link is for <b>{props.whose.name}</b>, until {formatTime(props.whose.until, viewerZone())}. It
        counts once.
      </p>
      <SignInFault fault={fault()} />
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void submit(new FormData(event.currentTarget).get('password'))
        }}
      >
        <label>
          <span class="label">You sign in as</span>
          <input
            class="field"
            name="login"
            type="text"
            readonly
            autocomplete="username"
            value={props.whose.login}
          />
        </label>
        <label>
          <span class="label">New password</span>
          <input
            class="field"
            name="password"
            type={isShown() ? 'text' : 'password'}
            required
            maxlength="500"
            autocomplete="new-password"
            aria-describedby="good-password"
            ref={(element) => {
              field = element
              focusSoon(element)
            }}
          />
        </label>
        <label class="tick">
          <input
            type="checkbox"
            checked={isShown()}
            onChange={(event) => setShown(event.currentTarget.checked)}
          />
          Show it
        </label>
        <p class="soft" id="good-password">
          Twelve characters or more, without your name in it. Four words that do not belong together are easy
          to keep and hard to guess.
        </p>
        <p class="foot">
          <button type="submit" class="btn btn-main" disabled={isBusy()}>
            {isBusy() ? 'Keeping it' : 'Keep it and go on'} <kbd>Enter</kbd>
          </button>
        </p>
        <Show when={!isBusy()}>
          <p class="soft">Wherever you were signed in with another password, that is over then.</p>
        </Show>
      </form>
    </>
  )
}
