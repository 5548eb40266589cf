import { For, Show } from 'solid-js'
import type { PersonList } from '../../server/api/schemas/access.ts'
import type { Status } from '../../server/api/schemas/common.ts'
import { formatNumber } from '../lib/format.ts'
import { signedIn } from '../lib/me.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Shape } from './shape.tsx'

export type Person = PersonList['people'][number]

/** How somebody stands: kept out, invited and not here yet, or in. */
function standingOf(person: Person): { word: string; status: Status } {
  if (person.is_disabled) return { word: 'Kept out', status: 'breach' }
  if (person.invited_until && Date.parse(person.invited_until) < Date.now())
    return { word: 'Link is over', status: 'watch' }
  if (person.invited_until) return { word: 'Invited', status: 'unknown' }
  return { word: person.sessions > 0 ? 'Signed in' : 'May sign in', status: 'ok' }
}

/** The people, and what can be done about each. */
export function PersonTable(props: {
  people: Person[]
  /** people have passwords here */
  canInvite: boolean
  onGroups: (person: Person) => void
  onAct: (act: 'invite' | 'sign-out' | 'disable' | 'enable', person: Person) => void
}) {
  return (
    <section class="scroll-x" tabindex="0" aria-label="People, a table">
      <table class="table stack">
        <thead>
          <tr>
            <th>State</th>
            <th>Name</th>
            <th>Signs in as</th>
            <th>Groups</th>
            <th class="r">Signed in</th>
            <th class="r">Since</th>
            <th>
              <span class="sr">Act</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.people}>
            {(person) => (
              <tr>
                <td class={`nowrap t-${standingOf(person).status}`}>
                  <Shape status={standingOf(person).status} /> {standingOf(person).word}
                  <Show when={person.invited_until}>
                    {(until) => <div class="muted small-text">until {formatTime(until(), viewerZone())}</div>}
                  </Show>
                </td>
                <td class="key">{person.name}</td>
                <td class="soft">
                  {person.login}
                  <Show when={person.issuer}>
                    <div class="muted small-text">by single sign-on</div>
                  </Show>
                </td>
                <td class="wide">{person.groups.join(', ') || <span class="t-watch">none</span>}</td>
                <td class="r" data-label="Signed in">
                  {formatNumber(person.sessions)}
                </td>
                <td class="r soft" data-label="Since">
                  {formatTime(person.made_at, viewerZone(), { day: true })}
                </td>
                <td class="row-acts">
                  <Acts
                    person={person}
                    canInvite={props.canInvite}
                    onGroups={props.onGroups}
                    onAct={props.onAct}
                  />
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </section>
  )
}

function Acts(props: Omit<Parameters<typeof PersonTable>[0], 'people'> & { person: Person }) {
  const isLocal = () => props.person.issuer === ''
  // names can be shared; the server keeps people from keeping themselves out
  const isOwn = () => props.person.name === signedIn()
  const act = (name: Parameters<typeof props.onAct>[0], words: string) => (
    <button type="button" class="btn small" onClick={() => props.onAct(name, props.person)}>
      {words}
      <span class="sr"> {props.person.name}</span>
    </button>
  )
  return (
    <>
      <Show when={isLocal()}>
        <button type="button" class="btn small" onClick={() => props.onGroups(props.person)}>
          Groups
          <span class="sr"> of {props.person.name}</span>
        </button>
      </Show>
      <Show when={isLocal() && props.canInvite && !props.person.is_disabled}>
        {act('invite', 'New link')}
      </Show>
      <Show when={props.person.sessions > 0 && !isOwn()}>{act('sign-out', 'Sign out')}</Show>
      <Show when={!isOwn()}>
        {props.person.is_disabled ? act('enable', 'Let in') : act('disable', 'Keep out')}
      </Show>
    </>
  )
}
