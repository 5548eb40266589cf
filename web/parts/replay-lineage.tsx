import { A, useNavigate } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { CaseReplays, ReplayDetail } from '../../server/api/schemas/replays.ts'
import { actor } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { may } from '../lib/may.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { ITEM_STATES } from '../lib/replays.ts'
import { formatTime } from '../lib/time.ts'
import { ActorFields } from './correction-fields.tsx'
import { ReplayMissing } from './replay-missing.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** How often the message behind a case was asked for again, and what came of it; the way to ask once more. */
export function ReplayLineage(props: { number: number; isOpen: boolean; zone: string }) {
  const navigate = useNavigate()
  const [reason, setReason] = createSignal('')
  const [said, setSaid] = createSignal('')
  const answer = ask<CaseReplays>(['replays', 'exceptions'], () => ({
    path: `/api/exceptions/${props.number}/replays`,
  }))
  const freeze = async (flow: string) => {
    try {
      const replay = await postJson<ReplayDetail>('/api/replays', {
        flow,
        cases: [props.number],
        reason: reason(),
      })
      navigate(`/replays/${replay.replay}`)
    } catch (error) {
      setSaid(error instanceof RequestError ? error.message : 'Plumbline did not answer')
    }
  }
  return (
    <Show when={dataOf(answer)}>
      {(data) => (
        <Show when={data().rows.length > 0 || (data().flow && props.isOpen && may('work'))}>
          <Section title="Replay" sub="the integration is asked to send it again">
            <ul class="behind">
              <For each={data().rows}>
                {(row) => (
                  <li>
                    <p class="behind-head work-line">
                      <A href={`/replays/${row.replay}`}>RP-{row.replay}</A>
                      <span>attempt {row.attempt}</span>
                      <span>
                        <Shape status={ITEM_STATES[row.state].status} /> {ITEM_STATES[row.state].word}
                      </span>
                      <Show when={row.at}>
                        {(at) => <span class="muted num">{formatTime(at(), props.zone)}</span>}
                      </Show>
                    </p>
                    <p class="soft">
                      {row.left_out || row.detail}
                      <Show when={row.proof}>
                        {' '}
                        <span class="mono">{row.proof}</span>
                      </Show>
                    </p>
                  </li>
                )}
              </For>
            </ul>
            <Show when={props.isOpen && may('work') && data().flow}>
              {(flow) => (
                <>
                  <ReplayMissing missing={data().missing} />
                  <ActorFields
                    id="replay"
                    label="Why it is sent again"
                    reason={reason()}
                    onReason={setReason}
                  />
                  <p class="work-acts">
                    <button
                      type="button"
                      class="btn"
                      disabled={!actor().trim() || !reason().trim() || data().missing !== ''}
                      onClick={() => void freeze(flow())}
                    >
                      Prepare a replay
                    </button>
                    <span class="muted" role="status">
                      {said() || 'Nothing is sent before you have seen what would be.'}
                    </span>
                  </p>
                </>
              )}
            </Show>
          </Section>
        </Show>
      )}
    </Show>
  )
}
