import { useNavigate, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { ReplayDetail, ReplayList } from '../../server/api/schemas/replays.ts'
import { actor, askedFirst } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { REPLAYABLE } from '../lib/replays.ts'
import { ActorFields } from './correction-fields.tsx'
import { ReplayMissing } from './replay-missing.tsx'
import { Section } from './section.tsx'

/** All open cases of a cause, or keys, one a line: frozen first, sent after a look at what would be. */
export function NewReplay(props: { flows: ReplayList['flows'] }) {
  const navigate = useNavigate()
  const [params] = useSearchParams<{ cause: string }>()
  const [flow, setFlow] = createSignal('')
  const [picked, setPicked] = createSignal(typeof params.cause === 'string' ? params.cause : undefined)
  const [keys, setKeys] = createSignal('')
  const [reason, setReason] = createSignal('')
  const [said, setSaid] = createSignal('')
  const chosen = () => flow() || (props.flows[0]?.flow ?? '')
  const about = () => props.flows.find((each) => each.flow === chosen())
  const causes = () => about()?.causes.filter((each) => each.cause !== '') ?? []
  const all = () => about()?.causes.reduce((sum, each) => sum + each.cases, 0) ?? 0
  /** What was chosen, as long as there are cases of it; else what messages that were lost look like. */
  const cause = () => {
    const wanted = [picked(), ...REPLAYABLE].find((name) => causes().some((each) => each.cause === name))
    return picked() === '' ? '' : (wanted ?? causes()[0]?.cause ?? '')
  }
  const isNamed = () => actor().trim() !== '' && reason().trim() !== ''
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
              onChange={(event) => setPicked(event.currentTarget.value)}
            >
              <For each={causes()}>
                {(each) => (
                  <option value={each.cause} selected={each.cause === cause()}>
                    {each.title}: {formatNumber(each.cases)}
                  </option>
                )}
              </For>
              <option value="" selected={cause() === ''}>
                Whatever the cause: {formatNumber(all())}
              </option>
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
        <ReplayMissing missing={about()?.missing ?? ''} />
        <ActorFields id="new-replay" label="Why it is sent again" reason={reason()} onReason={setReason} />
        <p class="work-acts">
          <button
            type="button"
            class="btn btn-main"
            disabled={!isNamed() || about()?.missing !== '' || (listed().length === 0 && all() === 0)}
            onClick={() => void freeze()}
          >
            Freeze and try
          </button>
          <span class="muted" role="status">
            {said() ||
              (listed().length === 0 && all() === 0
                ? 'This flow has no open case; name keys.'
                : isNamed()
                  ? ''
                  : askedFirst())}
          </span>
        </p>
      </Show>
    </Section>
  )
}
