import type { EChartsCoreOption } from 'echarts/core'
import { formatDuration, formatDurationMark } from '../lib/format.ts'
import type { Look } from '../lib/look.ts'
import { formatDayClock } from '../lib/time.ts'

export interface LatencyPoint {
  at: string
  p50_ms: number | null
  p95_ms: number | null
  p99_ms: number | null
}

export interface LatencyRows {
  series: LatencyPoint[]
  /** null where none is set */
  objective_ms: number | null
  status: 'ok' | 'watch' | 'breach' | 'unknown'
  /** shared by all panels, so that they can be compared: from and to, in ms */
  domain: [number, number]
  zone: string
  /** names the lines; only one panel of the row does */
  named: boolean
}

type Percentile = 'p50_ms' | 'p95_ms' | 'p99_ms'

const MARKS = [1, 10, 100, 1e3, 1e4, 6e4, 6e5, 36e5, 864e5, 6048e5]

/** The range of a log axis that holds every value and objective of the panels. */
export function latencyDomain(
  panels: { series: LatencyPoint[]; objective_ms: number | null }[],
): [number, number] {
  const values = panels.flatMap((panel) => [
    ...(panel.objective_ms === null ? [] : [panel.objective_ms]),
    ...panel.series.flatMap((p) => [p.p50_ms, p.p99_ms ?? p.p95_ms].flatMap((v) => (v && v > 0 ? [v] : []))),
  ])
  const low = Math.min(...(values.length > 0 ? values : [1]))
  const high = Math.max(...(values.length > 0 ? values : [1]))
  const from = MARKS.findLast((mark) => mark <= low) ?? 1
  const to = MARKS.find((mark) => mark >= high) ?? high
  return [from, Math.max(to, from * 10)]
}

