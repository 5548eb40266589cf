import { createEffect, createSignal, on, Show } from 'solid-js'
import { postJson, type RequestError } from '../lib/api.ts'
import { focusFirst } from '../lib/focus.ts'
import { announceChange } from '../lib/stream.ts'
import { DialogFrame } from './dialog-frame.tsx'
import type { Pulled } from './source-pulls.tsx'

/** Asks before a source is paused or goes on, and why. */
export default function SourcePause(props: { source: Pulled | undefined; onClose: () => void }) {
  const [reason, setReason] = createSignal('')
  const [fault, setFault] = createSignal('')
  const [isSending, setSending] = createSignal(false)
  createEffect(
    on(
      () => props.source?.source,
      () => {
        setReason('')
        setFault('')
      },
    ),
  )
  const isPaused = () => props.source?.paused != null
  const send = async () => {
    if (!props.source || isSending()) return
    setSending(true)
    try {
      const path = `/api/sources/${encodeURIComponent(props.source.source)}/${isPaused() ? 'resume' : 'pause'}`
      await postJson(path, { reason: reason().trim() })
      announceChange(['sources'])
      props.onClose()
    } catch (error) {
      setFault((error as RequestError).message)
    } finally {
      setSending(false)
    }
  }
  return (
    <DialogFrame
      open={props.source !== undefined}
      title={`${isPaused() ? 'Resume' : 'Pause'} ${props.source?.source ?? ''}`}
      onClose={props.onClose}
    >
      <form
        class="act-fields"
        ref={focusFirst}
        onSubmit={(event) => {
          event.preventDefault()
          void send()
        }}
      >
        <p class="soft">
          {isPaused()
            ? 'It is polled at once, and what has come meanwhile is read.'
            : 'It is not polled until somebody resumes it, also after a restart. Its watermark stands still: checks that read it become incomplete, and open and close nothing.'}
        </p>
        <label>
          <span class="label">{isPaused() ? 'What was mended, if anything' : 'Why it is paused'}</span>
          <input
            class="field"
            type="text"
            data-first
            maxlength="500"
            required={!isPaused()}
            value={reason()}
            onInput={(event) => setReason(event.currentTarget.value)}
          />
        </label>
        <Show when={fault()}>{(text) => <p class="t-breach">{text()}</p>}</Show>
        <p class="act-foot">
          <button
            type="submit"
            class="btn btn-main"
            disabled={isSending() || (!isPaused() && reason().trim() === '')}
          >
            {isPaused() ? 'Resume' : 'Pause'} <kbd>Enter</kbd>
          </button>
        </p>
      </form>
    </DialogFrame>
  )
}
