import { createEffect, createSignal, For, on, Show } from 'solid-js'
import type { CorrectionAnswer, WorkDetail } from '../../server/api/schemas/quarantine-work.ts'
import { actor, askedFirst } from '../lib/actor.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { announceChange } from '../lib/stream.ts'
import { CorrectionDiff } from './correction-diff.tsx'
import { ActorFields } from './correction-fields.tsx'
import { MessageText } from './message-text.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'

/** The message as it came beside the text that is to be sent: tried at the front door first, then sent by it. */
export function CorrectionEditor(props: {
  message: WorkDetail
  isOpen: boolean
  /** whether the viewer sees the message as it came: nobody else can correct it, or decide on it */
  canAct: boolean
}) {
  const [text, setText] = createSignal(props.message.body)
  const [reason, setReason] = createSignal('')
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const [tried, setTried] = createSignal<{ text: string; result: CorrectionAnswer }>()
  // a refresh of the page's data must not take away what somebody has typed
  createEffect(
    on(
      () => props.message.id,
      () => setText(props.message.body),
      { defer: true },
    ),
  )
  const attempt = async (work: () => Promise<void>) => {
    setBusy(true)
    setSaid('')
    try {
      await work()
    } catch (error) {
      setSaid(error instanceof RequestError ? error.message : 'Plumbline did not answer')
    } finally {
      setBusy(false)
    }
  }
  const path = () => `/api/quarantine/${props.message.id}`
  const tryIt = () =>
    attempt(async () => {
      const sent = text()
      setTried({ text: sent, result: await postJson<CorrectionAnswer>(`${path()}/try`, { body: sent }) })
    })
  const send = () =>
    attempt(async () => {
      await postJson(`${path()}/correct`, { body: text(), reason: reason() })
      setTried(undefined)
      setSaid('Sent by the front door; it counts as done once it is read back.')
      announceChange(['sources'])
    })
  const discard = (act: 'discarded' | 'restored') =>
    attempt(async () => {
      await postJson('/api/quarantine/acts', { act, ids: [props.message.id], reason: reason() })
      announceChange(['sources'])
    })
  const isNamed = () => actor().trim() !== '' && reason().trim() !== ''
  /** What was tried is what would be sent. */
  const isGood = () => tried()?.text === text() && tried()?.result.is_good === true
  const canDiscard = () => props.message.state === 'open' || props.message.state === 'refused'
  return (
    <Section
      title={props.isOpen ? 'Correct and send again' : 'The message'}
      sub={
        props.isOpen ? 'by the front door, under an id of its own; it names what it corrects' : 'as it came'
      }
    >
      <div class="cols" classList={{ 'editor-cols': props.isOpen }}>
        <div>
          <p class="label">As it came</p>
          <MessageText body={props.message.body} reasons={props.message.reasons} label="As it came" />
        </div>
        <Show when={props.isOpen}>
          <div>
            <label class="label" for="corrected">
              What is sent
            </label>
            <textarea
              id="corrected"
              class="message field"
              spellcheck={false}
              value={text()}
              onInput={(event) => setText(event.currentTarget.value)}
            />
          </div>
        </Show>
      </div>
      <Show when={tried()}>
        {(found) => (
          <div class="tried" role="status">
            <p>
              <Shape status={found().result.is_good ? 'ok' : 'breach'} />{' '}
              <b>
                {found().result.is_good
                  ? 'The front door would let it in.'
                  : 'The front door would refuse it again.'}
              </b>
              <Show when={found().text !== text()}>
                <span class="muted"> The text was changed since; try it again.</span>
              </Show>
            </p>
            <ul class="work-reasons">
              <For each={found().result.reasons}>
                {(each, at) => (
                  <li>
                    <span class="t-breach">{each}</span>{' '}
                    <code class="muted">{found().result.codes[at()] ?? ''}</code>
                  </li>
                )}
              </For>
            </ul>
            <CorrectionDiff diff={found().result.diff} label="What would change" />
          </div>
        )}
      </Show>
      <Show when={props.canAct && (props.isOpen || canDiscard() || props.message.state === 'discarded')}>
        <ActorFields id="correct" label="Reason, kept with it" reason={reason()} onReason={setReason} />
        <p class="work-acts">
          <Show when={props.isOpen}>
            <button type="button" class="btn" disabled={busy()} onClick={() => void tryIt()}>
              Try it
            </button>
            <button
              type="button"
              class="btn btn-main"
              disabled={busy() || !isNamed() || !isGood()}
              onClick={() => void send()}
            >
              Send it
            </button>
          </Show>
          <Show when={canDiscard()}>
            <button
              type="button"
              class="btn"
              disabled={busy() || !isNamed()}
              onClick={() => void discard('discarded')}
            >
              Discard
            </button>
          </Show>
          <Show when={props.message.state === 'discarded'}>
            <button
              type="button"
              class="btn"
              disabled={busy() || !isNamed()}
              onClick={() => void discard('restored')}
            >
              Take it back
            </button>
          </Show>
          <span class="muted" role="status">
            {said() ||
              (props.isOpen && !isGood()
                ? 'It is tried first; what the front door lets in can be sent.'
                : isNamed()
                  ? ''
                  : askedFirst())}
          </span>
        </p>
      </Show>
    </Section>
  )
}
