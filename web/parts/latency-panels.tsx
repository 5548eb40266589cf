import { createMemo, For } from 'solid-js'
import type { FlowDetail } from '../../server/api/schemas/flows.ts'
import buildHandoffLatency, { latencyDomain } from '../charts/handoff-latency.ts'
import { formatDuration, formatDurationMark, formatNumber } from '../lib/format.ts'
import { readLook } from '../lib/look.ts'
import { useMeant } from '../lib/meant.ts'
import { formatDayClock } from '../lib/time.ts'
import { Chart } from './chart.tsx'
import { Shape, statusWord } from './shape.tsx'

const text = (value: number | null) => (value === null ? '–' : formatDuration(value))

/** Hand-off latency as small multiples on one log axis, so that they can be compared. */
export function LatencyPanels(props: {
  handoffs: FlowDetail['handoffs']
  zone: string
  onRange?: (from: Date, to: Date) => void
}) {
  const domain = createMemo(() => latencyDomain(props.handoffs))
  return (
    <div class="panels">
      <For each={props.handoffs}>
        {(handoff, at) => {
          const { isMeant, show } = useMeant(() => `handoff-${handoff.handoff}`)
          const option = createMemo(() =>
            buildHandoffLatency(
              {
                series: handoff.series,
                objective_ms: handoff.objective_ms,
                status: handoff.status,
                domain: domain(),
                zone: props.zone,
                named: at() === 0,
              },
              readLook(),
            ),
          )
          return (
            <figure ref={show} id={`handoff-${handoff.handoff}`} classList={{ chosen: isMeant() }}>
              <figcaption>
                <span class="panel-name">
                  <Shape status={handoff.status} />
                  <b>{handoff.name}</b>
                  <span class="soft">
                    {handoff.from_role.toUpperCase()}→{handoff.to_role.toUpperCase()}
                  </span>
                  <span class="spacer" />
                  <span class={`t-${handoff.status}`}>
                    {statusWord(handoff.status, handoff.p95_ms !== null)}
                  </span>
                </span>
                <span class="panel-facts">
                  <span>
                    p50 <b>{text(handoff.p50_ms)}</b>
                  </span>
                  <span>
                    p95{' '}
                    <b class={`strong t-${handoff.status === 'ok' ? '' : handoff.status}`}>
                      {text(handoff.p95_ms)}
                    </b>
                  </span>
                  <span>
                    p99 <b>{text(handoff.p99_ms)}</b>
                  </span>
                  <span class="spacer" />
                  <span>
                    SLO <b>{formatDurationMark(handoff.objective_ms)}</b>
                  </span>
                </span>
              </figcaption>
              <Chart
                option={option()}
                height={180}
                name={`${handoff.name} latency`}
                group="hand-offs"
                {...(props.onRange && { onRange: props.onRange })}
                label={`${handoff.name}: p95 ${text(handoff.p95_ms)}, objective ${formatDuration(handoff.objective_ms)}, ${statusWord(handoff.status, handoff.p95_ms !== null)}; ${formatNumber(handoff.in_flight)} in flight, ${formatNumber(handoff.stuck)} stuck`}
                table={{
                  head: ['Time', 'p50', 'p95', 'p99'],
                  points: () => handoff.series,
                  rows: () =>
                    handoff.series.map((p) => [
                      formatDayClock(Date.parse(p.at), props.zone),
                      text(p.p50_ms),
                      text(p.p95_ms),
                      text(p.p99_ms),
                    ]),
                }}
              />
            </figure>
          )
        }}
      </For>
    </div>
  )
}
