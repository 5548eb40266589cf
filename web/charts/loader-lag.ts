import type { EChartsCoreOption } from 'echarts/core'
import { formatDurationMark } from '../lib/format.ts'
import type { Look } from '../lib/look.ts'
import { timeAxis } from '../lib/time-axis.ts'

export interface LoaderLagRows {
  points: { at: string; lag_p95_ms: number | null; lag_max_ms: number | null }[]
  /** the end of the range */
  to: string
  zone: string
}

/** How far the loader lagged: p95 of each step solid, its slowest load as a ghost; steps without a load stay empty. */
export default function buildLoaderLag({ points, to, zone }: LoaderLagRows, look: Look): EChartsCoreOption {
  const line = { type: 'line', connectNulls: false, showSymbol: true, symbol: 'circle', symbolSize: 3 }
  return {
    animation: false,
    grid: { left: 56, right: 12, top: 10, bottom: 22 },
    xAxis: timeAxis(look, zone, look.rule, { from: points[0]?.at, to }),
    yAxis: {
      type: 'value',
      min: 0,
      splitNumber: 3,
      splitLine: { lineStyle: { color: look['rule-2'] } },
      axisLabel: { color: look['ink-3'], fontSize: 11, formatter: formatDurationMark },
    },
    series: [
      {
        ...line,
        symbolSize: 2,
        data: points.map((point) => [Date.parse(point.at), point.lag_max_ms]),
        lineStyle: { color: look.ghost, width: 1 },
        itemStyle: { color: look.ghost },
        silent: true,
      },
      {
        ...line,
        data: points.map((point) => [Date.parse(point.at), point.lag_p95_ms]),
        lineStyle: { color: look.ink, width: 1.5 },
        itemStyle: { color: look.ink },
      },
    ],
  }
}
