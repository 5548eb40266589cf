import { useNavigate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { ReplayList } from '../../server/api/schemas/replays.ts'
import { countOf } from '../lib/act.ts'
import { actor, askedFirst } from '../lib/actor.ts'
import { RequestError } from '../lib/api.ts'
import { focusFirst } from '../lib/focus.ts'
import { formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { endReplay, freezeCases, replaying } from '../lib/replay-begin.ts'
import { ActorFields } from './correction-fields.tsx'
import { DialogFrame } from './dialog-frame.tsx'
import { ReplayMissing } from './replay-missing.tsx'

/** Makes a replay of what is selected: frozen and tried first, on a page of its own; nothing is sent from here. */
export default function ReplayDialog() {
  return (
    <DialogFrame
      open={replaying() !== undefined}
      title={
        <>
          Send again <span class="soft cut">{words()}</span>
        </>
      }
      onClose={endReplay}
    >
      <ReplayForm />
    </DialogFrame>
  )
}

const words = (): string => {
  const target = replaying()
  if (!target) return ''
  return target.kind === 'one' ? target.row.key : target.words
}

function ReplayForm() {
  const navigate = useNavigate()
  const answer = ask<ReplayList>(['replays'], () => ({ path: '/api/replays', query: { limit: 1 } }))
  const [picked, setPicked] = createSignal('')
  const [reason, setReason] = createSignal('')
  const [said, setSaid] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const flows = () => dataOf(answer)?.flows ?? []
  const flow = () => flows().find((each) => each.flow === picked()) ?? flows()[0]
  const count = () => countOf(replaying() ?? { kind: 'some', cases: [], words: '' })
  const freeze = async () => {
    const target = replaying()
    const named = flow()
    if (!target || !named) return
    setBusy(true)
    setSaid('')
    try {
      const replay = await freezeCases(target, named.flow, reason())
      endReplay()
      navigate(`/replays/${replay}`)
    } catch (error) {
      setSaid(error instanceof RequestError ? error.message : 'Plumbline did not answer')
    } finally {
      setBusy(false)
    }
  }
  return (
    <Show
      when={flow()}
      fallback={
        <p class="soft pad">
          {dataOf(answer)
            ? 'No flow of this estate names where its integration can be asked: flows[].replay in the estate.'
            : 'Asking which integrations can be asked …'}
        </p>
      }
    >
      {(chosen) => (
        <form
          ref={focusFirst}
          onSubmit={(event) => {
            event.preventDefault()
            void freeze()
          }}
        >
          <p>
            The integration is asked to send the messages behind{' '}
            <b>
              {formatNumber(count())} {count() === 1 ? 'case' : 'cases'}
            </b>{' '}
            again. What would be sent and what is left out is shown first.
          </p>
          <Show when={flows().length > 1}>
            <label class="work-fields" for="queue-replay-flow">
              <span class="label">Flow</span>
              <select
                id="queue-replay-flow"
                class="field"
                onChange={(event) => setPicked(event.currentTarget.value)}
              >
                <For each={flows()}>
                  {(each) => (
                    <option value={each.flow} selected={each.flow === chosen().flow}>
                      {each.name}
                    </option>
                  )}
                </For>
              </select>
            </label>
          </Show>
          <ReplayMissing missing={chosen().missing} />
          <ActorFields
            id="queue-replay"
            label="Why it is sent again"
            reason={reason()}
            onReason={setReason}
          />
          <p class="work-acts">
            <button
              type="submit"
              class="btn btn-main"
              disabled={busy() || chosen().missing !== '' || !actor().trim() || !reason().trim()}
            >
              Freeze and try
            </button>
            <span class="muted" role="status">
              {said() || (actor().trim() && reason().trim() ? '' : askedFirst())}
            </span>
          </p>
        </form>
      )}
    </Show>
  )
}
