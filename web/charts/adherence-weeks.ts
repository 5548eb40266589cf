import type { EChartsCoreOption } from 'echarts/core'
import { formatNumber } from '../lib/format.ts'
import type { Look } from '../lib/look.ts'

export interface AdherenceRows {
  weeks: { week: string; in_time: number | null; available: number | null }[]
  agreed: { in_time: number | null; available: number | null }
}

const PERCENT = '\u2009%'

/** Two shares by week: calls in the agreed time as a line in ink, calls without an error dotted; what was agreed dash-dot. */
export default function buildAdherenceWeeks({ weeks, agreed }: AdherenceRows, look: Look): EChartsCoreOption {
  const values = [
    ...weeks.flatMap((week) => [week.in_time, week.available]),
    agreed.in_time,
    agreed.available,
  ].filter((value) => value !== null)
  const low = Math.min(99, ...values)
  const line = (
    name: string,
    pick: (week: AdherenceRows['weeks'][number]) => number | null,
    limit: number | null,
    style: object,
  ) => ({
    type: 'line',
    connectNulls: false,
    silent: true,
    symbol: 'circle',
    symbolSize: 5,
    showSymbol: true,
    data: weeks.map(pick),
    itemStyle: { color: look.ink },
    lineStyle: { color: look.ink, width: 1.5, ...style },
    endLabel: { show: true, formatter: name, color: look['ink-2'], fontSize: 11, distance: 8 },
    markLine: {
      silent: true,
      symbol: 'none',
      data: limit === null ? [] : [{ yAxis: limit }],
      label: { show: false },
      lineStyle: { color: look['ink-2'], type: [7, 2, 1.5, 2], width: 1 },
    },
  })
  return {
    animation: false,
    grid: { left: 48, right: 92, top: 10, bottom: 24 },
    xAxis: {
      type: 'category',
      data: weeks.map((week) => week.week),
      axisLine: { lineStyle: { color: look.ghost } },
      axisTick: { show: false },
      axisLabel: {
        color: look['ink-3'],
        fontSize: 11,
        formatter: (week: string) => week.slice(5),
      },
    },
    yAxis: {
      type: 'value',
      min: Math.max(0, Math.floor(low - (100 - low) * 0.15)),
      max: 100,
      splitNumber: 3,
      splitLine: { lineStyle: { color: look['rule-2'] } },
      axisLabel: {
        color: look['ink-3'],
        fontSize: 11,
        formatter: (value: number) => `${formatNumber(value, { max: 1 })}${PERCENT}`,
      },
    },
    series: [
      line('in time', (week) => week.in_time, agreed.in_time, {}),
      line('no error', (week) => week.available, agreed.available, { type: [1, 2] }),
    ],
  }
}
