import type { EChartsCoreOption } from 'echarts/core'
import { formatNumber } from '../lib/format.ts'
import type { Look } from '../lib/look.ts'

export interface BacklogRow {
  label: string
  moving: number
  stuck: number
}

/** What waits, by age: moving in grey, stuck in red above it; the sum stands on top. */
export default function buildBacklogAge(rows: BacklogRow[], look: Look): EChartsCoreOption {
  const total = (row: BacklogRow) => row.moving + row.stuck
  const bar = (name: string, color: string, pick: (row: BacklogRow) => number) => ({
    type: 'bar',
    name,
    stack: 'waiting',
    barCategoryGap: '22%',
    silent: true,
    itemStyle: { color },
    data: rows.map(pick),
  })
  return {
    animation: false,
    grid: { left: 0, right: 34, top: 22, bottom: 24 },
    xAxis: {
      type: 'category',
      data: rows.map((row) => row.label),
      axisLine: { lineStyle: { color: look.ghost } },
      axisTick: { show: false },
      axisLabel: { color: look['ink-3'], fontSize: 11, interval: 0 },
    },
    yAxis: {
      type: 'value',
      position: 'right',
      splitNumber: 4,
      minInterval: 1,
      splitLine: { lineStyle: { color: look['rule-2'] } },
      axisLabel: {
        color: look['ink-3'],
        fontSize: 11,
        showMinLabel: false,
        formatter: (value: number) => formatNumber(value),
      },
    },
    series: [
      bar('moving', look.fill, (row) => row.moving),
      bar('stuck', look.breach, (row) => row.stuck),
      {
        type: 'bar',
        name: 'sum',
        stack: 'waiting',
        silent: true,
        itemStyle: { color: 'transparent' },
        data: rows.map((row) => ({
          value: 0,
          label: {
            show: total(row) > 0,
            position: 'top',
            distance: 4,
            color: look.ink,
            fontSize: 12,
            fontWeight: 600,
            formatter: formatNumber(total(row)),
          },
        })),
      },
    ],
  }
}
