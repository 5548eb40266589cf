import { A, useNavigate, useParams } from '@solidjs/router'
import { createMemo, Show } from 'solid-js'
import type { FlowDetail } from '../../server/api/schemas/flows.ts'
import buildBacklogAge from '../charts/backlog-age.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatAge, formatDuration, formatNumber, formatPercent, keepNumbers } from '../lib/format.ts'
import { readLook } from '../lib/look.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime, viewerZone, zoneName } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { CellSelect } from '../parts/cell-select.tsx'
import { Chart } from '../parts/chart.tsx'
import { LatencyPanels } from '../parts/latency-panels.tsx'
import { Ledger } from '../parts/ledger.tsx'
import { ListTable } from '../parts/list-table.tsx'
import { ScopeBar } from '../parts/scope-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Panel } from '../parts/states.tsx'

/** One flow: does the cohort come through, where does it wait, and who is slow? */
export default function FlowPage() {
  const params = useParams<{ flow: string }>()
  const navigate = useNavigate()
  const estate = useEstate()
  const scope = useScope()
  useTitle(() => estate.flowName(params.flow))
  const answer = ask<FlowDetail>(
    ['events', 'spans', 'exceptions'],
    () => ({ path: `/api/flows/${params.flow}`, query: scope.query() }),
    () => ({ every: 30_000 }),
  )
  const zone = () => (scope.plant() ? estate.zoneOf(scope.plant()) : viewerZone())
  return (
    <>
      <ScopeBar
        asOf={dataOf(answer)?.as_of}
        from={dataOf(answer)?.from}
        before={
          <CellSelect
            label="Flow"
            choices={(estate.view()?.flows ?? []).map((flow) => ({ value: flow.flow, label: flow.name }))}
            value={params.flow}
            onChange={(flow) => navigate(`/flows/${flow}${location.search}`)}
          />
        }
      />
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The flow" rows={14}>
          {(data) => <Body flow={data()} zone={zone()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { flow: FlowDetail; zone: string }) {
  const scope = useScope()
  const cohort = () => props.flow.cohort
  const option = createMemo(() =>
    buildBacklogAge(
      props.flow.backlog.map((row) => ({ ...row })),
      readLook(),
    ),
  )
  return (
    <>
      <div class="sentence">
        <Shape status={props.flow.sentence.status} />
        <h1 class="text">
          <b>{props.flow.sentence.lead}</b>
          <span class="rest">{keepNumbers(props.flow.sentence.rest)}</span>
        </h1>
        <span class="aside">
          <b>{formatNumber(cohort().completed)}</b> completed + <b>{formatNumber(cohort().in_flight)}</b> in
          flight + <b class={cohort().stuck > 0 ? 't-breach' : ''}>{formatNumber(cohort().stuck)}</b> stuck
          <Show when={cohort().ended > 0}>
            {' '}
            + <b>{formatNumber(cohort().ended)}</b> ended
          </Show>{' '}
          = <b>{formatNumber(cohort().total)}</b>
        </span>
      </div>
      <Section title="Stages" sub="keys that began in the range, and how far they came">
        <Show when={cohort().total > 0} fallback={<p class="soft pad">Nothing began in this range.</p>}>
          <Ledger flow={props.flow} />
        </Show>
      </Section>
      <Section
        title="Hand-off latency"
        sub={`last 60 min, open messages count at their age; charts over the range within 0.5 %, log scale, ${zoneName(props.zone, new Date())}`}
        more={
          <span class="muted">
            <svg width="32" height="6" aria-hidden="true">
              <line x1="0" x2="32" y1="3" y2="3" stroke="currentColor" stroke-dasharray="7 2 1.5 2" />
            </svg>{' '}
            SLO on p95
          </span>
        }
      >
        <LatencyPanels handoffs={props.flow.handoffs} zone={props.zone} onRange={scope.setRange} />
      </Section>
      <div class="cols flow-cols">
        <Section
          title="Backlog by age"
          sub={`${formatNumber(props.flow.backlog_total)} waiting now`}
          more={
            <Show when={props.flow.oldest_s}>
              {(age) => <span class="muted">oldest {formatAge(age())}</span>}
            </Show>
          }
        >
          <Show when={props.flow.backlog_total > 0} fallback={<p class="soft pad">Nothing waits now.</p>}>
            <Chart
              option={option()}
              height={220}
              name="Backlog by age"
              label={`Backlog by age: ${props.flow.backlog.map((row) => `${row.label} ${row.moving + row.stuck}`).join(', ')}`}
              table={{
                head: ['Age', 'Moving', 'Stuck'],
                points: () => props.flow.backlog,
                rows: () =>
                  props.flow.backlog.map((r) => [r.label, formatNumber(r.moving), formatNumber(r.stuck)]),
              }}
            />
            <p class="keys-legend">
              <i class="swatch moving" /> moving, within the objective <i class="swatch stuck" /> stuck, over
              it
            </p>
          </Show>
        </Section>
        <Stuck rows={props.flow.stuck} zone={props.zone} />
        <Dependencies flow={props.flow.flow} rows={props.flow.dependencies} />
      </div>
    </>
  )
}

function Stuck(props: { rows: FlowDetail['stuck']; zone: string }) {
  const estate = useEstate()
  return (
    <Section
      title="Stuck"
      sub="over the objective, oldest first"
      more={<span class="muted">{formatNumber(props.rows.length)} shown</span>}
    >
      <ListTable
        label="Stuck keys"
        class="tall"
        head={['Key', 'Plant', 'Waiting for', 'Since', { r: 'Age' }, 'Case']}
        rows={props.rows}
        empty={<p class="soft pad">No key waits longer than its objective.</p>}
      >
        {(row) => (
          <tr>
            <td class="key">
              <Show when={row.trace_id} fallback={row.key}>
                <A href={`/traces/${row.trace_id}`}>{row.key}</A>
              </Show>
            </td>
            <td>{row.plant}</td>
            <td class="cut">{row.waiting_for}</td>
            <td class="nowrap soft">{formatTime(row.since, estate.zoneOf(row.plant))}</td>
            <td class="r strong">{formatAge(row.age_s)}</td>
            <td class="nowrap">
              <Show when={row.exception} fallback={<span class="muted">–</span>}>
                <A href={`/exceptions/${row.exception}`}>EX-{row.exception}</A>
              </Show>
            </td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}

function Dependencies(props: { flow: string; rows: FlowDetail['dependencies'] }) {
  const scope = useScope()
  return (
    <Section
      title="Dependencies"
      sub="calls seen in traces, in the range; percentiles within 1 %"
      more={<A href={scope.hrefOf('/dependencies', { flow: props.flow })}>Against what was agreed →</A>}
    >
      <ListTable
        label="Dependencies"
        class="tall"
        head={['Call', { r: 'Calls' }, { r: 'p95' }, { r: 'p99' }, { r: 'Errors' }]}
        rows={props.rows}
        empty={<p class="soft pad">No trace of this flow in the range.</p>}
      >
        {(row) => (
          <tr>
            <td class="cut" title={`${row.caller} → ${row.callee} ${row.name}`}>
              <A href={scope.hrefOf(`/dependencies/${encodeURIComponent(row.callee)}`, { flow: props.flow })}>
                <b>
                  {row.caller} → {row.callee}
                </b>
              </A>{' '}
              <span class="soft">{row.name}</span>
            </td>
            <td class="r">{formatNumber(row.calls)}</td>
            <td class="r">{formatDuration(row.p95_ms)}</td>
            <td class="r soft">{formatDuration(row.p99_ms)}</td>
            <td class={`r ${row.errors > row.calls * 0.01 ? 'strong t-breach' : 'soft'}`}>
              {formatPercent(row.calls > 0 ? (row.errors / row.calls) * 100 : 0)}
            </td>
          </tr>
        )}
      </ListTable>
    </Section>
  )
}
