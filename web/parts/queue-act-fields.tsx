import { For, Show } from 'solid-js'
import type { CauseList } from '../../server/api/schemas/causes.ts'
import type { People } from '../../server/api/schemas/people.ts'
import type { ActAbout, ActGiven } from '../lib/act.ts'
import { actor } from '../lib/actor.ts'
import { useEstate } from '../lib/estate.tsx'
import { ask, dataOf } from '../lib/queries.ts'
import { ActorField } from './actor-field.tsx'
import { MentionField } from './queue-mention.tsx'

export type Fields = Omit<ActGiven, 'act'>

/** Names seen so far: whom a case can be given to, or a comment can name. */
export const usePeople = () => {
  const answer = ask<People>(['exceptions'], () => ({ path: '/api/people' }))
  return () => [...new Set([actor(), ...(dataOf(answer)?.people ?? [])])].filter((name) => name !== '')
}

/** Moments people put things off to. */
const LATER: { word: string; until: () => Date }[] = [
  { word: '1 h', until: () => new Date(Date.now() + 3_600_000) },
  { word: '4 h', until: () => new Date(Date.now() + 4 * 3_600_000) },
  { word: 'tomorrow 8:00', until: () => morning(1) },
  { word: 'in a week', until: () => morning(7) },
]
function morning(days: number): Date {
  const at = new Date()
  at.setDate(at.getDate() + days)
  at.setHours(8, 0, 0, 0)
  return at
}
/** A moment as a field of local time takes it. */
const toLocal = (at: Date) =>
  new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

/** What an act asks for, and who does it while nobody has said. */
export function ActFields(props: {
  about: ActAbout
  fields: Fields
  isNamed: boolean
  onChange: (to: Fields) => void
}) {
  const people = usePeople()
  const estate = useEstate()
  const causes = ask<CauseList>(
    [],
    () => ({ path: '/api/causes' }),
    () => ({ enabled: props.about.fields.includes('cause') }),
  )
  const has = (name: ActAbout['fields'][number]) => props.about.fields.includes(name)
  return (
    <div class="act-fields">
      <Show when={!props.isNamed}>
        <ActorField isFirst />
      </Show>
      <Show when={has('assignee')}>
        <label>
          <span class="label">Who works on it; nobody when empty</span>
          <input
            class="field"
            type="text"
            list="act-people"
            autocomplete="off"
            data-first={props.isNamed}
            maxlength="80"
            value={props.fields.assignee ?? ''}
            onInput={(event) => props.onChange({ ...props.fields, assignee: event.currentTarget.value })}
          />
          <datalist id="act-people">
            <For each={people()}>{(name) => <option value={name} />}</For>
          </datalist>
        </label>
      </Show>
      <Show when={has('team')}>
        <label>
          <span class="label">Team</span>
          <select
            class="field"
            required
            data-first={props.isNamed}
            onChange={(event) => props.onChange({ ...props.fields, team: event.currentTarget.value })}
          >
            <option value="">Choose</option>
            <For each={estate.view()?.teams}>{(team) => <option value={team.team}>{team.name}</option>}</For>
          </select>
        </label>
      </Show>
      <Show when={has('cause')}>
        <label>
          <span class="label">The cause it has</span>
          <select
            class="field"
            required
            data-first={props.isNamed}
            onChange={(event) => props.onChange({ ...props.fields, cause: event.currentTarget.value })}
          >
            <option value="">Choose</option>
            <For each={dataOf(causes)?.causes}>{(one) => <option value={one.cause}>{one.title}</option>}</For>
          </select>
        </label>
      </Show>
      <Show when={has('until')}>
        <label>
          <span class="label">Comes back at, your time</span>
          <input
            class="field"
            type="datetime-local"
            required
            value={props.fields.until ? toLocal(new Date(props.fields.until)) : ''}
            onInput={(event) => {
              const at = new Date(event.currentTarget.value)
              if (!Number.isNaN(at.getTime())) props.onChange({ ...props.fields, until: at.toISOString() })
            }}
          />
        </label>
        <p class="later">
          <For each={LATER}>
            {(later) => (
              <button
                type="button"
                class="btn small"
                onClick={() => props.onChange({ ...props.fields, until: later.until().toISOString() })}
              >
                {later.word}
              </button>
            )}
          </For>
        </p>
      </Show>
      <Show when={has('reason')}>
        <label>
          <span class="label">{props.about.why}</span>
          <input
            class="field"
            type="text"
            required
            data-first={props.isNamed}
            autocomplete="off"
            maxlength="500"
            value={props.fields.reason ?? ''}
            onInput={(event) => props.onChange({ ...props.fields, reason: event.currentTarget.value })}
          />
        </label>
      </Show>
      <Show when={has('text')}>
        <MentionField
          label={
            props.about.act === 'comment' ? 'Comment, @ to name somebody' : 'Note, when there is more to say'
          }
          isRequired={props.about.act === 'comment'}
          isFirst={props.isNamed && !has('team')}
          value={props.fields.text ?? ''}
          people={people()}
          onInput={(text) => props.onChange({ ...props.fields, text })}
        />
      </Show>
    </div>
  )
}

/** What the fields hold when the dialog opens. */
export const firstFields = (about: ActAbout): Fields => ({
  ...(about.fields.includes('assignee') ? { assignee: actor() } : {}),
  ...(about.fields.includes('until') ? { until: morning(1).toISOString() } : {}),
})
