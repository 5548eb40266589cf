/** From and to, in ms from the trace's first moment. */
export type Zoom = readonly [from: number, to: number]

/** Nothing of a trace is looked at closer than this: a microsecond. */
const closest = 0.001

/** What part of a trace an address names, as "120-480.5" in ms; all of it where it names none that there is. */
export function readZoom(text: string | undefined, length_ms: number): Zoom {
  const [, from, to] = /^(\d+(?:\.\d+)?)-(\d+(?:\.\d+)?)$/.exec(text ?? '') ?? []
  return fitZoom([Number(from ?? 0), Number(to ?? length_ms)], length_ms)
}

/** Its text in the address; nothing for the whole trace. */
export function writeZoom([from, to]: Zoom, length_ms: number): string | null {
  if (from <= 0 && to >= length_ms) return null
  const round = (ms: number) => String(Math.round(ms * 1000) / 1000)
  return `${round(from)}-${round(to)}`
}

/** Half as much, or twice as much, around the middle of what is shown. */
export function stepZoom([from, to]: Zoom, factor: number, length_ms: number): Zoom {
  const half = ((to - from) * factor) / 2
  const middle = (from + to) / 2
  return fitZoom([middle - half, middle + half], length_ms)
}

/** So much of what is shown further on, or back. */
export function moveZoom([from, to]: Zoom, share: number, length_ms: number): Zoom {
  const by = Math.min(length_ms - to, Math.max(-from, (to - from) * share))
  return [from + by, to + by]
}

/** A stretch of a trace with some room beside it. */
export const zoomAround = (from: number, to: number, length_ms: number): Zoom =>
  fitZoom([from - (to - from) * 0.1, to + (to - from) * 0.1], length_ms)

function fitZoom([from, to]: Zoom, length_ms: number): Zoom {
  const [first, last] = [Math.max(0, from), Math.min(length_ms, to)]
  return last - first >= Math.min(closest, length_ms) ? [first, last] : [0, length_ms]
}
