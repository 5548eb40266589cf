import { useParams } from '@solidjs/router'
import { createEffect, For, Match, on, Switch } from 'solid-js'
import { accessPlaces } from '../lib/access.ts'
import { useTitle } from '../lib/title.ts'
import { AccessAudit } from '../parts/access-audit.tsx'
import { AccessMine } from '../parts/access-mine.tsx'
import { AccessPeople } from '../parts/access-people.tsx'
import { AccessSubjects } from '../parts/access-subjects.tsx'
import { AccessTokens } from '../parts/access-tokens.tsx'
import { Empty, NotFound } from '../parts/states.tsx'
import '../styles/access.css'

/** Who may see and do what: one's own access and tokens; for admins people, walls, ingest keys, the audit trail and data requests. */
export default function AccessPage() {
  const params = useParams<{ part?: string }>()
  const href = () => (params.part ? `/access/${params.part}` : '/access')
  const place = () => accessPlaces().find((each) => each.href === href())
  useTitle(() => place()?.label ?? 'Access')
  // on a phone the places scroll: the current one must be in view
  let nav: HTMLElement | undefined
  const showPlace = () =>
    nav?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  createEffect(on(href, () => requestAnimationFrame(showPlace)))
  return (
    <>
      <div class="bar page-bar">
        <h1 class="cell page-title">Access</h1>
        <nav class="views" ref={nav} aria-label="Access">
          <For each={accessPlaces()}>
            {(each) => (
              <a href={each.href} aria-current={each.href === href() ? 'page' : undefined}>
                {each.label}
              </a>
            )}
          </For>
        </nav>
      </div>
      <Switch fallback={<NotFound />}>
        <Match when={place()}>
          <main id="main" tabindex="-1" class="access">
            <Switch>
              <Match when={!params.part}>
                <AccessMine />
                <AccessTokens kind="token" />
              </Match>
              <Match when={params.part === 'people'}>
                <AccessPeople />
              </Match>
              <Match when={params.part === 'walls'}>
                <AccessTokens kind="display" />
              </Match>
              <Match when={params.part === 'keys'}>
                <AccessTokens kind="key" />
              </Match>
              <Match when={params.part === 'audit'}>
                <AccessAudit />
              </Match>
              <Match when={params.part === 'subjects'}>
                <AccessSubjects />
              </Match>
            </Switch>
          </main>
        </Match>
        <Match when={['people', 'walls', 'keys', 'audit', 'subjects'].includes(params.part ?? '')}>
          <main id="main" tabindex="-1">
            <Empty title="This is for admins">
              <p>Your own access and tokens stand under My access.</p>
            </Empty>
          </main>
        </Match>
      </Switch>
    </>
  )
}
