import { createResource, createSignal, Match, onCleanup, onMount, Show, Switch } from 'solid-js'
import type { z } from 'zod'
import type { Me, signInWays } from '../../server/api/schemas/access.ts'
import { getJson, type RequestError } from '../lib/api.ts'
import { failedWords } from '../lib/sign-in-failed.ts'
import { theme, toggleTheme } from '../lib/theme.ts'
import { readTo } from '../lib/where-to.ts'
import { Bob } from '../parts/shape.tsx'
import { SignInFault } from '../parts/sign-in-fault.tsx'
import { SignInForm } from '../parts/sign-in-form.tsx'
import { JoinForm } from '../parts/sign-in-join.tsx'

/** The code of an invitation: behind the #, so that it is sent nowhere by opening the link. */
const readCode = () => /^#join=(.+)$/.exec(location.hash)?.[1] ?? ''

/** Where people sign in, or choose their password by a link. Not a page of the dashboard: one of its own. */
export function SignInPage() {
  const [code, setCode] = createSignal(readCode())
  const [ways, { refetch }] = createResource(() => getJson<z.infer<typeof signInWays>>('/api/sign-in'))
  const read = () => setCode(readCode())
  onMount(() => {
    // a link that is opened where this page is open already
    addEventListener('hashchange', read)
    onCleanup(() => removeEventListener('hashchange', read))
  })
  const [isNobody, setNobody] = createSignal(false)
  const goOn = async () => {
    const mine = await getJson<Me>('/api/me').catch(() => undefined)
    // who may nothing would be shown nothing, and not told why
    if (mine?.allowances.length === 0) setNobody(true)
    else location.replace(readTo(location.search))
  }
  return (
    <div class="sign-in">
      <header class="sign-in-head">
        <span class="brand">
          <Bob />
          Plumbline
        </span>
        <button type="button" class="theme" onClick={toggleTheme}>
          {theme() === 'dark' ? 'Light theme' : 'Dark theme'}
        </button>
      </header>
      <main id="main">
        <Show
          when={!isNobody() && code()}
          fallback={
            <Switch>
              <Match when={isNobody()}>
                <h1>You are signed in</h1>
                <SignInFault fault={failedWords('no_group')} />
              </Match>
              <Match when={ways.error as RequestError | undefined}>
                {(error) => (
                  <div role="alert">
                    <h1>Nobody can sign in now</h1>
                    <p>{error().message}</p>
                    <button type="button" class="btn" onClick={() => void refetch()}>
                      Try again
                    </button>
                  </div>
                )}
              </Match>
              <Match when={ways()}>
                {(found) => <SignInForm ways={found()} onDone={() => void goOn()} />}
              </Match>
            </Switch>
          }
          keyed
        >
          {(given) => <JoinForm code={given} onDone={() => void goOn()} />}
        </Show>
      </main>
    </div>
  )
}
