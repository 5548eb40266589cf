import { createMemo, createSignal, For, Show } from 'solid-js'
import type { PlantView } from '../../server/api/schemas/plants.ts'
import { now } from '../lib/clock.ts'
import { formatDuration, formatNumber, formatPercent } from '../lib/format.ts'
import { formatTime } from '../lib/time.ts'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Empty } from './states.tsx'

type Period = PlantView['hours'][number] & { name?: string }

/** What happened shift by shift, or hour by hour, by the plant's own clock; the newest first. */
export function PlantPeriods(props: { plant: PlantView }) {
  const hasShifts = () => props.plant.shifts.length > 0
  // a range in which no shift worked is looked at by the hour
  const [by, setBy] = createSignal<'shift' | 'hour'>(
    props.plant.shifts.some((shift) => shift.name !== '') ? 'shift' : 'hour',
  )
  const isShift = () => by() === 'shift' && hasShifts()
  const periods = createMemo<Period[]>(() =>
    [...(isShift() ? props.plant.shifts : props.plant.hours)].reverse(),
  )
  const most = createMemo(() => Math.max(1, ...periods().map((period) => period.orders)))
  const flow = () => props.plant.flow
  const status = (period: Period) => {
    const limit = flow()?.objective_ms ?? 0
    if (period.p95_ms === null) return 'unknown'
    const share = limit > 0 ? period.p95_ms / limit : 0
    return share >= 1 ? 'breach' : share >= 0.8 ? 'watch' : 'ok'
  }
  const clock = (iso: string) => formatTime(iso, props.plant.time_zone, { zone: false, now: now() })
  const isNow = (period: Period) => period.to === props.plant.to
  return (
    <Section
      title={isShift() ? 'By shift' : 'By hour'}
      sub={
        <>
          {flow() ? `${flow()?.name}; latency of ${flow()?.handoff_name}; ` : ''}
          {props.plant.time_zone}, the first and the last as far as the range goes
        </>
      }
      more={
        <Show when={hasShifts()} fallback={<span class="muted">this plant has no shifts</span>}>
          <fieldset class="toggle">
            <legend class="sr">Periods</legend>
            <For each={['shift', 'hour'] as const}>
              {(kind) => (
                <button type="button" aria-pressed={by() === kind} onClick={() => setBy(kind)}>
                  By {kind}
                </button>
              )}
            </For>
          </fieldset>
        </Show>
      }
    >
      <Show when={periods().length > 0} fallback={<Empty title="Nothing to count" />}>
        <section class="scroll-x plant-periods" tabindex="0" aria-label={isShift() ? 'Shifts' : 'Hours'}>
          <table class="table">
            <thead>
              <tr>
                <th>{isShift() ? 'Shift' : 'Hour'}</th>
                <th>From</th>
                <th>To</th>
                <th class="r">Orders in</th>
                <td />
                <th class="r">Arrived</th>
                <th class="r">p95</th>
                <th class="r">Over objective</th>
                <th class="r">Cases opened</th>
              </tr>
            </thead>
            <tbody>
              <For each={periods()}>
                {(period) => (
                  <tr classList={{ soft: period.name === '' }}>
                    <td class="nowrap">
                      <b>{isShift() ? period.name || 'Between shifts' : clock(period.from)}</b>
                      <Show when={isNow(period)}>
                        <span class="muted"> now</span>
                      </Show>
                    </td>
                    <td class="nowrap">{clock(period.from)}</td>
                    <td class="nowrap">{clock(period.to)}</td>
                    <td class="r">{formatNumber(period.orders)}</td>
                    <td class="bar-cell" aria-hidden="true">
                      <i style={{ width: `${(100 * period.orders) / most()}%` }} />
                    </td>
                    <td class="r">{formatNumber(period.done)}</td>
                    <td class="r strong">
                      <Show when={period.p95_ms !== null} fallback={<span class="muted">–</span>}>
                        <Shape status={status(period)} /> {formatDuration(period.p95_ms ?? 0)}
                      </Show>
                    </td>
                    <td class="r">
                      {period.done > 0
                        ? `${formatNumber(period.late)}, ${formatPercent((100 * period.late) / period.done)}`
                        : '–'}
                    </td>
                    <td class="r">{formatNumber(period.opened)}</td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
    </Section>
  )
}
