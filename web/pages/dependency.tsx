import { A, useParams } from '@solidjs/router'
import { createMemo, For, type JSX, Show } from 'solid-js'
import type { DependencyDetail, DependencyWeeks } from '../../server/api/schemas/dependencies.ts'
import buildAdherenceWeeks from '../charts/adherence-weeks.ts'
import buildCallFailures from '../charts/call-failures.ts'
import buildHandoffLatency, { latencyDomain } from '../charts/handoff-latency.ts'
import { agreedLatency, measuredWeeks, rateText, useDependencyScope } from '../lib/dependencies.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatNumber, formatPercent, keepNumbers } from '../lib/format.ts'
import { readLook } from '../lib/look.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatDayClock, viewerZone } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { Chart } from '../parts/chart.tsx'
import { DependencyTiles } from '../parts/dependency-tiles.tsx'
import { ScopeBar } from '../parts/scope-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

/** One system that flows call: its latency and failures over time, its weeks, and who calls it from where. */
export default function DependencyPage() {
  const params = useParams<{ dependency: string }>()
  const scope = useDependencyScope()
  const estate = useEstate()
  const answer = ask<DependencyDetail>(
    ['spans'],
    () => ({ path: `/api/dependencies/${encodeURIComponent(params.dependency)}`, query: scope.query() }),
    () => ({ every: 60_000 }),
  )
  const weeks = ask<DependencyWeeks>(
    [],
    () => ({
      path: '/api/dependency-weeks',
      query: { plant: scope.plant(), flow: scope.flow(), dependency: params.dependency },
    }),
    () => ({ every: 5 * 60_000 }),
  )
  useTitle(() => dataOf(answer)?.name ?? params.dependency)
  const zone = () => (scope.plant() ? estate.zoneOf(scope.plant()) : viewerZone())
  return (
    <>
      <ScopeBar
        asOf={dataOf(answer)?.as_of}
        from={dataOf(answer)?.from}
        hasFlow
        before={
          <A class="cell cell-link" href={scope.hrefOf('/dependencies')}>
            <span class="label">Dependencies</span>
            <span class="value">All</span>
          </A>
        }
      />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The dependency" rows={12}>
          {(data) => <Body detail={data()} zone={zone()} />}
        </Panel>
        <Section
          title="Adherence by week, %"
          sub="calls answered in the agreed time, dotted those without an error; dash-dot what was agreed"
          label="Adherence by week"
        >
          <Panel answer={weeks} what="The weeks" rows={4}>
            {(data) => <Weeks weeks={data()} />}
          </Panel>
        </Section>
      </main>
    </>
  )
}

function Body(props: { detail: DependencyDetail; zone: string }) {
  const scope = useDependencyScope()
  const estate = useEstate()
  const agreed = () => props.detail.agreement?.latency_ms ?? null
  const latency = createMemo(() =>
    buildHandoffLatency(
      {
        series: props.detail.series,
        objective_ms: agreed(),
        status: props.detail.status ?? 'ok',
        domain: latencyDomain([{ series: props.detail.series, objective_ms: agreed() }]),
        zone: props.zone,
        named: true,
      },
      readLook(),
    ),
  )
  const failures = createMemo(() =>
    buildCallFailures(
      { points: props.detail.series.map((point) => ({ ...point })), to: props.detail.to, zone: props.zone },
      readLook(),
    ),
  )
  const orDash = (ms: number | null) => (ms === null ? '–' : formatDuration(ms))
  const zoom = (from: Date, to: Date) => scope.setRange(from, to)
  return (
    <>
      <div class="sentence">
        <Shape status={props.detail.sentence.status} />
        <h1 class="text">
          <b>{props.detail.sentence.lead}</b>
          <span class="rest">{keepNumbers(props.detail.sentence.rest)}</span>
        </h1>
        <span class="aside">{props.detail.operator}</span>
      </div>
      <DependencyTiles detail={props.detail} />
      <div class="cols dependency-cols">
        <Section
          title="Latency"
          sub={`log scale; dash-dot: ${agreedLatency(props.detail.agreement)}; drag over it to zoom`}
        >
          <Chart
            option={latency()}
            height={200}
            name={`${props.detail.name} latency`}
            group="dependency"
            label={`${props.detail.name}: p95 ${formatDuration(props.detail.p95_ms)}, agreed ${agreedLatency(props.detail.agreement)}`}
            onRange={zoom}
            table={{
              head: ['Time', 'Calls', 'p50', 'p95', 'p99'],
              points: () => props.detail.series,
              rows: () =>
                props.detail.series.map((point) => [
                  formatDayClock(Date.parse(point.at), props.zone),
                  formatNumber(point.calls),
                  orDash(point.p50_ms),
                  orDash(point.p95_ms),
                  orDash(point.p99_ms),
                ]),
            }}
          />
        </Section>
        <Section title="Failed calls" sub="throttled ones below, all others on top of them">
          <Chart
            option={failures()}
            height={200}
            name={`${props.detail.name} failures`}
            group="dependency"
            label={`${props.detail.name}: ${props.detail.errors} calls failed, ${props.detail.throttled} were throttled`}
            onRange={zoom}
            table={{
              head: ['Time', 'Calls', 'Errors', 'Throttled'],
              points: () => props.detail.series,
              rows: () =>
                props.detail.series.map((point) => [
                  formatDayClock(Date.parse(point.at), props.zone),
                  formatNumber(point.calls),
                  formatNumber(point.errors),
                  formatNumber(point.throttled),
                ]),
            }}
          />
        </Section>
      </div>
      <div class="cols dependency-cols">
        <Cuts
          title="By call"
          rows={props.detail.calls_by}
          name={(row) => (
            <>
              <b>{row.caller}</b> <span class="soft">{row.name}</span>
            </>
          )}
          hrefOf={(row, calls) => scope.tracesOf(props.detail.dependency, calls, { service: row.caller })}
        />
        <div>
          <Cuts
            title="By plant"
            rows={props.detail.plants}
            name={(row) => <b>{estate.plantName(row.plant)}</b>}
            hrefOf={(row, calls) => scope.tracesOf(props.detail.dependency, calls, { plant: row.plant })}
          />
          <Cuts
            title="By flow"
            rows={props.detail.flows}
            name={(row) => <b>{row.flow === '' ? 'no flow' : estate.flowName(row.flow)}</b>}
            hrefOf={(row, calls) => scope.tracesOf(props.detail.dependency, calls, { flow: row.flow })}
          />
        </div>
      </div>
    </>
  )
}

