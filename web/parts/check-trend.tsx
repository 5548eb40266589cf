import { createMemo } from 'solid-js'
import buildCheckTrend from '../charts/check-trend.ts'
import { formatMoneyShort } from '../lib/format.ts'
import { readLook } from '../lib/look.ts'
import { formatTime, viewerZone } from '../lib/time.ts'
import { Chart } from './chart.tsx'

/** A value of a check over time, with its table. */
export function CheckTrend(props: {
  points: { at: string; value: number | null }[]
  currency: string
  title: string
  label: string
}) {
  const option = createMemo(() =>
    buildCheckTrend(
      { points: props.points.map((p) => ({ ...p })), currency: props.currency, zone: viewerZone() },
      readLook(),
    ),
  )
  return (
    <figure>
      <figcaption class="label">
        {props.title}, {props.currency}
      </figcaption>
      <Chart
        option={option()}
        height={168}
        name={props.label}
        group="checks"
        label={props.label}
        table={{
          head: ['Time', `${props.title}, ${props.currency}`],
          points: () => props.points,
          rows: () =>
            props.points.map((p) => [
              formatTime(p.at, viewerZone(), { day: true }),
              p.value === null ? 'no run' : formatMoneyShort(p.value, props.currency),
            ]),
        }}
      />
    </figure>
  )
}
