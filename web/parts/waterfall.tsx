import { createVirtualizer } from '@tanstack/solid-virtual'
import { createEffect, createMemo, createSignal, For, on, Show } from 'solid-js'
import type { CriticalPath, Stretch } from '../lib/critical-path.ts'
import { formatDuration, formatDurationMark, formatNumber } from '../lib/format.ts'
import { axisMarks, foldRows, type TraceRow, type TraceTree } from '../lib/trace-tree.ts'
import type { Zoom } from '../lib/trace-zoom.ts'

const ROW = 26

/**
 * Spans on one time axis. Only the rows in view are drawn, so that ten thousand stay usable.
 * In a page of its own it scrolls inside itself; `inline` shows every row of a small trace.
 */
export function Waterfall(props: {
  tree: TraceTree
  /** the rows to show, where it is not all of them */
  rows?: TraceRow[]
  /** what of the time is shown; all of it when absent */
  zoom?: Zoom
  path?: CriticalPath
  selected?: string
  onSelect?: (span_id: string) => void
  inline?: boolean
}) {
  let frame: HTMLElement | undefined
  const [folded, setFolded] = createSignal<ReadonlySet<string>>(new Set())
  const all = () => props.rows ?? props.tree.rows
  const rows = createMemo(() => foldRows(all(), folded()))
  const from = () => props.zoom?.[0] ?? 0
  const length = () => (props.zoom?.[1] ?? props.tree.length_ms) - from()
  // from what is in view on: far into a trace a moment has more digits than a mark has room for
  const marks = createMemo(() => axisMarks(length()))
  const markText = (mark: number) =>
    from() === 0
      ? formatDurationMark(mark)
      : mark === 0
        ? formatDuration(from())
        : `+${formatDurationMark(mark)}`
  const virtual = createVirtualizer<HTMLElement, HTMLElement>({
    get count() {
      return rows().length
    },
    getScrollElement: () => frame ?? null,
    estimateSize: () => ROW,
    overscan: 16,
  })
  const place = (ms: number) => (length() > 0 ? ((ms - from()) / length()) * 100 : 0)
  /** Left edge and width in percent of what of a stretch is in view; nothing of one that is not. */
  const bar = (begins: number, ends: number): Bar | undefined => {
    const [left, right] = [Math.max(0, place(begins)), Math.min(100, place(ends))]
    return right >= left ? { left, width: right - left } : undefined
  }
  const parents = createMemo(() => all().filter((row) => row.below > 0))
  const fold = (row: TraceRow) =>
    setFolded((old) => {
      const next = new Set(old)
      if (!next.delete(row.span.span_id)) next.add(row.span.span_id)
      return next
    })

  // whoever selects from outside (first error, keyboard) must see it: unfold its parents, scroll to it
  createEffect(
    on(
      () => props.selected,
      (id) => {
        if (!id) return
        let at = rows().findIndex((row) => row.span.span_id === id)
        if (at < 0) {
          setFolded(new Set<string>())
          at = rows().findIndex((row) => row.span.span_id === id)
        }
        if (at >= 0 && !props.inline) virtual.scrollToIndex(at, { align: 'auto' })
      },
    ),
  )

  // the rows themselves are the keys, so that scrolling draws only what comes into view
  const places = createMemo(() => new Map(rows().map((row, at) => [row, at * ROW])))
  const drawn = () =>
    props.inline ? rows() : virtual.getVirtualItems().flatMap((item) => rows()[item.index] ?? [])

  return (
    <div class="waterfall" classList={{ inline: props.inline }}>
      <div class="wf-row wf-head">
        <span>Service</span>
        <span class="wf-name">
          <Show when={!props.inline && parents().length > 1}>
            <button
              type="button"
              class="twist"
              aria-expanded={folded().size === 0}
              aria-label={folded().size === 0 ? 'Fold all' : 'Unfold all'}
              title={folded().size === 0 ? 'Fold all' : 'Unfold all'}
              onClick={() =>
                setFolded((old) => new Set(old.size > 0 ? [] : parents().map((row) => row.span.span_id)))
              }
            >
              <Twist />
            </button>
          </Show>
          Span
        </span>
        <span class="wf-axis">
          <For each={marks()}>
            {(mark) => (
              <i style={{ left: `${place(from() + mark)}%` }}>
                <span>{markText(mark)}</span>
              </i>
            )}
          </For>
        </span>
        <span class="right">Duration</span>
      </div>
      <section
        class="wf-frame"
        ref={frame}
        tabindex={props.inline ? undefined : 0}
        aria-label={`${formatNumber(props.tree.rows.length)} spans`}
      >
        <div class="wf-all" style={{ height: `${rows().length * ROW}px` }}>
          <div class="wf-grid" aria-hidden="true">
            <span class="wf-axis">
              <For each={marks()}>{(mark) => <i style={{ left: `${place(from() + mark)}%` }} />}</For>
            </span>
          </div>
          <For each={drawn()}>
            {(row) => (
              <Line
                row={row}
                top={places().get(row) ?? 0}
                bar={bar(row.offset_ms, row.offset_ms + row.duration_ms)}
                path={(props.path?.stretches.get(row) ?? []).flatMap((each: Stretch) => bar(...each) ?? [])}
                selected={props.selected === row.span.span_id}
                folded={folded().has(row.span.span_id)}
                onFold={() => fold(row)}
                onSelect={props.onSelect ? () => props.onSelect?.(row.span.span_id) : undefined}
              />
            )}
          </For>
        </div>
      </section>
    </div>
  )
}

