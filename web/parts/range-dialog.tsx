import { createEffect, createSignal, on, Show } from 'solid-js'
import { focusFirst } from '../lib/focus.ts'
import { MOST_MS, useScope } from '../lib/scope.ts'
import { fromLocalField, toLocalField, zoneName } from '../lib/time.ts'
import { DialogFrame } from './dialog-frame.tsx'

/** Asks for a range by its ends, in the zone of the page. */
export default function RangeDialog(props: { open: boolean; zone: string; onClose: () => void }) {
  const scope = useScope()
  const [from, setFrom] = createSignal('')
  const [to, setTo] = createSignal('')
  createEffect(
    on(
      () => props.open,
      () => {
        const end = scope.to() ? new Date(scope.to()) : new Date()
        const start = scope.from()
          ? new Date(scope.from())
          : new Date(end.getTime() - scope.hours() * 3_600_000)
        setFrom(toLocalField(start, props.zone))
        setTo(toLocalField(end, props.zone))
      },
    ),
  )
  const begins = () => fromLocalField(from(), props.zone)
  const ends = () => fromLocalField(to(), props.zone)
  const fault = () => {
    const [start, end] = [begins(), ends()]
    if (!start || !end) return 'Name a day and a time for both ends.'
    if (start >= end) return 'The range ends before it begins.'
    if (start.getTime() > Date.now()) return 'The range lies in the future.'
    return end.getTime() - start.getTime() > MOST_MS ? 'At most 31 days can be shown at once.' : ''
  }
  return (
    <DialogFrame open={props.open} title="Range" onClose={props.onClose}>
      <form
        class="act-fields"
        ref={focusFirst}
        onSubmit={(event) => {
          event.preventDefault()
          const [start, end] = [begins(), ends()]
          if (!start || !end || fault()) return
          scope.setRange(start, end)
          props.onClose()
        }}
      >
        <label>
          <span class="label">From, {zoneName(props.zone, begins() ?? new Date())}</span>
          <input
            class="field"
            type="datetime-local"
            data-first
            value={from()}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label>
          <span class="label">To, {zoneName(props.zone, ends() ?? new Date())}</span>
          <input
            class="field"
            type="datetime-local"
            value={to()}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </label>
        <Show when={fault()}>{(text) => <p class="t-breach">{text()}</p>}</Show>
        <p class="act-foot">
          <button type="submit" class="btn btn-main" disabled={fault() !== ''}>
            Show <kbd>Enter</kbd>
          </button>
        </p>
      </form>
    </DialogFrame>
  )
}
