import type { EChartsCoreOption } from 'echarts/core'
import { formatNumber } from '../lib/format.ts'
import type { Look } from '../lib/look.ts'
import { timeAxis } from '../lib/time-axis.ts'

export interface CallFailureRows {
  points: { at: string; errors: number; throttled: number }[]
  /** the end of the range */
  to: string
  zone: string
}

/** Calls that failed over time, as bars from zero: those that were throttled, and all others on top of them. */
export default function buildCallFailures(
  { points, to, zone }: CallFailureRows,
  look: Look,
): EChartsCoreOption {
  const bar = (color: string, pick: (point: CallFailureRows['points'][number]) => number) => ({
    type: 'bar',
    stack: 'failed',
    barWidth: '70%',
    silent: true,
    itemStyle: { color },
    data: points.map((point) => [Date.parse(point.at), pick(point)]),
  })
  return {
    animation: false,
    grid: { left: 48, right: 14, top: 10, bottom: 24 },
    xAxis: timeAxis(look, zone, look.ghost, { from: points[0]?.at, to }),
    yAxis: {
      type: 'value',
      min: 0,
      minInterval: 1,
      splitNumber: 3,
      splitLine: { lineStyle: { color: look['rule-2'] } },
      axisLabel: { color: look['ink-3'], fontSize: 11, formatter: (value: number) => formatNumber(value) },
    },
    series: [
      bar(look.watch, (point) => point.throttled),
      // what is throttled has failed, too, as a rule
      bar(look.breach, (point) => Math.max(0, point.errors - point.throttled)),
    ],
  }
}
