import { A, useParams, useSearchParams } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import { unwrap } from 'solid-js/store'
import type { TraceDetail } from '../../server/api/schemas/traces.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask } from '../lib/queries.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { buildTree } from '../lib/trace-tree.ts'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { SpanPanel } from '../parts/span-panel.tsx'
import { Panel } from '../parts/states.tsx'
import { Waterfall } from '../parts/waterfall.tsx'

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
  const [query, setQuery] = useSearchParams<{ span?: string }>()
  const tree = createMemo(() => buildTree(props.trace.spans))
  const errors = createMemo(() => tree().rows.filter((row) => row.span.status === 'ERROR'))
  const selected = () => tree().rows.find((row) => row.span.span_id === query.span) ?? tree().rows[0]
  const select = (id: string | undefined) => id && setQuery({ span: id }, { replace: true, scroll: false })
  const root = () => tree().rows[0]?.span
  const zone = () => estate.zoneOf(props.trace.spans.find((span) => span.plant)?.plant)
  const key = () => props.trace.spans.find((span) => span.key)?.key
  const step = (by: number) => {
    const rows = tree().rows
    const at = rows.findIndex((row) => row.span.span_id === selected()?.span.span_id)
    select(rows[Math.min(rows.length - 1, Math.max(0, at + by))]?.span.span_id)
  }
  const nextError = () => {
    const rows = tree().rows
    const at = rows.findIndex((row) => row.span.span_id === query.span)
    const next = rows.findIndex((row, i) => i > at && row.span.status === 'ERROR')
    select((rows[next] ?? errors()[0])?.span.span_id)
  }
  useKeys([
    { key: 'j', label: 'Next span', run: () => step(1) },
    { key: 'k', label: 'Previous span', run: () => step(-1) },
    { key: 'e', label: 'Next error', run: nextError },
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
          sub="time from the first start"
          more={
            <Show when={errors().length > 0}>
              <button type="button" class="link" onClick={nextError}>
                Next error, {formatNumber(errors().length)} in all <kbd>E</kbd>
              </button>
            </Show>
          }
        >
          <Show when={props.trace.span_count > props.trace.spans.length}>
            <p class="held">
              {formatNumber(props.trace.spans.length)} of {formatNumber(props.trace.span_count)} spans are
              shown.
            </p>
          </Show>
          <Waterfall tree={tree()} selected={selected()?.span.span_id} onSelect={select} />
        </Section>
        <Show when={selected()}>
          {(row) => <SpanPanel span={row().span} start_ns={BigInt(props.trace.start_ns)} zone={zone()} />}
        </Show>
      </div>
    </>
  )
}
