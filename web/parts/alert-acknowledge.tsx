import { createSignal, Show } from 'solid-js'
import type { AlertRow } from '../../server/api/schemas/alerts.ts'
import { acknowledgeAlert } from '../lib/alerts.ts'
import { RequestError } from '../lib/api.ts'

/** Takes an alert on: it is not said again, and nobody else is called. */
export function AlertAcknowledge(props: { alert: AlertRow; main?: boolean }) {
  const [busy, setBusy] = createSignal(false)
  const [problem, setProblem] = createSignal('')
  const take = async () => {
    setBusy(true)
    setProblem('')
    try {
      await acknowledgeAlert(props.alert.fingerprint)
    } catch (error) {
      setProblem(error instanceof RequestError ? `Not acknowledged: ${error.message}` : 'Not acknowledged')
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Show when={props.alert.status === 'firing'}>
        <button
          type="button"
          class={props.main ? 'btn btn-main' : 'btn small'}
          disabled={busy()}
          aria-label={props.main ? undefined : `Acknowledge ${props.alert.title}`}
          onClick={() => void take()}
        >
          Acknowledge
          <Show when={props.main}>
            <kbd>A</kbd>
          </Show>
        </button>
      </Show>
      <Show when={problem()}>
        <span class="t-breach" role="alert">
          {problem()}
        </span>
      </Show>
    </>
  )
}
