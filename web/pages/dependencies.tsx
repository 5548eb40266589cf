import { A } from '@solidjs/router'
import { For, Show } from 'solid-js'
import type { DependencyList, DependencyRow, DependencyWeeks } from '../../server/api/schemas/dependencies.ts'
import type { ServiceMap } from '../../server/api/schemas/service-map.ts'
import { agreedLatency, rateText, useDependencyScope } from '../lib/dependencies.ts'
import { formatDuration, formatNumber, formatPercent, keepNumbers } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useTitle } from '../lib/title.ts'
import { AdherenceMatrix } from '../parts/adherence-matrix.tsx'
import { ScopeBar } from '../parts/scope-bar.tsx'
import { Section } from '../parts/section.tsx'
import { ServiceMapView } from '../parts/service-map.tsx'
import { Shape, statusWord } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

/** What flows call, ours and of partners: how quick, how often it fails or refuses, and whether that is as agreed. */
export default function DependenciesPage() {
  const scope = useDependencyScope()
  useTitle(() => 'Dependencies')
  const list = ask<DependencyList>(
    ['spans'],
    () => ({ path: '/api/dependencies', query: scope.query() }),
    () => ({ every: 60_000 }),
  )
  const weeks = ask<DependencyWeeks>(
    [],
    () => ({ path: '/api/dependency-weeks', query: { plant: scope.plant(), flow: scope.flow() } }),
    () => ({ every: 5 * 60_000 }),
  )
  // the map is stitched from the spans themselves: not with every batch that comes in
  const map = ask<ServiceMap>(
    [],
    () => ({ path: '/api/service-map', query: { ...scope.query(), compare: '' } }),
    () => ({ every: 60_000 }),
  )
  return (
    <>
      <ScopeBar asOf={dataOf(list)?.as_of} from={dataOf(list)?.from} hasFlow />
      <main id="main" tabindex="-1">
        <Panel answer={list} what="The dependencies" rows={8}>
          {(data) => (
            <>
              <div class="sentence">
                <Shape status={data().sentence.status} />
                <h1 class="text">
                  <b>{keepNumbers(data().sentence.lead)}</b>
                  <span class="rest">{keepNumbers(data().sentence.rest)}</span>
                </h1>
              </div>
              <Section
                title="Agreements"
                sub="calls as their callers saw them; a percentile is within 1 % of the exact one, and no average of others"
                label="Agreements"
              >
                <Agreements rows={data().rows} />
              </Section>
            </>
          )}
        </Panel>
        <Section
          title="Adherence by week"
          sub="calls answered in the agreed time, and below them those without an error; ISO weeks, Monday to Sunday as each plant has them"
          label="Adherence by week"
        >
          <Panel answer={weeks} what="The weeks" rows={4}>
            {(data) => <AdherenceMatrix weeks={data()} />}
          </Panel>
        </Section>
        <Section
          title="Service map"
          sub={
            <>
              who calls whom, stitched from spans; a call lasts as its caller saw it, a message until it was
              processed
              <Show when={(dataOf(map)?.one_in ?? 1) > 1}>
                ; estimated from one in {formatNumber(dataOf(map)?.one_in ?? 1)} traces
              </Show>
            </>
          }
          label="Service map"
        >
          <Panel answer={map} what="The service map" rows={8}>
            {(data) => (
              <Show
                when={data().edges.length > 0}
                fallback={<p class="soft pad">No call between two services was traced in the range.</p>}
              >
                <ServiceMapView map={data()} />
              </Show>
            )}
          </Panel>
        </Section>
      </main>
    </>
  )
}

function Agreements(props: { rows: DependencyRow[] }) {
  return (
    <Show
      when={props.rows.length > 0}
      fallback={
        <p class="soft pad">
          No call was traced, and the estate names no dependency. Spans of kind CLIENT or PRODUCER say whom
          they call by peer.service or server.address.
        </p>
      }
    >
      <section class="scroll-x" tabindex="0" aria-label="Dependencies and what was agreed">
        <table class="table dependencies">
          <thead>
            <tr>
              <th>Status</th>
              <th>Dependency</th>
              <th class="r">Calls</th>
              <th class="r">p50</th>
              <th class="r">p95</th>
              <th class="r">vs then</th>
              <th class="r">p99</th>
              <th>Agreed</th>
              <th class="r">In time</th>
              <th class="r">Errors</th>
              <th class="r">No error</th>
              <th class="r">agreed</th>
              <th class="r">Throttled</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rows}>{(row) => <Row row={row} />}</For>
          </tbody>
        </table>
      </section>
    </Show>
  )
}

function Row(props: { row: DependencyRow }) {
  const scope = useDependencyScope()
  const row = () => props.row
  const duration = (ms: number) => (row().calls > 0 ? formatDuration(ms) : '–')
  const loud = (status: DependencyRow['status']) => (status === 'breach' ? 'strong t-breach' : '')
  return (
    <tr>
      <td class={`nowrap strong ${row().status ? `t-${row().status}` : 'muted'}`}>
        <Show when={row().status} fallback="Not agreed">
          {(status) => (
            <>
              <Shape status={status()} /> {statusWord(status(), row().calls > 0)}
            </>
          )}
        </Show>
      </td>
      <td class="nowrap">
        <A href={scope.pageOf(row().dependency)}>
          <b>{row().name}</b>
        </A>{' '}
        <span class="soft">{row().operator || row().dependency}</span>
      </td>
      <td class="r">
        <A class="quiet" href={scope.tracesOf(row().dependency)}>
          {formatNumber(row().calls)}
        </A>
      </td>
      <td class="r soft">{duration(row().p50_ms)}</td>
      <td class="r strong">{duration(row().p95_ms)}</td>
      <td class="r soft">
        {row().p95_change === null
          ? '–'
          : `${formatNumber(row().p95_change as number, { signed: true })}\u2009%`}
      </td>
      <td class="r soft">{duration(row().p99_ms)}</td>
      <td class="nowrap soft">{agreedLatency(row().agreement)}</td>
      <td class={`r ${loud(row().latency_status)}`}>
        <A
          class="quiet"
          href={scope.tracesOf(row().dependency, 'slow')}
          aria-label={`${row().name}: slower than agreed`}
        >
          {rateText(row().in_time_share)}
        </A>
      </td>
      <td class="r">
        <A class="quiet" href={scope.tracesOf(row().dependency, 'errors')}>
          {row().error_rate === null ? '–' : formatPercent(row().error_rate as number)}
        </A>
      </td>
      <td class={`r ${loud(row().availability_status)}`}>{rateText(row().available_share)}</td>
      <td class="r soft">
        {row().agreement?.availability == null
          ? '–'
          : `${formatNumber(row().agreement?.availability as number, { max: 3 })}\u2009%`}
      </td>
      <td class="r">
        <A class="quiet" href={scope.tracesOf(row().dependency, 'throttled')}>
          {formatNumber(row().throttled)}
        </A>
      </td>
    </tr>
  )
}
