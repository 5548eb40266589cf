import { Match, Switch } from 'solid-js'
import type { Severity, Status } from '../../server/api/schemas/common.ts'

export const STATUS_WORDS: Record<Status, string> = {
  ok: 'OK',
  watch: 'Watch',
  breach: 'Breach',
  unknown: 'Stale',
}
/** The word beside a status; unknown says why: nothing measured at all, or measured too long ago. */
export function statusWord(status: Status, hasValue: boolean): string {
  return status === 'unknown' && !hasValue ? 'No data' : STATUS_WORDS[status]
}
export const SEVERITY_WORDS: Record<Severity, string> = {
  critical: 'Critical',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}

/** A status as a shape: disc, triangle, diamond, hatched square. A word or value stands beside it always. */
export function Shape(props: { status: Status }) {
  return (
    <svg class={`sh sh-${props.status}`} viewBox="0 0 12 12" aria-hidden="true">
      <Switch>
        <Match when={props.status === 'ok'}>
          <circle cx="6" cy="6" r="4" fill="currentColor" />
        </Match>
        <Match when={props.status === 'watch'}>
          <path
            d="M6 1 11.2 10.5H.8Z"
            fill="currentColor"
            stroke="var(--watch-line)"
            stroke-linejoin="round"
          />
        </Match>
        <Match when={props.status === 'breach'}>
          <path d="M6 0 12 6 6 12 0 6Z" fill="currentColor" />
        </Match>
        <Match when={true}>
          <Hatched />
        </Match>
      </Switch>
    </svg>
  )
}

function Hatched() {
  return (
    <path d="M1 1h10v10H1zM1 7 7 1M1 11 11 1M5 11l6-6" fill="none" stroke="currentColor" stroke-width="1.1" />
  )
}

/** A severity: diamond, triangle, filled square, hollow square. */
export function SeverityShape(props: { severity: Severity }) {
  return (
    <Switch>
      <Match when={props.severity === 'critical'}>
        <Shape status="breach" />
      </Match>
      <Match when={props.severity === 'high'}>
        <Shape status="watch" />
      </Match>
      <Match when={true}>
        <svg class="sh sh-plain" viewBox="0 0 12 12" aria-hidden="true">
          <rect
            x="2"
            y="2"
            width="8"
            height="8"
            fill={props.severity === 'medium' ? 'currentColor' : 'none'}
            stroke="currentColor"
            stroke-width="1.2"
          />
        </svg>
      </Match>
    </Switch>
  )
}

/** Plumbline's mark: the bob on its line. */
export function Bob() {
  return (
    <svg class="bob" viewBox="0 0 22 32" height="32" aria-hidden="true">
      <path d="M3 2h16v2.6H3zM9.9 4h2.2v9H9.9zM5 13h12v7l-6 10-6-10z" fill="currentColor" />
    </svg>
  )
}

export function Chevron() {
  return (
    <svg class="chev" width="10" height="10" viewBox="0 0 10 10" aria-hidden="true">
      <path d="m2 3.5 3 3 3-3" fill="none" stroke="currentColor" stroke-width="1.4" />
    </svg>
  )
}
