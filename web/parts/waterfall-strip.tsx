import { createEffect, on, onCleanup, onMount } from 'solid-js'
import { listenForDrag } from '../lib/drag-range.ts'
import { formatDuration } from '../lib/format.ts'
import { theme } from '../lib/theme.ts'
import type { TraceTree } from '../lib/trace-tree.ts'
import type { Zoom } from '../lib/trace-zoom.ts'

/** As the style sheet has it: an element's own style in the page would need a laxer content security policy. */
const HEIGHT = 36

/** The whole trace in a strip, a line per span, and which part of it is shown; a drag over it shows another. */
export function WaterfallStrip(props: { tree: TraceTree; zoom: Zoom; onZoom: (zoom: Zoom) => void }) {
  let box: HTMLDivElement | undefined
  let canvas: HTMLCanvasElement | undefined
  const length = () => props.tree.length_ms
  const share = (ms: number) => (length() > 0 ? ms / length() : 0)
  const draw = () => {
    const pen = canvas?.getContext('2d')
    if (!canvas || !pen) return
    const scale = window.devicePixelRatio
    const width = canvas.clientWidth
    canvas.width = width * scale
    canvas.height = HEIGHT * scale
    pen.scale(scale, scale)
    const style = getComputedStyle(canvas)
    const { rows } = props.tree
    const thick = Math.max(1, Math.min(3, HEIGHT / rows.length))
    const line = (at: number, least: number) => {
      const row = rows[at]
      if (!row) return
      const long = Math.max(least, share(row.duration_ms) * width)
      const high = Math.max(least, thick)
      const top = Math.min(HEIGHT - high, (at / rows.length) * HEIGHT)
      pen.fillRect(Math.min(width - long, share(row.offset_ms) * width), top, long, high)
    }
    pen.fillStyle = style.color
    for (let at = 0; at < rows.length; at++) line(at, 1)
    // over all others: an error among ten thousand is seen
    pen.fillStyle = style.getPropertyValue('--breach')
    for (let at = 0; at < rows.length; at++) if (rows[at]?.span.status === 'ERROR') line(at, 3)
  }
  // its colours are the theme's
  createEffect(on([theme, () => props.tree], draw, { defer: true }))
  onMount(() => {
    if (!box || !canvas) return
    const watch = new ResizeObserver(draw)
    watch.observe(canvas)
    const end = listenForDrag(box, (from, to) => {
      const width = box?.clientWidth ?? 1
      props.onZoom([(from / width) * length(), (to / width) * length()])
    })
    onCleanup(() => {
      watch.disconnect()
      end()
    })
  })
  return (
    <div
      ref={box}
      class="wf-strip"
      role="img"
      aria-label={`Shown: ${formatDuration(props.zoom[0])} to ${formatDuration(props.zoom[1])} of ${formatDuration(length())}`}
    >
      <canvas ref={canvas} />
      <i
        class="wf-window"
        style={{
          left: `${share(props.zoom[0]) * 100}%`,
          width: `${share(props.zoom[1] - props.zoom[0]) * 100}%`,
        }}
      />
    </div>
  )
}
