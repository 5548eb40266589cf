import { createSignal } from 'solid-js'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { announceChange } from '../lib/stream.ts'

/** Runs a check at once, over what may have changed or over every key, and says how it went. */
export function RunNow(props: { check: string }) {
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const run = async (full: boolean) => {
    setBusy(true)
    setSaid('')
    try {
      const { runs } = await postJson<{ runs: RunRow[] }>(`/api/checks/${props.check}/runs`, { full })
      const bad = runs.filter((one) => one.outcome !== 'ok').length
      setSaid(`${runs.length} plants run${bad ? `, ${bad} not complete` : ', all complete'}`)
      announceChange(['runs', 'exceptions'])
    } catch (error) {
      setSaid(error instanceof RequestError ? `Not run: ${error.message}` : 'Not run')
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <span class="muted" role="status">
        {said()}
      </span>
      <button type="button" class="btn small" disabled={busy()} onClick={() => void run(false)}>
        {busy() ? 'Running' : 'Run now'}
      </button>
      <button type="button" class="btn small" disabled={busy()} onClick={() => void run(true)}>
        Compare every key
      </button>
    </>
  )
}
