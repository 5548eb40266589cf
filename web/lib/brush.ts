import type { ECharts } from 'echarts/core'
import { listenForDrag } from './drag-range.ts'

/**
 * Lets a range of time be dragged over a chart with a time axis.
 * @returns what ends it
 */
export function listenForBrush(
  box: HTMLElement,
  chart: ECharts,
  onRange: (from: Date, to: Date) => void,
): () => void {
  const momentAt = (x: number) => Number(chart.convertFromPixel({ xAxisIndex: 0 }, x))
  return listenForDrag(box, (from, to) => {
    const [first, last] = [momentAt(from), momentAt(to)]
    if (Number.isFinite(first) && Number.isFinite(last) && last > first)
      onRange(new Date(first), new Date(last))
  })
}