/** p50 dotted, p95 in ink, p99 as a ghost over time; the objective dash-dot; hatched where nothing was measured. */
export default function buildHandoffLatency(rows: LatencyRows, look: Look): EChartsCoreOption {
  const log = (value: number | null) => (value && value > 0 ? Math.log10(value) : null)
  const at = (point: LatencyPoint) => Date.parse(point.at)
  const [from, to] = rows.domain
  const times = rows.series.map(at)
  const first = times[0] ?? 0
  const last = times.at(-1) ?? 1
  const line = (key: Percentile, style: object) => ({
    type: 'line',
    name: key.slice(0, 3),
    symbol: 'none',
    connectNulls: false,
    silent: true,
    lineStyle: style,
    data: rows.series.map((point) => [at(point), log(point[key])]),
  })
  /** The lines are named where they run, one point each, so that no legend is needed. */
  const nameLines = () => {
    // where there is most room between p95 and p50, away from the edges
    const room = (each: LatencyPoint) =>
      each.p95_ms && each.p50_ms ? Math.log10(each.p95_ms / each.p50_ms) : -1
    const count = rows.series.length
    const point = rows.series
      .slice(Math.floor(count * 0.1), Math.ceil(count * 0.8))
      .reduce<LatencyPoint | undefined>(
        (best, each) => (best && room(best) >= room(each) ? best : each),
        undefined,
      )
    const name = (key: Percentile, position: string, color: string, fontWeight: number) =>
      point && point[key] !== null
        ? [
            {
              value: [at(point), log(point[key])],
              label: {
                show: true,
                formatter: key.slice(0, 3),
                position,
                color,
                fontWeight,
                fontSize: 11,
                distance: 4,
              },
            },
          ]
        : []
    return {
      type: 'line',
      silent: true,
      symbol: 'circle',
      symbolSize: 1,
      showAllSymbol: true,
      lineStyle: { width: 0 },
      itemStyle: { color: look.ghost },
      data: [
        ...name('p99_ms', 'top', look['ink-3'], 400),
        ...name('p95_ms', 'bottom', look.ink, 600),
        ...name('p50_ms', 'bottom', look['ink-3'], 400),
      ],
    }
  }
  // the SVG renderer's own pattern: 45° lines, no image
  const hatch = {
    svgElement: {
      tag: 'path',
      key: 'hatch',
      attrs: { d: 'M-1 1l2-2M0 6l6-6M5 7l2-2', stroke: look.hatch, 'stroke-width': 1 },
      children: [],
    },
    svgWidth: 6,
    svgHeight: 6,
  }
  const end = rows.series.findLast((point) => point.p95_ms !== null)
  return {
    animation: false,
    grid: { left: 48, right: 14, top: 12, bottom: 24 },
    xAxis: {
      type: 'time',
      min: first,
      max: last,
      axisLine: { lineStyle: { color: look.ghost }, onZero: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: look['ink-3'],
        fontSize: 11,
        customValues: [first, (first + last) / 2, last],
        alignMinLabel: 'left',
        alignMaxLabel: 'right',
        formatter: (value: number) => formatDayClock(value, rows.zone),
      },
    },
    yAxis: { type: 'value', min: Math.log10(from), max: Math.log10(to), show: false },
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
        const list = params as { dataIndex: number }[]
        const point = rows.series[list[0]?.dataIndex ?? -1]
        if (!point) return ''
        const text = (value: number | null) => (value === null ? 'no data' : formatDuration(value))
        return `${formatDayClock(at(point), rows.zone)}\np99 ${text(point.p99_ms)}\np95 ${text(point.p95_ms)}\np50 ${text(point.p50_ms)}`
      },
    },
    series: [
      {
        ...line('p99_ms', { color: look.ghost, width: 1 }),
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          data: [
            ...MARKS.filter((mark) => mark >= from && mark <= to).map((mark) => ({
              yAxis: Math.log10(mark),
              lineStyle: { color: look['rule-2'], type: 'solid', width: 1 },
              label: {
                position: 'start',
                distance: 6,
                color: look['ink-3'],
                fontSize: 11,
                formatter: formatDurationMark(mark),
              },
            })),
            ...(rows.objective_ms === null
              ? []
              : [
                  {
                    yAxis: Math.log10(rows.objective_ms),
                    lineStyle: { color: look['ink-2'], type: [7, 2, 1.5, 2], width: 1 },
                    label: { show: false },
                  },
                ]),
          ],
        },
        markArea: {
          silent: true,
          itemStyle: { color: hatch },
          data: findGaps(rows.series).map(([a, b]) => [{ xAxis: a }, { xAxis: b }]),
        },
      },
      line('p50_ms', { color: look['ink-3'], width: 1, type: [1, 2] }),
      {
        ...line('p95_ms', { color: look.ink, width: 1.5 }),
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
        itemStyle: {
          color: rows.status === 'ok' ? look.ink : rows.status === 'unknown' ? look.unk : look[rows.status],
        },
        data: end ? [[at(end), log(end.p95_ms)]] : [],
      },
      ...(rows.named ? [nameLines()] : []),
      {
        // the bob of the plumb line: now
        type: 'line',
        silent: true,
        symbol: 'path://M5 13h12v7l-6 10-6-10z',
        symbolSize: [8, 11],
        symbolOffset: [0, 4],
        clip: false,
        itemStyle: { color: look.accent },
        data: [[last, Math.log10(from)]],
      },
    ],
  }
}

/** Stretches without a measured value, as pairs of times. */
function findGaps(series: LatencyPoint[]): [number, number][] {
  const gaps: [number, number][] = []
  let start: number | undefined
  series.forEach((point, i) => {
    if (point.p95_ms === null) start ??= Date.parse((series[i - 1] ?? point).at)
    else if (start !== undefined) {
      gaps.push([start, Date.parse(point.at)])
      start = undefined
    }
  })
  if (start !== undefined) gaps.push([start, Date.parse(series.at(-1)?.at ?? '')])
  return gaps
}