type Cut = DependencyDetail['calls_by'][number] | DependencyDetail['plants'][number]

/** The calls cut in one way, each part with its numbers; those lead to its traces. */
function Cuts<Row extends Omit<Cut, 'caller' | 'name' | 'plant'>>(props: {
  title: string
  rows: Row[]
  name: (row: Row) => JSX.Element
  hrefOf: (row: Row, calls: 'all' | 'errors' | 'throttled' | 'slow') => string
}) {
  return (
    <Section title={props.title}>
      <Show when={props.rows.length > 0} fallback={<p class="soft pad">Not called in the range.</p>}>
        <section class="scroll-x tall" tabindex="0" aria-label={props.title}>
          <table class="table">
            <thead>
              <tr>
                <th>{props.title.replace('By c', 'C').replace('By p', 'P').replace('By f', 'F')}</th>
                <th class="r">Calls</th>
                <th class="r">p95</th>
                <th class="r">In time</th>
                <th class="r">Errors</th>
                <th class="r">Throttled</th>
              </tr>
            </thead>
            <tbody>
              <For each={props.rows}>
                {(row) => (
                  <tr>
                    <td class="cut">{props.name(row)}</td>
                    <td class="r">
                      <A class="quiet" href={props.hrefOf(row, 'all')}>
                        {formatNumber(row.calls)}
                      </A>
                    </td>
                    <td class="r">{formatDuration(row.p95_ms)}</td>
                    <td class="r">
                      <A class="quiet" href={props.hrefOf(row, 'slow')}>
                        {rateText(row.in_time_share)}
                      </A>
                    </td>
                    <td class="r">
                      <A class="quiet" href={props.hrefOf(row, 'errors')}>
                        {formatPercent(row.error_rate ?? 0)}
                      </A>
                    </td>
                    <td class="r">
                      <A class="quiet" href={props.hrefOf(row, 'throttled')}>
                        {formatNumber(row.throttled)}
                      </A>
                    </td>
                  </tr>
                )}
              </For>
            </tbody>
          </table>
        </section>
      </Show>
    </Section>
  )
}

function Weeks(props: { weeks: DependencyWeeks }) {
  const row = () => measuredWeeks(props.weeks).rows[0]
  const option = createMemo(() =>
    buildAdherenceWeeks(
      {
        weeks: (row()?.weeks ?? []).map((week) => ({
          week: week.week,
          in_time: week.in_time_share,
          available: week.available_share,
        })),
        agreed: {
          in_time: row()?.agreement?.latency_ms == null ? null : (row()?.agreement?.within ?? null),
          available: row()?.agreement?.availability ?? null,
        },
      },
      readLook(),
    ),
  )
  return (
    <Show when={row()} fallback={<p class="soft pad">Not called in these weeks.</p>}>
      {(one) => (
        <Chart
          option={option()}
          height={190}
          name={`${one().name} by week`}
          label={`${one().name}: ${one()
            .weeks.filter((week) => week.calls > 0)
            .map((week) => `${week.week} ${rateText(week.in_time_share)} in time`)
            .join(', ')}`}
          table={{
            head: ['Week', 'Calls', 'In time', 'No error', 'Throttled'],
            points: () => one().weeks,
            rows: () =>
              one().weeks.map((week) => [
                week.week,
                formatNumber(week.calls),
                rateText(week.in_time_share),
                rateText(week.available_share),
                formatNumber(week.throttled),
              ]),
          }}
        />
      )}
    </Show>
  )
}
