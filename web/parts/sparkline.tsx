import { createMemo, Show } from 'solid-js'
import type { Status } from '../../server/api/schemas/common.ts'

interface Point {
  at: string
  value: number | null
}

const W = 104
const H = 44
const PAD = 5

/** A tile's course: measured solid, the range before as a ghost, the limit dash-dot, the last point in its status. */
export function Sparkline(props: {
  series: Point[]
  previous?: Point[]
  limit?: number | null
  status: Status
}) {
  const scale = createMemo(() => {
    const values = [...props.series, ...(props.previous ?? [])].flatMap((p) =>
      p.value === null ? [] : [p.value],
    )
    if (values.length === 0) return undefined
    const low = Math.min(...values)
    const high = Math.max(...values)
    // the limit belongs into the picture unless it is far away and would flatten the line
    const limit = props.limit ?? null
    const shown = limit !== null && limit < high * 3 && limit > 0
    const min = Math.min(low, shown ? limit : low)
    const max = Math.max(high, shown ? limit : high)
    const span = max - min || Math.abs(max) || 1
    return { y: (v: number) => H - PAD - ((v - min) / span) * (H - 2 * PAD), limit: shown ? limit : null }
  })
  const path = (points: Point[]) => {
    const s = scale()
    if (!s) return ''
    const step = points.length > 1 ? (W - PAD) / (points.length - 1) : 0
    let pen = 'M'
    return points
      .map((p, i) => {
        if (p.value === null) {
          pen = 'M'
          return ''
        }
        const part = `${pen}${(i * step).toFixed(1)} ${s.y(p.value).toFixed(1)}`
        pen = 'L'
        return part
      })
      .join('')
  }
  const last = () => {
    const s = scale()
    const value = props.series.at(-1)?.value
    return s && value !== null && value !== undefined ? s.y(value) : undefined
  }
  return (
    <svg class="spark" viewBox={`0 0 ${W} ${H}`} preserveAspectRatio="none" aria-hidden="true">
      <Show when={scale()?.limit ?? undefined}>
        {(limit) => (
          <line
            x1="0"
            x2={W}
            y1={scale()?.y(limit())}
            y2={scale()?.y(limit())}
            stroke="var(--ink-2)"
            stroke-dasharray="7 2 1.5 2"
            vector-effect="non-scaling-stroke"
          />
        )}
      </Show>
      <path
        d={path(props.previous ?? [])}
        fill="none"
        stroke="var(--ghost)"
        vector-effect="non-scaling-stroke"
      />
      <path
        d={path(props.series)}
        fill="none"
        stroke="var(--ink)"
        stroke-width="1.5"
        stroke-linejoin="round"
        vector-effect="non-scaling-stroke"
      />
      <Show when={last()}>
        {(y) => (
          <path
            d={`M${W - PAD} ${y()}h.01`}
            stroke={
              props.status === 'ok'
                ? 'var(--ink)'
                : `var(--${props.status === 'unknown' ? 'unk' : props.status})`
            }
            stroke-width="6"
            stroke-linecap="round"
            vector-effect="non-scaling-stroke"
          />
        )}
      </Show>
    </svg>
  )
}
