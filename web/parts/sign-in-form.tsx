import { createSignal, Show } from 'solid-js'
import type { z } from 'zod'
import type { signInWays } from '../../server/api/schemas/access.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { focusSoon } from '../lib/focus.ts'
import { wasJustIn } from '../lib/just-in.ts'
import { failedWords } from '../lib/sign-in-failed.ts'
import { SignInFault } from './sign-in-fault.tsx'

/** Name and password, and single sign-on where there is one. */
export function SignInForm(props: { ways: z.infer<typeof signInWays>; onDone: () => void }) {
  const failed = new URLSearchParams(location.search).get('failed')
  const [fault, setFault] = createSignal(failed === null ? undefined : failedWords(failed))
  const [isBusy, setBusy] = createSignal(false)
  let password: HTMLInputElement | undefined
  const single = () => {
    const to = new URLSearchParams(location.search).get('to')
    return `/sign-in/single${to === null ? '' : `?to=${encodeURIComponent(to)}`}`
  }
  const submit = async (form: HTMLFormElement) => {
    if (isBusy()) return
    setBusy(true)
    setFault(undefined)
    // read from the form: what a password manager filled in was typed by nobody
    const given = new FormData(form)
    try {
      await postJson('/api/sign-in', { login: given.get('login'), password: given.get('password') })
      wasJustIn.set()
      props.onDone()
    } catch (error) {
      setBusy(false)
      setFault(error as RequestError)
      password?.focus()
      password?.select()
    }
  }
  return (
    <>
      <h1>Sign in</h1>
      <Show when={props.ways.is_first && props.ways.single === null}>
        <p class="said">
          Nobody has a password yet. Plumbline prints the link by which the first chooses theirs when it
          starts.
        </p>
      </Show>
      <SignInFault fault={fault() ?? (wasJustIn.is() ? notKept : undefined)} />
      <Show when={props.ways.password}>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void submit(event.currentTarget)
          }}
        >
          <label>
            <span class="label">Name</span>
            <input
              class="field"
              name="login"
              type="text"
              required
              maxlength="100"
              autocomplete="username"
              autocapitalize="none"
              spellcheck={false}
              ref={focusSoon}
            />
          </label>
          <label>
            <span class="label">Password</span>
            <input
              class="field"
              name="password"
              type="password"
              required
              maxlength="500"
              autocomplete="current-password"
              ref={password}
            />
          </label>
          <p class="foot">
            <button type="submit" class="btn btn-main" disabled={isBusy()}>
              {isBusy() ? 'Signing in' : 'Sign in'} <kbd>Enter</kbd>
            </button>
          </p>
          <p class="soft">Who has lost theirs gets a new link from whoever administers Plumbline.</p>
        </form>
      </Show>
      <Show when={props.ways.single}>
        {(name) => (
          <p class="single">
            <a
              class="btn"
              classList={{ 'btn-main': !props.ways.password }}
              href={single()}
              ref={(link) => !props.ways.password && focusSoon(link)}
            >
              {name()}
            </a>
          </p>
        )}
      </Show>
    </>
  )
}

/** Signed in a moment ago, and asked again: it would go round for ever without a word. */
const notKept = new RequestError(0, {
  message: 'You were signed in, but this browser did not keep it.',
  mend: 'Allow cookies of this site. Behind a proxy with TLS, it has to pass X-Forwarded-Proto on.',
})
