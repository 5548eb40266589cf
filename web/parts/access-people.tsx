import { createSignal, Show } from 'solid-js'
import type { PersonList } from '../../server/api/schemas/access.ts'
import type { Status } from '../../server/api/schemas/common.ts'
import { postJson } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { ask } from '../lib/queries.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ConfirmDialog, type Question } from './confirm-dialog.tsx'
import { GroupTable } from './group-table.tsx'
import { GroupsDialog } from './groups-dialog.tsx'
import { type Invited, InviteForm } from './invite-form.tsx'
import { type Person, PersonTable } from './person-table.tsx'
import { SecretOnce } from './secret-once.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Empty, Panel } from './states.tsx'

/** Who may sign in, in which groups, and what each group is granted. */
export function AccessPeople() {
  const answer = ask<PersonList>(
    [],
    () => ({ path: '/api/access/people' }),
    () => ({ every: 30_000 }),
  )
  return (
    <Panel answer={answer} what="The people" rows={6}>
      {(data) => (
        <>
          <Headline list={data()} />
          <People list={data()} onChange={() => void answer.refetch()} />
          <GroupTable groups={data().groups} />
        </>
      )}
    </Panel>
  )
}

function Headline(props: { list: PersonList }) {
  const open = () => props.list.people.filter((each) => !each.is_disabled)
  const here = () => open().filter((each) => each.sessions > 0).length
  const status = (): Status => (props.list.signs_in ? 'ok' : 'unknown')
  return (
    <div class="sentence">
      <Shape status={status()} />
      <p class="text">
        <b>
          {props.list.signs_in
            ? `${formatNumber(open().length)} ${open().length === 1 ? 'person may' : 'people may'} sign in.`
            : 'Nobody signs in here.'}
        </b>
        <span class="rest">
          {props.list.signs_in
            ? `${formatNumber(here())} ${here() === 1 ? 'is' : 'are'} signed in now.`
            : 'The estate says under access how people sign in; until then whoever is on this machine, or shows a token of the environment, may do what that allows.'}
        </span>
      </p>
    </div>
  )
}

function People(props: { list: PersonList; onChange: () => void }) {
  const [isInviting, setInviting] = createSignal(false)
  const [link, setLink] = createSignal<Invited>()
  const [moved, setMoved] = createSignal<Person>()
  const [asked, setAsked] = createSignal<Question>()
  const show = (to: Invited) => {
    setInviting(false)
    setLink(to)
    props.onChange()
  }
  const post = (person: Person, act: string) => async () => {
    await postJson(`/api/access/people/${person.id}/${act}`)
    props.onChange()
  }
  const acts: Record<'invite' | 'sign-out' | 'disable' | 'enable', (person: Person) => Question> = {
    invite: (person) => ({
      title: `A new link for ${person.name}`,
      words:
        'Whoever opens it within a day chooses their password; the one they have counts until then. It also opens a name that is locked.',
      button: 'Make the link',
      run: async () => {
        const made = await postJson<Omit<Invited, 'name'>>(`/api/access/people/${person.id}/invite`)
        show({ ...made, name: person.name })
      },
    }),
    'sign-out': (person) => ({
      title: `Sign ${person.name} out`,
      words: 'Every browser in which they are signed in is signed out. They may sign in again.',
      button: 'Sign them out',
      run: post(person, 'sign-out'),
    }),
    disable: (person) => ({
      title: `Keep ${person.name} out`,
      words: 'They are signed out everywhere at once, their tokens open nothing, and they can not sign in.',
      button: 'Keep them out',
      run: post(person, 'disable'),
    }),
    enable: (person) => ({
      title: `Let ${person.name} in again`,
      words: 'They sign in as before, in the same groups, and their tokens count again.',
      button: 'Let them in',
      run: post(person, 'enable'),
    }),
  }
  return (
    <Section
      title="People"
      sub="what somebody may, their groups say"
      label="People"
      more={
        <Show when={props.list.local && !isInviting()}>
          <button type="button" class="btn small" onClick={() => setInviting(true)}>
            Invite somebody
          </button>
        </Show>
      }
    >
      <Show when={link()}>
        {(made) => (
          <SecretOnce
            title={`The link for ${made().name}`}
            secret={location.origin + made().path}
            onDone={() => setLink(undefined)}
          >
            <p>
              Send it to them by a way that only they read. It counts once, until{' '}
              {formatTime(made().until, viewerZone(), { day: true })}.
            </p>
          </SecretOnce>
        )}
      </Show>
      <Show when={isInviting()}>
        <InviteForm groups={props.list.groups} onInvited={show} onLeave={() => setInviting(false)} />
      </Show>
      <Show
        when={props.list.people.length > 0}
        fallback={
          <Empty title="Nobody has been here yet">
            <p class="soft">
              {props.list.signs_in
                ? 'Whoever comes by single sign-on is listed once they did.'
                : 'An estate with access.sign_in asks people who they are.'}
            </p>
          </Empty>
        }
      >
        <PersonTable
          people={props.list.people}
          canInvite={props.list.local}
          onGroups={setMoved}
          onAct={(act, person) => setAsked(acts[act](person))}
        />
      </Show>
      <GroupsDialog
        person={moved()}
        groups={props.list.groups}
        onMoved={props.onChange}
        onClose={() => setMoved(undefined)}
      />
      <ConfirmDialog asked={asked()} onClose={() => setAsked(undefined)} />
    </Section>
  )
}
