import type { EChartsCoreOption } from 'echarts/core'
import { formatNumber } from '../lib/format.ts'
import type { Look } from '../lib/look.ts'
import { timeAxis } from '../lib/time-axis.ts'

export interface QualityRateRows {
  points: { at: string; value: number | null; count: number; of: number }[]
  previous: { at: string; value: number | null }[]
  limit: number
  zone: string
}

/** A rate by the hour: measured solid, the range before as a ghost, the limit dash-dot; hours without a message stay empty. */
export default function buildQualityRate(
  { points, previous, limit, zone }: QualityRateRows,
  look: Look,
): EChartsCoreOption {
  const known = [...points, ...previous].flatMap((point) => (point.value === null ? [] : [point.value]))
  const low = Math.min(limit, ...known)
  const high = Math.max(limit, ...known)
  const room = (high - low || 1) * 0.1
  // the range before lies under this one, hour on hour
  const shift = Date.parse(points[0]?.at ?? '') - Date.parse(previous[0]?.at ?? '')
  const line = { type: 'line', connectNulls: false, showSymbol: true, symbolSize: 3 }
  return {
    animation: false,
    grid: { left: 48, right: 12, top: 10, bottom: 22 },
    xAxis: timeAxis(look, zone, look.rule),
    yAxis: {
      type: 'value',
      min: Math.max(0, low - room),
      max: Math.min(100, high + room),
      splitNumber: 3,
      splitLine: { lineStyle: { color: look['rule-2'] } },
      axisLabel: {
        color: look['ink-3'],
        fontSize: 11,
        showMinLabel: false,
        formatter: (value: number) => `${formatNumber(value, { max: high - low < 5 ? 2 : 1 })}\u2009%`,
      },
    },
    series: [
      {
        ...line,
        showSymbol: false,
        data: Number.isFinite(shift)
          ? previous.map((point) => [Date.parse(point.at) + shift, point.value])
          : [],
        lineStyle: { color: look.ghost, width: 1 },
        silent: true,
      },
      {
        ...line,
        symbol: 'circle',
        data: points.map((point) => [Date.parse(point.at), point.value]),
        lineStyle: { color: look.ink, width: 1.5 },
        itemStyle: { color: look.ink },
        markLine: {
          silent: true,
          symbol: 'none',
          data: [{ yAxis: limit }],
          label: { show: false },
          lineStyle: { color: look['ink-2'], type: [7, 2, 1.5, 2], width: 1 },
        },
      },
    ],
  }
}
