import { A } from '@solidjs/router'
import { Show } from 'solid-js'
import type { DependencyDetail } from '../../server/api/schemas/dependencies.ts'
import { type Calls, rateText, useDependencyScope } from '../lib/dependencies.ts'
import { formatDuration, formatDurationMark, formatNumber } from '../lib/format.ts'
import { Shape, statusWord } from './shape.tsx'

/** What of the agreement is kept, in five numbers; each leads to the traces behind it. */
export function DependencyTiles(props: { detail: DependencyDetail }) {
  const one = () => props.detail
  const agreement = () => one().agreement
  const change = () => one().p95_change
  return (
    <div class="tiles">
      <Tile
        dependency={one().dependency}
        calls="all"
        label="Calls"
        value={formatNumber(one().calls)}
        low={`p50 ${formatDuration(one().p50_ms)}`}
        end={one().operator}
      />
      <Tile
        dependency={one().dependency}
        calls="all"
        label="p95 latency"
        value={one().calls > 0 ? formatDuration(one().p95_ms) : '–'}
        low={`p99 ${formatDuration(one().p99_ms)}`}
        end={change() === null ? '' : `${formatNumber(change() as number, { signed: true })}\u2009% vs then`}
      />
      <Tile
        dependency={one().dependency}
        calls="slow"
        label="In the agreed time"
        value={rateText(one().in_time_share)}
        low={
          agreement()?.latency_ms == null
            ? 'no latency is agreed'
            : `agreed ${formatNumber(agreement()?.within ?? 0, { max: 2 })}\u2009% in ${formatDurationMark(agreement()?.latency_ms ?? 0)}`
        }
        status={one().latency_status}
      />
      <Tile
        dependency={one().dependency}
        calls="errors"
        label="Without an error"
        value={rateText(one().available_share)}
        low={
          agreement()?.availability == null
            ? 'no availability is agreed'
            : `agreed ${formatNumber(agreement()?.availability ?? 0, { max: 3 })}\u2009%`
        }
        end={`${formatNumber(one().errors)} failed`}
        status={one().availability_status}
      />
      <Tile
        dependency={one().dependency}
        calls="throttled"
        label="Throttled"
        value={formatNumber(one().throttled)}
        low={`${rateText(one().throttled_rate)} of the calls`}
        end="429, rate limit"
      />
    </div>
  )
}

function Tile(props: {
  dependency: string
  calls: Calls
  label: string
  value: string
  low: string
  end?: string
  status?: DependencyDetail['status']
}) {
  const scope = useDependencyScope()
  return (
    <A class="tile" href={scope.tracesOf(props.dependency, props.calls)}>
      <span class="top">
        <span class="name">{props.label}</span>
        <Show when={props.status}>
          {(status) => (
            <span class={`word t-${status()}`}>
              <Shape status={status()} />
              {statusWord(status(), props.value !== '–')}
            </span>
          )}
        </Show>
      </span>
      <span class="mid">
        <span class="big">{props.value}</span>
      </span>
      <span class="low">
        <span>{props.low}</span>
        <span class="delta">{props.end}</span>
      </span>
    </A>
  )
}
