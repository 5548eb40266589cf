import { For, Show } from 'solid-js'
import type { Wall } from '../../server/api/schemas/wall.ts'
import { useEstate } from '../lib/estate.tsx'
import { createFit } from '../lib/fit.ts'
import { formatAge, formatMoneyShort, formatNumber } from '../lib/format.ts'
import { splitDuration } from '../lib/kpi.ts'
import { formatTime } from '../lib/time.ts'
import { Shape } from './shape.tsx'

/** Lines of silent sources, the one that counts the rest among them. */
const MOST_STALE = 3
const soonS = 3600

/** Whole minutes that are left, so that nobody is promised more than there is. */
const leftText = (seconds: number) => formatAge(seconds < 100 ? seconds : Math.floor(seconds / 60) * 60)

/** The clock that runs out next: it goes on counting whether Plumbline answers or not. Below it, who is silent. */
export function WallDeadline(props: { wall: Wall; now: number; isSilent: boolean }) {
  const estate = useEstate()
  const { fits, frame, list } = createFit(
    () => MOST_STALE,
    () => [props.wall, props.isSilent],
  )
  const named = () => (props.wall.stale.length <= fits() ? props.wall.stale.length : fits() - 1)
  return (
    <aside class="wall-side" aria-label="Deadline" ref={frame}>
      <Show
        when={props.wall.deadline}
        fallback={
          <p class="label">
            {props.wall.late > 0 ? `${formatNumber(props.wall.late)} over SLA` : 'No SLA clock runs'}
          </p>
        }
      >
        {(deadline) => {
          const left = () => (Date.parse(deadline().due_at) - props.now) / 1000
          const split = () => splitDuration(leftText(Math.abs(left())))
          return (
            <>
              <p class="label">
                {props.isSilent
                  ? 'Deadline still running'
                  : `SLA, ${deadline().plant_name}: ${deadline().title}`}
              </p>
              <p class="left" classList={{ soon: !props.isSilent && left() < soonS }} role="timer">
                {split().value}
                <small>
                  {split().unit}
                  {left() < 0 ? ' late' : ''}
                </small>
              </p>
              <p class="by">
                {props.isSilent ? `${deadline().plant_name}, ` : ''}
                {deadline().kind} by{' '}
                <b>{formatTime(deadline().due_at, estate.zoneOf(deadline().plant), { now: props.now })}</b>
              </p>
              <dl>
                <div>
                  <dt>First</dt>
                  <dd>EX-{deadline().number}</dd>
                </div>
                <div>
                  <dt>{props.isSilent ? 'Last known' : 'At risk'}</dt>
                  <dd>{formatMoneyShort(Number(deadline().amount), props.wall.currency)}</dd>
                </div>
                <div>
                  <dt>Cases</dt>
                  <dd>{formatNumber(deadline().cases)}</dd>
                </div>
                <div>
                  <dt>Owner</dt>
                  <dd>{deadline().owner}</dd>
                </div>
              </dl>
            </>
          )
        }}
      </Show>
      <Show when={!props.isSilent && props.wall.stale.length > 0}>
        <ul ref={list}>
          <For each={props.wall.stale.slice(0, named())}>
            {(source) => (
              <li>
                <Shape status="unknown" />
                <span>{source.label}</span>
                <span class="lag">
                  {source.lag_s === null ? 'nothing yet' : `stale ${formatAge(source.lag_s)}`}
                </span>
              </li>
            )}
          </For>
          <Show when={props.wall.stale.length > named()}>
            <li>
              {named() > 0
                ? `${formatNumber(props.wall.stale.length - named())} more sources silent`
                : `${formatNumber(props.wall.stale.length)} sources silent`}
            </li>
          </Show>
        </ul>
      </Show>
    </aside>
  )
}
