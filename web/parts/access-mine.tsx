import { createSignal, For, Show } from 'solid-js'
import type { Me } from '../../server/api/schemas/access.ts'
import { agentWords, listPermissions, reachWords } from '../lib/access.ts'
import { postJson } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { ask } from '../lib/queries.ts'
import { signOut } from '../lib/sign-out.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ConfirmDialog, type Question } from './confirm-dialog.tsx'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Panel } from './states.tsx'

/** What somebody may, where, and in which browsers they are signed in. */
export function AccessMine() {
  const answer = ask<Me>(
    [],
    () => ({ path: '/api/me' }),
    () => ({ every: 60_000 }),
  )
  return (
    <Panel answer={answer} what="Your access" rows={4}>
      {(me) => (
        <>
          <Headline me={me()} />
          <div class="cols access-cols">
            <Permissions me={me()} />
            <Show when={me().kind === 'person'}>
              <Sessions me={me()} onEnded={() => void answer.refetch()} />
            </Show>
          </div>
        </>
      )}
    </Panel>
  )
}

function Headline(props: { me: Me }) {
  const isPerson = () => props.me.kind === 'person'
  return (
    <div class="sentence">
      <Shape status={isPerson() ? 'ok' : 'unknown'} />
      <p class="text">
        <b>
          {isPerson()
            ? `You are ${props.me.name}.`
            : props.me.kind === 'loopback'
              ? 'Nobody signs in here.'
              : 'You show a token.'}
        </b>
        <span class="rest">
          {isPerson()
            ? [
                props.me.login !== props.me.name && `You sign in as ${props.me.login}.`,
                props.me.groups.length > 0 && `In ${props.me.groups.join(', ')}.`,
              ]
                .filter(Boolean)
                .join(' ')
            : props.me.kind === 'loopback'
              ? 'Whoever is on this machine may do everything. The estate says under access how people sign in.'
              : 'It is one of the environment.'}
        </span>
      </p>
    </div>
  )
}

function Permissions(props: { me: Me }) {
  const estate = useEstate()
  return (
    <Section title="What you may" sub="as the estate grants it to your groups">
      <ListTable
        label="What you may"
        class="access-may"
        head={['What', 'Where']}
        rows={listPermissions(props.me.allowances)}
        empty={
          <p class="soft pad">
            Nothing is granted to your groups: ask whoever administers Plumbline to name one of them in the
            estate.
          </p>
        }
      >
        {(row) => (
          <tr>
            <td>{row.words}</td>
            <td class="wide">{reachWords(row.reach, estate)}</td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

function Sessions(props: { me: Me; onEnded: () => void }) {
  const [asked, setAsked] = createSignal<Question>()
  const [said, setSaid] = createSignal('')
  const everywhere: Question = {
    title: 'Sign out everywhere',
    words: 'Every browser in which you are signed in is signed out, this one included. Your tokens stay.',
    button: 'Sign out everywhere',
    run: async () => {
      const problem = await signOut('/api/me/sign-out-everywhere')
      if (problem) throw new Error(problem)
    },
  }
  const end = async (id: string) => {
    setSaid('')
    try {
      await postJson(`/api/me/sessions/${id}/end`)
    } catch (error) {
      setSaid(`Not signed out: ${error instanceof Error ? error.message : String(error)}`)
    }
    props.onEnded()
  }
  const hereOut = async () => setSaid(await signOut('/api/me/sign-out'))
  return (
    <Section
      title="Where you are signed in"
      sub={`${formatNumber(props.me.sessions.length)} ${props.me.sessions.length === 1 ? 'browser' : 'browsers'}`}
      more={
        <button type="button" class="link" onClick={() => setAsked(everywhere)}>
          Sign out everywhere
        </button>
      }
    >
      <p class="t-breach" role="alert">
        {said()}
      </p>
      <section class="scroll-x" tabindex="0" aria-label="Where you are signed in">
        <table class="table stack">
          <thead>
            <tr>
              <th>Browser</th>
              <th>Address</th>
              <th class="r">Since</th>
              <th>
                <span class="sr">Act</span>
              </th>
            </tr>
          </thead>
          <tbody>
            <For each={props.me.sessions}>
              {(session) => (
                <tr>
                  <td class="strong" title={session.agent}>
                    {agentWords(session.agent)}
                    <Show when={session.is_this}>
                      <span class="muted"> this one</span>
                    </Show>
                  </td>
                  <td class="soft">{session.address}</td>
                  <td class="r soft" data-label="Since">
                    {formatTime(session.begun_at, viewerZone())}
                  </td>
                  <td class="row-acts">
                    <button
                      type="button"
                      class="btn small"
                      onClick={() => void (session.is_this ? hereOut() : end(session.id))}
                    >
                      Sign out
                      <span class="sr">
                        {session.is_this ? ' here' : ` of ${agentWords(session.agent)} there`}
                      </span>
                    </button>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
      <ConfirmDialog asked={asked()} onClose={() => setAsked(undefined)} />
    </Section>
  )
}
