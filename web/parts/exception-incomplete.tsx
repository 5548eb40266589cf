import { For, Show } from 'solid-js'
import type { ExceptionStanding } from '../../server/api/schemas/exceptions.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Shape } from './shape.tsx'

/** Which checks did not answer, and why; or that all did, in the same place, so that nothing below it moves. */
export function Incomplete(props: { standing: ExceptionStanding }) {
  const estate = useEstate()
  return (
    <Show
      when={props.standing.incomplete.length > 0}
      fallback={
        <p class="complete soft">
          {props.standing.last_run_at
            ? `Every check completed, last at ${formatTime(props.standing.last_run_at, viewerZone())}.`
            : 'No check has run yet.'}
        </p>
      }
    >
      <details class="incomplete">
        <summary>
          <Shape status="unknown" />
          <b>
            {formatNumber(props.standing.incomplete.length)}{' '}
            {props.standing.incomplete.length === 1 ? 'check did' : 'checks did'} not complete
          </b>
          <span class="soft">
            {[
              ...new Set(
                props.standing.incomplete.map((one) => `${estate.checkTitle(one.check)} ${one.plant}`),
              ),
            ]
              .slice(0, 4)
              .join(', ')}
            {props.standing.incomplete.length > 4 ? ' …' : ''}; their cases stay as they were
          </span>
        </summary>
        <ul>
          <For each={props.standing.incomplete}>
            {(one) => (
              <li>
                <b>
                  {estate.checkTitle(one.check)}, {one.plant}
                </b>{' '}
                <span class="soft">{one.reason}</span>
              </li>
            )}
          </For>
        </ul>
      </details>
    </Show>
  )
}
