import { A, useNavigate, useSearchParams } from '@solidjs/router'
import { createMemo, For, Show } from 'solid-js'
import type { CheckList, RunList } from '../../server/api/schemas/runs.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatMoney, formatNumber, sumDecimals } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { formatTime } from '../lib/time.ts'
import { useTitle } from '../lib/title.ts'
import { CellSelect } from '../parts/cell-select.tsx'
import { CheckSection } from '../parts/check-section.tsx'
import { ListTable } from '../parts/list-table.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { Outcome } from '../parts/run-outcome.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Empty, Panel } from '../parts/states.tsx'

const OUTCOMES = [
  { value: '', label: 'All' },
  { value: 'ok', label: 'Complete' },
  { value: 'incomplete', label: 'Incomplete' },
  { value: 'failed', label: 'Failed' },
]

const kinds = { full: 'full', incremental: 'changes', as_of: 'as of' }

/** Every check: can its last word be trusted, and what does it say? Below, every run. */
export default function ReconciliationPage() {
  useTitle(() => 'Reconciliation')
  const checks = ask<CheckList>(
    ['runs', 'exceptions'],
    () => ({ path: '/api/checks' }),
    () => ({ every: 60_000 }),
  )
  const recent = ask<RunList>(['runs'], () => ({ path: '/api/runs', query: { limit: 1000 } }))
  const last = createMemo(() => (dataOf(checks)?.checks ?? []).flatMap((check) => check.plants))
  const answered = () => last().filter((plant) => plant.last?.outcome === 'ok').length
  return (
    <>
      <PageBar
        title="Reconciliation"
        asOf={dataOf(checks)?.as_of}
        summary={
          <Show when={dataOf(checks)}>
            <Shape status={answered() < last().length ? 'unknown' : 'ok'} /> <b>{formatNumber(answered())}</b>{' '}
            of {formatNumber(last().length)} complete,{' '}
            <b class="num">
              {formatMoney(sumDecimals(last().map((p) => p.counted_amount)), dataOf(checks)?.currency ?? '')}
            </b>{' '}
            at risk
          </Show>
        }
      />
      <main id="main" tabindex="-1" class="recon">
        <Panel answer={checks} what="The checks" rows={16}>
          {(data) => (
            <Show when={data().checks.length > 0} fallback={<Empty title="The estate names no check" />}>
              <For each={data().checks}>
                {(check) => (
                  <CheckSection check={check} currency={data().currency} runs={dataOf(recent)?.rows ?? []} />
                )}
              </For>
            </Show>
          )}
        </Panel>
        <Runs />
      </main>
    </>
  )
}

function Runs() {
  const estate = useEstate()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams<{ check?: string; plant?: string; outcome?: string }>()
  const text = (name: 'check' | 'plant' | 'outcome') =>
    typeof params[name] === 'string' ? (params[name] as string) : ''
  const set = (name: string) => (value: string) => setParams({ [name]: value || null }, { scroll: false })
  const answer = ask<RunList>(['runs'], () => ({
    path: '/api/runs',
    query: { check: text('check'), plant: text('plant'), outcome: text('outcome'), limit: 100 },
  }))
  return (
    <Section title="Runs" sub="newest first; one run compares one plant on one cut">
      <div class="bar wrap filters inner">
        <CellSelect
          label="Check"
          value={text('check')}
          onChange={set('check')}
          choices={[
            { value: '', label: 'All' },
            ...(estate.view()?.checks ?? []).map((c) => ({ value: c.check, label: c.title })),
          ]}
        />
        <CellSelect
          label="Plant"
          value={text('plant')}
          onChange={set('plant')}
          choices={[
            { value: '', label: 'All' },
            ...(estate.view()?.plants ?? []).map((p) => ({ value: p.plant, label: p.name })),
          ]}
        />
        <CellSelect label="Outcome" value={text('outcome')} onChange={set('outcome')} choices={OUTCOMES} />
      </div>
      <Panel answer={answer} what="The runs" rows={10}>
        {(data) => (
          <Show when={data().rows.length > 0} fallback={<Empty title="No run matches" />}>
            <ListTable
              label="Runs"
              head={[
                'Outcome',
                'Started',
                'Check',
                'Plant',
                'Kind',
                { r: 'Compared' },
                { r: 'In grace' },
                { r: 'Out' },
                { r: 'Gross' },
                { r: 'Opened' },
                { r: 'Closed' },
                { r: 'Took' },
                'Reason',
              ]}
              rows={data().rows}
            >
              {(run) => (
                <tr class="go" onClick={() => navigate(`/runs/${run.run}`)}>
                  <td class="nowrap">
                    <Outcome run={run} />
                  </td>
                  <td class="nowrap">
                    <A href={`/runs/${run.run}`}>
                      {formatTime(run.started_at, estate.zoneOf(run.plant), { seconds: true })}
                    </A>
                  </td>
                  <td class="nowrap">{run.check_title}</td>
                  <td>{run.plant}</td>
                  <td class="soft nowrap">{kinds[run.kind]}</td>
                  <td class="r">{formatNumber(run.compared)}</td>
                  <td class="r soft">{formatNumber(run.in_grace)}</td>
                  <td class="r strong">{formatNumber(run.variances)}</td>
                  <td class="r">{formatMoney(run.amount, run.currency)}</td>
                  <td class="r">{formatNumber(run.opened)}</td>
                  <td class="r">{formatNumber(run.closed)}</td>
                  <td class="r soft">{formatDuration(run.duration_ms)}</td>
                  <td class="cut soft" title={run.reason}>
                    {run.reason}
                  </td>
                </tr>
              )}
            </ListTable>
          </Show>
        )}
      </Panel>
    </Section>
  )
}
