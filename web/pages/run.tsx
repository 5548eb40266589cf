import { A, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { RunDetail } from '../../server/api/schemas/runs.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDecimal, formatDuration, formatMoney, formatNumber, formatValue } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { CAUSE_HEAD, CauseCell } from '../parts/cause-cell.tsx'
import { CurrencyCell } from '../parts/currency-cell.tsx'
import { Fact } from '../parts/fact.tsx'
import { ListTable } from '../parts/list-table.tsx'
import { RunHeld } from '../parts/run-held.tsx'
import { Outcome } from '../parts/run-outcome.tsx'
import { RunProof } from '../parts/run-proof.tsx'
import { RunTolerated } from '../parts/run-tolerated.tsx'
import { Section } from '../parts/section.tsx'
import { Empty, Panel } from '../parts/states.tsx'

const kinds = { full: 'Every key', incremental: 'What may have changed', as_of: 'A past cut, again' }

/** One run: what it judged, on which cut, and every variance as it saw it. */
export default function RunPage() {
  const params = useParams<{ run: string }>()
  const scope = useScope()
  useTitle(() => 'Run')
  const answer = ask<RunDetail>(
    ['runs', 'exceptions'],
    () => ({ path: `/api/runs/${params.run}`, query: { currency: scope.currency() } }),
    () => ({ keep: false }),
  )
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href={scope.hrefOf('/reconciliation')}>Reconciliation</A>
          <Show when={dataOf(answer)}>
            {(data) => (
              <>
                {' / '}
                <A href={scope.hrefOf(`/checks/${data().run.check}`, { plant: data().run.plant })}>
                  {data().run.check_title}, {data().run.plant}
                </A>
              </>
            )}
          </Show>
          {' / '}
          <b class="mono">{params.run}</b>
        </p>
        <span class="spacer" />
        <Show when={dataOf(answer)}>{(data) => <CurrencyCell plant={data().run.plant} />}</Show>
      </div>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The run" rows={12}>
          {(data) => <Body detail={data()} />}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { detail: RunDetail }) {
  const estate = useEstate()
  const run = () => props.detail.run
  const check = () => estate.view()?.checks.find((one) => one.check === run().check)
  const time = (iso: string | null) =>
    iso ? formatTime(iso, estate.zoneOf(run().plant), { millis: true }) : '–'
  return (
    <>
      <div class="sentence">
        <h1 class="text">
          <b>
            {run().check_title}, {estate.plantName(run().plant)}
          </b>
          <span class="rest">
            {run().outcome === 'ok'
              ? `${formatNumber(run().variances)} of ${formatNumber(run().compared)} compared are out of tolerance.`
              : `This run opened nothing and closed nothing: ${run().reason}.`}
          </span>
        </h1>
      </div>
      <Show when={run().held > 0}>
        <RunHeld run={run()} />
      </Show>
      <div class="block proof">
        <div>
          <span class="label">Outcome</span>
          <div class="v">
            <Outcome run={run()} />
          </div>
        </div>
        <Fact label="Started" value={time(run().started_at)} />
        <Fact label="Took" value={formatDuration(run().duration_ms)} />
        <Fact label="Judges the moment" value={time(run().clock)} />
        <Fact label={`${check()?.left ?? 'Left'} complete until`} value={time(run().left_watermark)} />
        <Fact label={`${check()?.right ?? 'Right'} complete until`} value={time(run().right_watermark)} />
        <Fact label={`${check()?.left ?? 'Left'} rows`} value={formatNumber(run().left_rows)} />
        <Fact label={`${check()?.right ?? 'Right'} rows`} value={formatNumber(run().right_rows)} />
        <Fact label="Compared" value={formatNumber(run().compared)} />
        <Fact label="Looked at one by one" value={formatNumber(run().judged)} />
        <Fact label="Kind" value={kinds[run().kind]} />
        <Fact label="In grace, not counted" value={formatNumber(run().in_grace)} />
        <Fact label="Out of tolerance" value={formatNumber(run().variances)} />
        <Fact label="Gross value" value={formatMoney(run().amount, run().currency)} />
        <Fact label="Cases opened" value={formatNumber(run().opened)} />
        <Fact label="Cases closed" value={formatNumber(run().closed)} />
        <Fact label="Cut" value={run().cut || '–'} class="mono" />
        <Fact label="Rule version" value={run().rule || '–'} class="mono" />
      </div>
      <Section
        title="Variances"
        sub="as this run saw them, immutable; causes as their cases have them now"
        more={<span class="muted">{formatNumber(props.detail.variances.length)} shown</span>}
      >
        <Show
          when={props.detail.variances.length > 0}
          fallback={
            <Empty
              title={run().outcome === 'ok' ? 'Plumb. Both sides agree.' : 'Nothing was judged'}
              bob={run().outcome === 'ok'}
            />
          }
        >
          <ListTable
            label="Variances"
            head={[
              'Key',
              'Item',
              CAUSE_HEAD,
              { r: check()?.left ?? 'Left' },
              { r: check()?.right ?? 'Right' },
              { r: 'Difference' },
              { r: 'Value' },
              'Since',
              'Case',
            ]}
            rows={props.detail.variances}
          >
            {(row) => (
              <tr>
                <td class="key">{row.key}</td>
                <td class="nowrap">{row.item}</td>
                <CauseCell of={row} />
                <td class="r">{formatValue(row.left_value)}</td>
                <td class="r">{formatValue(row.right_value)}</td>
                <td class="r strong">
                  {row.difference === null ? '–' : formatDecimal(row.difference, { signed: true })}
                </td>
                <td class="r">{formatMoney(row.amount, row.currency)}</td>
                <td class="nowrap soft">{formatTime(row.since, estate.zoneOf(run().plant))}</td>
                <td class="nowrap">
                  <Show
                    when={row.exception}
                    fallback={<span class="muted">{row.in_grace ? 'in grace' : '–'}</span>}
                  >
                    <A href={`/exceptions/${row.exception}`}>EX-{row.exception}</A>
                  </Show>
                </td>
              </tr>
            )}
          </ListTable>
        </Show>
      </Section>
      <RunTolerated detail={props.detail} />
      <RunProof detail={props.detail} />
    </>
  )
}
