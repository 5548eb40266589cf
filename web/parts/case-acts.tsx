import { For, Show } from 'solid-js'
import type { ExceptionDetail, ExceptionRow } from '../../server/api/schemas/exceptions.ts'
import { ACTS, type ActName, actOfKey, beginAct } from '../lib/act.ts'
import { actor } from '../lib/actor.ts'
import { may } from '../lib/may.ts'
import { formatTime } from '../lib/time.ts'
import { standingOf } from './case-status.tsx'
import { useActKeys } from './queue-keys.ts'

/** What can be done to a case as it stands, the likeliest first. */
function actsFor(row: ExceptionRow): ActName[] {
  if (row.status === 'closed') return ['comment']
  if (row.status === 'resolved' || row.status === 'accepted') return ['reopen', 'assign', 'comment', 'move']
  const first: ActName[] =
    row.status === 'open' ? ['acknowledge', 'start'] : row.status === 'acknowledged' ? ['start'] : []
  return [
    ...first,
    'assign',
    'comment',
    standingOf(row) === 'snoozed' ? 'wake' : 'snooze',
    row.paused ? 'resume' : 'pause',
    'link',
    'move',
    'resolve',
    ...actsToAccept(row),
  ]
}

/** Whoever is the second person accepts, where they may; nobody asks again for what is asked for. */
function actsToAccept({ asked_by }: ExceptionRow): ActName[] {
  if (!asked_by || asked_by === actor()) return ['ask_accept']
  return may('approve') ? ['accept'] : []
}

/** The acts of one case, by the keys of the queue; nothing for whoever may only look. */
export function CaseActs(props: { row: ExceptionRow }) {
  const begin = (act: ActName) => beginAct(act, { kind: 'one', row: props.row })
  useActKeys((key) => {
    const act = actOfKey(key, props.row, actor())
    if (act && actsFor(props.row).includes(act)) begin(act)
  })
  const about = (act: ActName) => ACTS.find((one) => one.act === act)
  return (
    <Show
      when={may('work')}
      fallback={<p class="case-acts soft">You may look at cases, and not work them.</p>}
    >
      <section class="case-acts" aria-label="What to do with it">
        <For each={actsFor(props.row)}>
          {(act, index) => (
            <button
              type="button"
              class="btn"
              classList={{ 'btn-main': index() === 0 && props.row.status !== 'closed' }}
              onClick={() => begin(act)}
            >
              {about(act)?.word}
              <Show when={keyOf(act)}>{(key) => <kbd>{key()}</kbd>}</Show>
            </button>
          )}
        </For>
      </section>
    </Show>
  )
}

/** The key an act has on a case, also where it takes the place of another. */
const keyOf = (act: ActName): string => {
  const key = { wake: 's', reopen: 'r' }[act as string] ?? ACTS.find((one) => one.act === act)?.key ?? ''
  return key === 'K' ? 'Shift K' : key.toUpperCase()
}

/** Somebody asks to accept it: a second person looks, and agrees or does not. */
export function CaseAsked(props: { detail: ExceptionDetail }) {
  const row = () => props.detail.exception
  const isOwn = () => props.detail.asked?.by === actor()
  return (
    <Show when={row().status !== 'accepted' && row().state === 'open' && props.detail.asked}>
      {(asked) => (
        <p class="asked" role="status">
          <b>{isOwn() ? 'You ask' : `${asked().by} asks`} to accept it:</b> {asked().reason},{' '}
          {formatTime(asked().at, props.detail.time_zone)}.{' '}
          {isOwn()
            ? 'Another person has to agree.'
            : 'Whoever agrees says so under their own name; it lapses when the amount changes.'}
          <span class="asked-acts">
            <Show when={may('approve') && !isOwn()}>
              <button
                type="button"
                class="btn small"
                onClick={() => beginAct('accept', { kind: 'one', row: row() })}
              >
                Accept <kbd>E</kbd>
              </button>
            </Show>
            <Show when={may('work')}>
              <button
                type="button"
                class="btn small"
                onClick={() => beginAct('decline', { kind: 'one', row: row() })}
              >
                {isOwn() ? 'Take it back' : 'Decline'}
              </button>
            </Show>
          </span>
        </p>
      )}
    </Show>
  )
}