type Bar = { left: number; width: number }

const Twist = () => (
  <svg width="9" height="9" viewBox="0 0 10 10" aria-hidden="true">
    <path d="m3 1.5 4 3.5-4 3.5" fill="none" stroke="currentColor" stroke-width="1.4" />
  </svg>
)

function Line(props: {
  row: TraceRow
  top: number
  bar: Bar | undefined
  path: Bar[]
  selected: boolean
  folded: boolean
  onFold: () => void
  onSelect?: () => void
}) {
  const span = () => props.row.span
  const error = () => span().status === 'ERROR'
  return (
    <div
      class="wf-row"
      classList={{ error: error(), selected: props.selected }}
      style={{ transform: `translateY(${props.top}px)` }}
    >
      <span class="wf-service" title={span().service}>
        {span().service}
      </span>
      <span class="wf-name" style={{ 'padding-left': `${Math.min(props.row.depth, 14) * 12}px` }}>
        <Show when={props.row.below > 0} fallback={<i class="wf-leaf" />}>
          <button
            type="button"
            class="twist"
            aria-expanded={!props.folded}
            aria-label={`${formatNumber(props.row.below)} spans below ${span().name}`}
            onClick={() => props.onFold()}
          >
            <Twist />
          </button>
        </Show>
        <Show
          when={props.onSelect}
          fallback={
            <span class="wf-title" title={span().name}>
              {span().name}
            </span>
          }
        >
          <button
            type="button"
            class="wf-title"
            aria-pressed={props.selected}
            title={span().name}
            onClick={() => props.onSelect?.()}
          >
            {span().name}
          </button>
        </Show>
        <Show when={props.folded}>
          <span class="muted num">+{formatNumber(props.row.below)}</span>
        </Show>
        <Show when={!error() && props.folded && props.row.failed}>
          <span class="t-breach">error below</span>
        </Show>
      </span>
      <span class="wf-axis">
        <Show when={props.bar}>
          {(bar) => {
            const style = ({ left, width }: Bar) => ({ left: `${left}%`, width: `${width}%` })
            // the words stand beside the bar, on the side with more room
            const before = () => bar().left + bar().width > 60
            return (
              <>
                <i class="wf-bar" style={style(bar())} />
                <For each={props.path}>{(each) => <i class="wf-path" style={style(each)} />}</For>
                <Show when={error()}>
                  <span
                    class="wf-note"
                    style={
                      before()
                        ? { right: `calc(${100 - bar().left}% + 6px)` }
                        : {
                            left: `calc(${bar().left + bar().width}% + 8px)`,
                            'max-width': `calc(${100 - bar().left - bar().width}% - 8px)`,
                          }
                    }
                  >
                    {span().status_message || 'error'}
                  </span>
                </Show>
              </>
            )
          }}
        </Show>
      </span>
      <span class="right num">{formatDuration(props.row.duration_ms)}</span>
    </div>
  )
}
