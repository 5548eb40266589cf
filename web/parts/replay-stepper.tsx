import { createSignal, For, Show } from 'solid-js'
import type { ReplayDetail } from '../../server/api/schemas/replays.ts'
import { actor } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { announceChange } from '../lib/stream.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { ActorField } from './actor-field.tsx'

/** The way of a replay: selection, dry run, approval, sending, verification; where it stands is marked. */
export function ReplayStepper(props: { replay: ReplayDetail }) {
  const counts = () => props.replay.counts
  const step = (act: string) => props.replay.steps.find((each) => each.act === act)
  const said = (act: string) => {
    const found = step(act)
    return found ? `${found.actor}, ${formatTime(found.at, viewerZone())}` : ''
  }
  const steps = () => [
    {
      states: [],
      name: 'Selection, frozen',
      text: `${formatNumber(counts().total)} of ${props.replay.selection}; ${formatTime(props.replay.made_at, viewerZone())}`,
    },
    {
      states: ['frozen'],
      name: 'Dry run',
      text: `${formatNumber(counts().to_send)} would be sent, ${formatNumber(counts().left_out)} left out`,
    },
    {
      states: ['approval'],
      name: 'Approval',
      text:
        said('approved') ||
        (counts().to_send > props.replay.approve_above
          ? `more than ${formatNumber(props.replay.approve_above)}: needs a second person`
          : `not needed up to ${formatNumber(props.replay.approve_above)}`),
    },
    {
      states: ['sending'],
      name: 'Sending',
      text: step('begun')
        ? `${said('begun')}; ${formatNumber(counts().to_send - counts().waiting - counts().cancelled)} of ${formatNumber(counts().to_send)} asked for, ${formatNumber(counts().refused)} refused or failed`
        : 'not begun',
    },
    {
      states: ['sent', 'verified', 'unverified'],
      name: 'Verified',
      text: `${formatNumber(counts().verified)} of ${formatNumber(counts().to_send)} came; ${formatNumber(counts().unverified)} did not in time`,
    },
  ]
  return (
    <ol class="stepper">
      <For each={steps()}>
        {(each) => (
          <li aria-current={(each.states as string[]).includes(props.replay.state) ? 'step' : undefined}>
            <b>{each.name}</b>
            <span class="soft">{each.text}</span>
          </li>
        )}
      </For>
    </ol>
  )
}

/** What can be done with it now: approved by another, begun, called off. */
export function ReplayActs(props: { replay: ReplayDetail }) {
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const act = async (name: 'approve' | 'begin' | 'cancel') => {
    setBusy(true)
    setSaid('')
    try {
      await postJson(`/api/replays/${props.replay.replay}/${name}`)
      announceChange(['replays'])
    } catch (error) {
      setSaid(error instanceof RequestError ? error.message : 'Plumbline did not answer')
    } finally {
      setBusy(false)
    }
  }
  const isWaiting = () => props.replay.state === 'approval' || props.replay.state === 'frozen'
  const canCancel = () => isWaiting() || props.replay.state === 'sending'
  return (
    <Show when={canCancel() && may('work')}>
      <div class="work-fields">
        <ActorField isLive />
      </div>
      <p class="work-acts">
        <Show when={props.replay.state === 'approval' && may('approve')}>
          <button
            type="button"
            class="btn btn-main"
            disabled={busy() || !actor().trim()}
            onClick={() => void act('approve')}
          >
            Approve
          </button>
        </Show>
        <Show when={props.replay.state === 'frozen'}>
          <button
            type="button"
            class="btn btn-main"
            disabled={busy() || !actor().trim() || props.replay.counts.to_send === 0}
            onClick={() => void act('begin')}
          >
            Send {formatNumber(props.replay.counts.to_send)}
          </button>
        </Show>
        <button
          type="button"
          class="btn"
          disabled={busy() || !actor().trim()}
          onClick={() => void act('cancel')}
        >
          Call off
        </button>
        <span class="muted" role="status">
          {said() ||
            (props.replay.state === 'approval'
              ? `${props.replay.actor} made it; another person has to approve it.`
              : '')}
        </span>
      </p>
    </Show>
  )
}
