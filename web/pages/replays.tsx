import { A, useNavigate, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { ReplayDetail, ReplayList } from '../../server/api/schemas/replays.ts'
import { actor } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { REPLAY_STATES } from '../lib/replays.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { ActorFields } from '../parts/correction-fields.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { Pager } from '../parts/pager.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

const PAGE = 50

/** Replays: what integrations were asked to send again, and whether it came. */
export default function ReplaysPage() {
  useTitle(() => 'Replays')
  const [params, setParams] = useSearchParams<{ offset: string }>()
  const offset = () => Math.max(0, Math.floor(Number(params.offset)) || 0)
  const answer = ask<ReplayList>(['replays'], () => ({
    path: '/api/replays',
    query: { limit: PAGE, offset: offset() },
  }))
  return (
    <>
      <PageBar title="Replays" asOf={dataOf(answer)?.as_of} />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The replays" rows={8}>
          {(data) => (
            <>
              <NewReplay flows={data().flows} />
              <Section
                title="Replays"
                sub="newest first; one is done when what was missing has come"
                more={<span class="muted">{formatNumber(data().total)} in all</span>}
              >
                <Show
                  when={data().rows.length > 0}
                  fallback={<p class="soft pad">Nothing was asked for again yet.</p>}
                >
                  <section class="scroll-x" tabindex="0" aria-label="Replays">
                    <table class="table">
                      <thead>
                        <tr>
                          <th>Replay</th>
                          <th>State</th>
                          <th>Of</th>
                          <th>Flow</th>
                          <th>By, and why</th>
                          <th class="r">To send</th>
                          <th class="r">Verified</th>
                          <th class="r">Open</th>
                          <th class="r">Failed</th>
                          <th class="r">Left out</th>
                          <th class="r">Made</th>
                        </tr>
                      </thead>
                      <tbody>
                        <For each={data().rows}>{(row) => <Row row={row} />}</For>
                      </tbody>
                    </table>
                  </section>
                </Show>
                <Pager
                  offset={offset()}
                  shown={data().rows.length}
                  page={PAGE}
                  total={data().total}
                  onMove={(to) => setParams({ offset: to || null }, { scroll: false })}
                />
              </Section>
            </>
          )}
        </Panel>
      </main>
    </>
  )
}

function Row(props: { row: ReplayList['rows'][number] }) {
  const counts = () => props.row.counts
  const state = () => REPLAY_STATES[props.row.state]
  return (
    <tr>
      <td class="key">
        <A href={`/replays/${props.row.replay}`}>RP-{props.row.replay}</A>
      </td>
      <td class="nowrap">
        <Shape status={state().status} /> {state().word}
      </td>
      <td class="nowrap">{props.row.selection}</td>
      <td class="nowrap soft">{props.row.flow_name}</td>
      <td class="wide">
        <b>{props.row.actor}</b> {props.row.reason}
      </td>
      <td class="r">{formatNumber(counts().to_send)}</td>
      <td class="r">{formatNumber(counts().verified)}</td>
      <td class="r">{formatNumber(counts().waiting + counts().sent)}</td>
      <td class="r">{formatNumber(counts().refused + counts().unverified)}</td>
      <td class="r">{formatNumber(counts().left_out)}</td>
      <td class="r soft">{formatTime(props.row.made_at, viewerZone)}</td>
    </tr>
  )
}

/** All open cases of a cause, or keys, one a line: frozen first, sent after a look at what would be. */
function NewReplay(props: { flows: ReplayList['flows'] }) {
  const navigate = useNavigate()
  const [params] = useSearchParams<{ cause: string }>()
  const [flow, setFlow] = createSignal('')
  const [cause, setCause] = createSignal(typeof params.cause === 'string' ? params.cause : 'lost_message')
  const [keys, setKeys] = createSignal('')
  const [reason, setReason] = createSignal('')
  const [said, setSaid] = createSignal('')
  const chosen = () => flow() || (props.flows[0]?.flow ?? '')
  const listed = () =>
    keys()
      .split('\n')
      .map((line) => line.trim().split(/[\s,;]+/))
      .filter(([plant, key]) => plant && key)
      .map(([plant, key, document = '']) => ({ plant, key, document }))
  const freeze = async () => {
    setSaid('')
    try {
      const replay = await postJson<ReplayDetail>('/api/replays', {
        flow: chosen(),
        ...(listed().length > 0 ? { keys: listed() } : { filter: { cause: cause() } }),
        reason: reason(),
      })
      navigate(`/replays/${replay.replay}`)
    } catch (error) {
      setSaid(error instanceof RequestError ? error.message : 'Plumbline did not answer')
    }
  }
  return (
    <Section title="New replay" sub="the selection is frozen and tried; nothing is sent yet">
      <Show
        when={props.flows.length > 0}
        fallback={
          <p class="soft pad">
            No flow of this estate names where its integration can be asked: flows[].replay in the estate.
          </p>
        }
      >
        <div class="work-fields">
          <label for="replay-flow">
            <span class="label">Flow</span>
            <select
              id="replay-flow"
              class="field"
              value={chosen()}
              onChange={(event) => setFlow(event.currentTarget.value)}
            >
              <For each={props.flows}>{(each) => <option value={each.flow}>{each.name}</option>}</For>
            </select>
          </label>
          <label for="replay-cause">
            <span class="label">All open cases of a cause</span>
            <select
              id="replay-cause"
              class="field"
              value={cause()}
              disabled={listed().length > 0}
              onChange={(event) => setCause(event.currentTarget.value)}
            >
              <option value="lost_message">Message lost between the systems</option>
              <option value="stuck_interface">Interface stuck</option>
              <option value="">Whatever the cause</option>
            </select>
          </label>
          <label for="replay-keys" class="grow">
            <span class="label">Or keys, one a line: plant, key and, where there is one, document</span>
            <textarea
              id="replay-keys"
              class="field replay-keys"
              rows="2"
              spellcheck={false}
              value={keys()}
              onInput={(event) => setKeys(event.currentTarget.value)}
            />
          </label>
        </div>
        <ActorFields id="new-replay" label="Why it is sent again" reason={reason()} onReason={setReason} />
        <p class="work-acts">
          <button
            type="button"
            class="btn btn-main"
            disabled={!actor().trim() || !reason().trim()}
            onClick={() => void freeze()}
          >
            Freeze and try
          </button>
          <span class="muted" role="status">
            {said() || (actor().trim() && reason().trim() ? '' : 'Give your name and a reason first.')}
          </span>
        </p>
      </Show>
    </Section>
  )
}
