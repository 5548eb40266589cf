import { A, useSearchParams } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import type { Ingest, IngestKind } from '../../server/api/schemas/ingest.ts'
import buildLoaderLag from '../charts/loader-lag.ts'
import { now } from '../lib/clock.ts'
import { formatAge, formatBytes, formatDuration, formatNumber } from '../lib/format.ts'
import { useIngestRange } from '../lib/ingest-range.ts'
import { readLook } from '../lib/look.ts'
import { ageSeconds, formatDayClock, viewerZone } from '../lib/time.ts'
import { Chart } from './chart.tsx'
import { ListTable } from './list-table.tsx'
import { Section } from './section.tsx'
import { Shape } from './shape.tsx'
import { Sparkline } from './sparkline.tsx'

const NAMES: Record<IngestKind, string> = { events: 'Events', traces: 'Traces', metrics: 'Metrics' }
const WORDS = { ok: 'Flowing', watch: 'Behind', breach: 'Refusing', unknown: 'No data' }
const orDash = (ms: number | null) => (ms === null ? '–' : formatDuration(ms))

/** What is acknowledged and not loaded yet, and how long the loader takes, by kind of message. */
export function IngestSection(props: { ingest: Ingest }) {
  const [params, setParams] = useSearchParams<{ ingest?: string }>()
  const range = useIngestRange()
  const cut = () => props.ingest.kinds.reduce((sum, one) => sum + one.cut_bytes, 0)
  const chosen = () => props.ingest.kinds.find((one) => one.kind === params.ingest) ?? props.ingest.kinds[0]
  return (
    <Section
      title="Ingest"
      sub="acknowledged messages wait in the spool until the store has them; lag is from receipt to the store"
      more={<A href="/health">Health of Plumbline →</A>}
    >
      <Show when={props.ingest.refusing}>
        {(reason) => (
          <p class="refusing" role="alert">
            <Shape status="breach" />
            <span>
              <b>Nothing more is taken:</b> {reason()}. Senders are told to come again; what was acknowledged
              is safe.
            </span>
          </p>
        )}
      </Show>
      <Show when={cut()}>
        {(bytes) => (
          <p class="soft">
            The last start cut {formatBytes(bytes())} off the spool, torn when the process before it ended.
            None of it had been acknowledged: its senders send it again.
          </p>
        )}
      </Show>
      <ListTable
        label="Ingest by kind"
        head={[
          'Status',
          'Kind',
          { r: 'Waiting' },
          { r: 'Segments' },
          { r: 'Oldest' },
          `Most waiting, ${range.label()}`,
          { r: 'Lag, p50' },
          { r: 'p95' },
          { r: 'Slowest' },
          `Lag p95, ${range.label()}`,
          { r: `Loads, ${range.label()}` },
          { r: `Bytes, ${range.label()}` },
          { r: 'Last load' },
        ]}
        rows={props.ingest.kinds}
      >
        {(one) => (
          <tr classList={{ chosen: chosen()?.kind === one.kind }}>
            <td class={`nowrap t-${one.status}`}>
              <Shape status={one.status} /> {WORDS[one.status]}
            </td>
            <td class="key">
              <button
                type="button"
                class="link"
                aria-pressed={chosen()?.kind === one.kind}
                onClick={() => setParams({ ingest: one.kind }, { scroll: false })}
              >
                {NAMES[one.kind]}
              </button>
            </td>
            <td class="r strong">{formatBytes(one.waiting_bytes)}</td>
            <td class="r">{formatNumber(one.waiting_segments)}</td>
            <td class="r">{one.waiting_bytes > 0 ? formatAge(one.oldest_s) : '–'}</td>
            <td>
              <Sparkline
                series={one.series.map(({ at, waiting_bytes }) => ({ at, value: waiting_bytes }))}
                status="ok"
              />
            </td>
            <td class="r soft">{orDash(one.lag_p50_ms)}</td>
            <td class="r strong">{orDash(one.lag_p95_ms)}</td>
            <td class="r soft">{orDash(one.lag_max_ms)}</td>
            <td>
              <Sparkline
                series={one.series.map(({ at, lag_p95_ms }) => ({ at, value: lag_p95_ms }))}
                status="ok"
              />
            </td>
            <td class="r">{formatNumber(one.loads)}</td>
            <td class="r">{formatBytes(one.bytes)}</td>
            <td class="r soft">
              <Show when={one.last_load_at} fallback="none">
                {(at) => <>{formatAge(ageSeconds(at(), now()))} ago</>}
              </Show>
            </td>
          </tr>
        )}
      </ListTable>
      <Show when={chosen()}>{(one) => <Lag kind={one()} to={props.ingest.to} />}</Show>
    </Section>
  )
}

/** The lag's course of the kind chosen. */
function Lag(props: { kind: Ingest['kinds'][number]; to: string }) {
  const option = createMemo(() =>
    buildLoaderLag(
      { points: props.kind.series.map((point) => ({ ...point })), to: props.to, zone: viewerZone() },
      readLook(),
    ),
  )
  return (
    <>
      <p class="chart-title">
        <b>Loader lag of {NAMES[props.kind.kind].toLowerCase()}</b>{' '}
        <span class="muted">p95 of the loads of each step; ghost: the slowest</span>
      </p>
      <Chart
        option={option()}
        height={130}
        name={`Loader lag of ${props.kind.kind}`}
        group="loader"
        label={`Loader lag of ${props.kind.kind}`}
        table={{
          head: ['From', 'Loads', 'Lag, p95', 'Slowest', 'Most waiting', 'Oldest'],
          points: () => props.kind.series,
          rows: () =>
            props.kind.series.map((point) => [
              formatDayClock(Date.parse(point.at), viewerZone()),
              formatNumber(point.loads),
              orDash(point.lag_p95_ms),
              orDash(point.lag_max_ms),
              point.waiting_bytes === null ? 'not measured' : formatBytes(point.waiting_bytes),
              point.oldest_s === null ? 'not measured' : formatAge(point.oldest_s),
            ]),
        }}
      />
    </>
  )
}
