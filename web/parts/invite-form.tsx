import { createSignal } from 'solid-js'
import type { PersonList } from '../../server/api/schemas/access.ts'
import { postJson } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { focusFirst } from '../lib/focus.ts'
import { problemWords } from './confirm-dialog.tsx'
import { grantWords } from './group-table.tsx'
import { Ticks } from './reach-fields.tsx'

export type Invited = { name: string; path: string; until: string }

/** Lets somebody in: who they are, and in which groups. Their password they choose themselves. */
export function InviteForm(props: {
  groups: PersonList['groups']
  onInvited: (link: Invited) => void
  onLeave: () => void
}) {
  const estate = useEstate()
  const [name, setName] = createSignal('')
  const [login, setLogin] = createSignal('')
  const [groups, setGroups] = createSignal<string[]>([])
  const [problem, setProblem] = createSignal('')
  const [isBusy, setBusy] = createSignal(false)
  const invite = async () => {
    setBusy(true)
    setProblem('')
    try {
      const made = await postJson<Omit<Invited, 'name'>>('/api/access/people', {
        name: name().trim(),
        login: login().trim(),
        groups: groups(),
      })
      props.onInvited({ ...made, name: name().trim() })
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
        void invite()
      }}
    >
      <label class="grow">
        <span class="label">Name, as it stands beside what they do</span>
        <input
          class="field"
          type="text"
          required
          data-first
          maxlength="100"
          autocomplete="off"
          value={name()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <label class="grow">
        <span class="label">Signs in as</span>
        <input
          class="field"
          type="text"
          required
          maxlength="100"
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          value={login()}
          onInput={(event) => setLogin(event.currentTarget.value)}
        />
      </label>
      <Ticks
        legend="Groups"
        choices={props.groups.map((each) => ({
          value: each.group,
          label: each.group,
          note: grantWords(each, estate),
        }))}
        ticked={groups()}
        onChange={setGroups}
      />
      <p class="t-breach" role="alert">
        {problem()}
      </p>
      <p class="act-foot">
        <button
          type="submit"
          class="btn btn-main"
          disabled={isBusy() || name().trim() === '' || login().trim() === ''}
        >
          Make the link <kbd>Enter</kbd>
        </button>
        <button type="button" class="btn" onClick={() => props.onLeave()}>
          Leave it
        </button>
      </p>
    </form>
  )
}
