import { Match, Switch } from 'solid-js'
import { connection } from '../lib/stream.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Shape } from './shape.tsx'

/** As of when the page speaks, and whether it is live. */
export function AsOf(props: { at: string | undefined; zone?: string }) {
  const status = () => (connection() === 'live' ? 'ok' : connection() === 'stale' ? 'unknown' : 'watch')
  return (
    <div class="cell as-of">
      <span class="label">As of</span>
      <span class="value">
        <Shape status={status()} />
        {props.at ? formatTime(props.at, props.zone ?? viewerZone(), { seconds: true }) : '–'}
        <span class="muted" role="status">
          <Switch fallback="connecting">
            <Match when={connection() === 'live'}>live</Match>
            <Match when={connection() === 'reconnecting'}>reconnecting</Match>
            <Match when={connection() === 'stale'}>stale</Match>
          </Switch>
        </span>
      </span>
    </div>
  )
}
