import { Show } from 'solid-js'
import type { CheckList } from '../../server/api/schemas/runs.ts'
import { now } from '../lib/clock.ts'
import { formatAge } from '../lib/format.ts'
import { formatTime, viewerZone } from '../lib/time.ts'

/** What a check compares, by which limits, and when. */
export function CheckFacts(props: { check: CheckList['checks'][number] }) {
  const answered = () => props.check.plants.filter((plant) => plant.last?.outcome === 'ok').length
  const rule = () => props.check.plants.find((plant) => plant.last)?.last?.rule
  return (
    <dl class="check-facts">
      <div>
        <dt class="label">Compares</dt>
        <dd>
          {props.check.left} = {props.check.right}
        </dd>
      </div>
      <div>
        <dt class="label">Tolerance</dt>
        <dd>{props.check.tolerance}</dd>
      </div>
      <div>
        <dt class="label">Grace</dt>
        <dd>{formatAge(props.check.grace_s)}</dd>
      </div>
      <div>
        <dt class="label">Schedule</dt>
        <dd class="mono">{props.check.schedule}</dd>
      </div>
      <div>
        <dt class="label">Next run</dt>
        <dd>
          <Show when={props.check.next_run_at} fallback="–">
            {(at) => (
              <>
                {formatTime(at(), viewerZone())}
                <Show when={Date.parse(at()) > now()}>
                  , in {formatAge((Date.parse(at()) - now()) / 1000)}
                </Show>
              </>
            )}
          </Show>
        </dd>
      </div>
      <div>
        <dt class="label">Rule version</dt>
        <dd class="mono">{rule() ?? '–'}</dd>
      </div>
      <div>
        <dt class="label">Answered</dt>
        <dd class={answered() < props.check.plants.length ? 't-unknown' : ''}>
          {answered()} of {props.check.plants.length} plants
        </dd>
      </div>
    </dl>
  )
}
