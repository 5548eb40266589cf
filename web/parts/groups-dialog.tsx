import { createEffect, createSignal, on, Show } from 'solid-js'
import type { PersonList } from '../../server/api/schemas/access.ts'
import { postJson } from '../lib/api.ts'
import { useEstate } from '../lib/estate.tsx'
import { problemWords } from './confirm-dialog.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { grantWords } from './group-table.tsx'
import type { Person } from './person-table.tsx'
import { Ticks } from './reach-fields.tsx'

/** Says in which groups somebody is; it counts at once. */
export function GroupsDialog(props: {
  person: Person | undefined
  groups: PersonList['groups']
  onMoved: () => void
  onClose: () => void
}) {
  const estate = useEstate()
  const [ticked, setTicked] = createSignal<string[]>([])
  const [problem, setProblem] = createSignal('')
  createEffect(
    on(
      () => props.person?.id,
      () => {
        setTicked([...(props.person?.groups ?? [])])
        setProblem('')
      },
    ),
  )
  const known = () => props.groups.map(({ group }) => group)
  const move = async (person: Person) => {
    try {
      // a group that the estate grants nothing any more is left by being moved
      const groups = ticked().filter((group) => known().includes(group))
      await postJson(`/api/access/people/${person.id}/groups`, { groups })
      props.onMoved()
      props.onClose()
    } catch (error) {
      setProblem(problemWords(error))
    }
  }
  return (
    <DialogFrame
      open={props.person !== undefined}
      title={`Groups of ${props.person?.name ?? ''}`}
      onClose={props.onClose}
    >
      <Show when={props.person}>
        {(person) => (
          <form
            class="act-fields"
            onSubmit={(event) => {
              event.preventDefault()
              void move(person())
            }}
          >
            <Ticks
              legend="What they may counts at once, also where they are signed in"
              choices={props.groups.map((each) => ({
                value: each.group,
                label: each.group,
                note: grantWords(each, estate),
              }))}
              ticked={ticked()}
              onChange={setTicked}
            />
            <p class="t-breach" role="alert">
              {problem()}
            </p>
            <p class="act-foot">
              <button type="submit" class="btn btn-main">
                Keep <kbd>Enter</kbd>
              </button>
            </p>
          </form>
        )}
      </Show>
    </DialogFrame>
  )
}
