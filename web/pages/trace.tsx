import { A, useParams, useSearchParams } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import { unwrap } from 'solid-js/store'
import type { TraceDetail } from '../../server/api/schemas/traces.ts'
import { decidedBy, findCriticalPath, rowsOnPath } from '../lib/critical-path.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask } from '../lib/queries.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { buildTree } from '../lib/trace-tree.ts'
import { moveZoom, readZoom, stepZoom, writeZoom, type Zoom, zoomAround } from '../lib/trace-zoom.ts'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { SpanPanel } from '../parts/span-panel.tsx'
import { Panel } from '../parts/states.tsx'
import { Waterfall } from '../parts/waterfall.tsx'
import { WaterfallStrip } from '../parts/waterfall-strip.tsx'

/** One trace as a waterfall, with all a span carries beside it. */
export default function TracePage() {
  const params = useParams<{ trace_id: string }>()
  useTitle(() => `Trace ${params.trace_id.slice(0, 8)}`)
  const answer = ask<TraceDetail>(
    ['spans'],
    () => ({ path: `/api/traces/${params.trace_id}` }),
    () => ({ keep: false, fixed: true }),
  )
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href="/traces">Traces</A> / <b class="mono">{params.trace_id}</b>
        </p>
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The trace" rows={14}>
          {/* spans are plain data: ten thousand of them need no reactive wrapping */}
          {(data) => <Body trace={unwrap(data()) as TraceDetail} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { trace: TraceDetail }) {
  const estate = useEstate()
  const [query, setQuery] = useSearchParams<{ span?: string; zoom?: string; rows?: string }>()
  const tree = createMemo(() => buildTree(props.trace.spans))
  const errors = createMemo(() => tree().rows.filter((row) => row.span.status === 'ERROR'))
  const path = createMemo(() => findCriticalPath(tree()))
  const isPath = () => query.rows === 'path'
  const rows = createMemo(() => (isPath() ? rowsOnPath(tree().rows, path()) : tree().rows))
  const zoom = createMemo(() => readZoom(query.zoom, tree().length_ms))
  const isZoomed = () => writeZoom(zoom(), tree().length_ms) !== null
  const setZoom = (next: Zoom) =>
    setQuery({ zoom: writeZoom(next, tree().length_ms) }, { replace: true, scroll: false })
  // who opens a trace comes for what failed in it
  const selected = () =>
    tree().rows.find((row) => row.span.span_id === query.span) ?? errors()[0] ?? tree().rows[0]
  const togglePath = () => setQuery({ rows: isPath() ? null : 'path' }, { replace: true, scroll: false })
  const zoomToSelected = () => {
    const row = selected()
    if (row) setZoom(zoomAround(row.offset_ms, row.offset_ms + row.duration_ms, tree().length_ms))
  }
  const select = (id: string | undefined) => id && setQuery({ span: id }, { replace: true, scroll: false })
  const root = () => tree().rows[0]?.span
  const zone = () => estate.zoneOf(props.trace.spans.find((span) => span.plant)?.plant)
  const key = () => props.trace.spans.find((span) => span.key)?.key
  const step = (by: number) => {
    const at = rows().findIndex((row) => row.span.span_id === selected()?.span.span_id)
    select(rows()[Math.min(rows().length - 1, Math.max(0, at + by))]?.span.span_id)
  }
  const nextError = () => {
    const at = tree().rows.findIndex((row) => row.span.span_id === selected()?.span.span_id)
    const next = tree().rows.find((row, i) => i > at && row.span.status === 'ERROR') ?? errors()[0]
    // it may stand beside the path, or outside of what is in view
    if (next && isPath() && !rows().includes(next)) togglePath()
    if (next && (next.offset_ms > zoom()[1] || next.offset_ms + next.duration_ms < zoom()[0]))
      setZoom([0, tree().length_ms])
    select(next?.span.span_id)
  }
  useKeys([
    { key: 'j', label: 'Next span', run: () => step(1) },
    { key: 'k', label: 'Previous span', run: () => step(-1) },
    { key: 'e', label: 'Next error', run: nextError },
    { key: 'p', label: 'Only the critical path, and all spans again', run: togglePath },
    { key: 'z', label: 'Zoom to the selected span', run: zoomToSelected },
    { key: '+', label: 'Zoom in', run: () => setZoom(stepZoom(zoom(), 0.5, tree().length_ms)) },
    { key: '-', label: 'Zoom out', run: () => setZoom(stepZoom(zoom(), 2, tree().length_ms)) },
    { key: '0', label: 'The whole trace', run: () => setZoom([0, tree().length_ms]) },
    {
      key: 'ArrowLeft',
      show: '←',
      label: 'Earlier, when zoomed',
      run: () => setZoom(moveZoom(zoom(), -0.25, tree().length_ms)),
    },
    {
      key: 'ArrowRight',
      show: '→',
      label: 'Later, when zoomed',
      run: () => setZoom(moveZoom(zoom(), 0.25, tree().length_ms)),
    },
  ])
  return (
    <>
      <div class="sentence">
        <Shape status={props.trace.error_count > 0 ? 'breach' : 'ok'} />
        <h1 class="text">
          <b>{root()?.name}</b>
          <span class="rest">
            {formatDuration(tree().length_ms)}, {formatNumber(props.trace.span_count)} spans,{' '}
            {formatNumber(props.trace.error_count)} {props.trace.error_count === 1 ? 'error' : 'errors'}
            <Show when={root()}>
              {(span) =>
                `, started ${formatTime(new Date(Number(BigInt(span().start_ns) / 1_000_000n)).toISOString(), zone(), { seconds: true })}`
              }
            </Show>
          </span>
        </h1>
        <span class="aside">
          <Show when={key()}>
            {(name) => (
              <>
                Key <A href={`/traces?key=${encodeURIComponent(name())}`}>{name()}</A>
              </>
            )}
          </Show>
        </span>
      </div>
      <div class="cols trace-cols">
        <Section
          title="Spans"
          sub={
            <span class="wf-key">
              <i class="wf-path" />
              what decided how long it took
              <Show when={path().waited_ms > 0}>
                {`; ${formatDuration(path().waited_ms)} of it between spans`}
              </Show>
            </span>
          }
          more={
            <span class="wf-acts">
              <button type="button" class="link" aria-pressed={isPath()} onClick={togglePath}>
                {isPath() ? 'All spans' : 'Critical path only'} <kbd>P</kbd>
              </button>
              <Show
                when={isZoomed()}
                fallback={
                  <button type="button" class="link" onClick={zoomToSelected}>
                    Zoom to the span <kbd>Z</kbd>
                  </button>
                }
              >
                <button type="button" class="link" onClick={() => setZoom([0, tree().length_ms])}>
                  The whole trace <kbd>0</kbd>
                </button>
              </Show>
              <Show when={errors().length > 0}>
                <button type="button" class="link" onClick={nextError}>
                  Next error, {formatNumber(errors().length)} in all <kbd>E</kbd>
                </button>
              </Show>
            </span>
          }
        >
          <Show when={props.trace.span_count > props.trace.spans.length}>
            <p class="held">
              {formatNumber(props.trace.spans.length)} of {formatNumber(props.trace.span_count)} spans are
              shown.
            </p>
          </Show>
          <WaterfallStrip tree={tree()} zoom={zoom()} onZoom={setZoom} />
          <Waterfall
            tree={tree()}
            rows={rows()}
            zoom={zoom()}
            path={path()}
            selected={selected()?.span.span_id}
            onSelect={select}
          />
        </Section>
        <Show when={selected()}>
          {(row) => (
            <SpanPanel
              span={row().span}
              start_ns={BigInt(props.trace.start_ns)}
              zone={zone()}
              decided_ms={decidedBy(path(), row())}
            />
          )}
        </Show>
      </div>
    </>
  )
}
