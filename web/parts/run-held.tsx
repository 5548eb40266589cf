import { useNavigate } from '@solidjs/router'
import { createSignal, Show } from 'solid-js'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import { postJson, RequestError } from '../lib/api.ts'
import { formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { announceChange } from '../lib/stream.ts'
import { Shape } from './shape.tsx'

/** A run that would have opened too much at once: what waits, and the way to let it. */
export function RunHeld(props: { run: RunRow }) {
  const navigate = useNavigate()
  const [busy, setBusy] = createSignal(false)
  const [said, setSaid] = createSignal('')
  const release = async () => {
    setBusy(true)
    try {
      const { runs } = await postJson<{ runs: RunRow[] }>(`/api/runs/${props.run.run}/release`)
      announceChange(['runs', 'exceptions'])
      const next = runs.find((run) => run.plant === props.run.plant)
      if (next) navigate(`/runs/${next.run}`)
    } catch (error) {
      setSaid(error instanceof RequestError ? `Not released: ${error.message}` : 'Not released')
    } finally {
      setBusy(false)
    }
  }
  return (
    <div class="bar wrap">
      <p>
        <Shape status="breach" /> <b>{formatNumber(props.run.held)} new cases wait for a person.</b> So many
        at once are more often a broken mapping or a missed file than so many errors. Look at the variances
        below; until they are released this plant opens and closes nothing.
      </p>
      <span class="muted" role="status">
        {said()}
      </span>
      <Show when={may('approve')}>
        <button type="button" class="btn" disabled={busy()} onClick={() => void release()}>
          Release and open them
        </button>
      </Show>
    </div>
  )
}
