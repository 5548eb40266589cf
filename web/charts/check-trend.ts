import type { EChartsCoreOption } from 'echarts/core'
import { formatMoneyShort } from '../lib/format.ts'
import type { Look } from '../lib/look.ts'
import { formatDay, formatDayClock, formatTime, listMidnights } from '../lib/time.ts'

const dayMs = 86_400_000

export interface TrendRows {
  points: { at: string; value: number | null }[]
  currency: string
  zone: string
}

/** A value of a check over time, stepped as it is known, broken where no run answered; from zero, or below it where it is. */
export default function buildCheckTrend(rows: TrendRows, look: Look): EChartsCoreOption {
  const data = rows.points.map((point) => [Date.parse(point.at), point.value] as const)
  const first = data[0]?.[0] ?? 0
  const last = data.at(-1)?.[0] ?? 1
  // over several days a clock says nothing
  const isLong = last - first > 2 * dayMs
  const end = data.findLast((point) => point[1] !== null)
  return {
    animation: false,
    grid: { left: 52, right: 14, top: 10, bottom: 24 },
    xAxis: {
      type: 'time',
      min: first,
      max: last,
      axisLine: { lineStyle: { color: look.ghost } },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: look['ink-3'],
        fontSize: 11,
        customValues: isLong ? listMidnights(first, last, rows.zone) : [first, last],
        hideOverlap: true,
        ...(isLong ? {} : { alignMinLabel: 'left', alignMaxLabel: 'right' }),
        formatter: (value: number) => (isLong ? formatDay : formatDayClock)(value, rows.zone),
      },
    },
    yAxis: {
      type: 'value',
      min: (range: { min: number }) => Math.min(0, range.min),
      splitNumber: 3,
      splitLine: { lineStyle: { color: look['rule-2'] } },
      axisLabel: {
        color: look['ink-3'],
        fontSize: 11,
        formatter: (value: number) => formatMoneyShort(value, rows.currency),
      },
    },
    tooltip: {
      trigger: 'axis',
      renderMode: 'richText',
      backgroundColor: look.raise,
      borderColor: look['rule-ink'],
      borderWidth: 1,
      borderRadius: 0,
      shadowBlur: 0,
      textStyle: { color: look.ink, fontSize: 12 },
      axisPointer: { lineStyle: { color: look.ghost } },
      formatter: (params: unknown) => {
        const point = rows.points[(params as { dataIndex: number }[])[0]?.dataIndex ?? -1]
        if (!point) return ''
        const value = point.value === null ? 'no run answered' : formatMoneyShort(point.value, rows.currency)
        return `${formatTime(point.at, rows.zone, { day: true })}\n${value}`
      },
    },
    series: [
      {
        type: 'line',
        step: 'end',
        symbol: 'none',
        connectNulls: false,
        silent: true,
        lineStyle: { color: look.ink, width: 1.5 },
        data,
        markLine: {
          silent: true,
          symbol: 'none',
          data: [
            {
              xAxis: last,
              lineStyle: { color: look.accent, type: 'solid', width: 1 },
              label: { show: false },
            },
          ],
        },
      },
      {
        type: 'line',
        silent: true,
        symbol: 'circle',
        symbolSize: 7,
        itemStyle: { color: look.ink },
        data: end ? [end] : [],
      },
    ],
  }
}
