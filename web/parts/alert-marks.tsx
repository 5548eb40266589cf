import { Show } from 'solid-js'
import type { AlertRow } from '../../server/api/schemas/alerts.ts'
import { ALERT_SEVERITIES, ALERT_STATUSES } from '../lib/alerts.ts'
import { SeverityShape, Shape } from './shape.tsx'

/** How bad an alert is and how it stands: shape and words. */
export function AlertMark(props: { alert: AlertRow }) {
  const look = () => ALERT_SEVERITIES[props.alert.severity]
  return (
    <span class="alert-mark">
      <Show
        when={props.alert.status !== 'resolved'}
        fallback={
          <>
            <Shape status="ok" /> <span class="t-ok">Resolved</span>
          </>
        }
      >
        <SeverityShape severity={look().severity} />{' '}
        <b class={props.alert.severity === 'page' ? 't-breach' : ''}>{look().word}</b>{' '}
        <span class="soft">{ALERT_STATUSES[props.alert.status].toLowerCase()}</span>
      </Show>
    </span>
  )
}
