import type { Look } from './look.ts'
import { formatDayClock } from './time.ts'

/**
 * The axis of a chart over hours or days, with days and clock of a zone.
 * @param line the colour of the axis itself
 * @param ends its first and last moment (ISO 8601); those of the points when left out or empty
 */
export const timeAxis = (
  look: Look,
  zone: string,
  line: string,
  ends?: { from: string | undefined; to: string },
) => ({
  type: 'time',
  ...(ends?.from ? { min: Date.parse(ends.from), max: Date.parse(ends.to) } : {}),
  axisLine: { lineStyle: { color: line } },
  axisTick: { show: false },
  splitLine: { show: false },
  axisLabel: {
    color: look['ink-3'],
    fontSize: 11,
    hideOverlap: true,
    formatter: (at: number) => formatDayClock(at, zone),
  },
})
