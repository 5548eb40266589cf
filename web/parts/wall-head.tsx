import { Show } from 'solid-js'
import { formatAge } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Bob, Shape } from './shape.tsx'

/** What this is of, whether it is live, which view comes when, and the time of day. */
export function WallHead(props: {
  title: string
  zone: string
  now: number
  updated: string | undefined
  trouble: string
  turn: { index: number; left: number; views: number } | undefined
}) {
  const clock = () => formatTime(new Date(props.now).toISOString(), props.zone, { now: props.now }).split(' ')
  return (
    <header class="wall-head">
      <Bob />
      <b>Plumbline</b>
      <span class="title">{props.title}</span>
      <span class="spacer" />
      <Show when={props.turn}>
        {(turn) => (
          <span class="turn">
            {turn().index + 1} of {turn().views}, next in <span class="left">{formatAge(turn().left)}</span>
          </span>
        )}
      </Show>
      <span class="live" classList={{ trouble: props.trouble !== '' }} role="status">
        <Shape status={props.trouble ? 'unknown' : props.updated ? 'ok' : 'unknown'} />
        {props.trouble || (props.updated ? 'Live' : 'Connecting')}
      </span>
      <Show when={!props.trouble && props.updated}>
        {(at) => (
          <span class="at">
            updated {formatTime(at(), props.zone, { zone: false, seconds: true, now: props.now })}
          </span>
        )}
      </Show>
      <span class="clock">
        <b>{clock()[0]}</b> {clock().slice(1).join(' ')}
      </span>
    </header>
  )
}
