import { Match, Switch } from 'solid-js'
import type { RunRow } from '../../server/api/schemas/runs.ts'
import { Shape } from './shape.tsx'

/** How a run ended: a disc, the hatched square of the unknown, or a cross; and the word. */
export function Outcome(props: { run: Pick<RunRow, 'outcome'> }) {
  return (
    <span class={`outcome outcome-${props.run.outcome}`}>
      <Switch>
        <Match when={props.run.outcome === 'ok'}>
          <Shape status="ok" /> Complete
        </Match>
        <Match when={props.run.outcome === 'incomplete'}>
          <Shape status="unknown" /> Incomplete
        </Match>
        <Match when={true}>
          <Cross /> Failed
        </Match>
      </Switch>
    </span>
  )
}

function Cross() {
  return (
    <svg class="sh sh-breach" viewBox="0 0 12 12" aria-hidden="true">
      <path d="m2 2 8 8m0-8-8 8" stroke="currentColor" stroke-width="2" />
    </svg>
  )
}
