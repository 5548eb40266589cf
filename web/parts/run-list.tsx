import { A, useNavigate, useSearchParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { RunList } from '../../server/api/schemas/runs.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatDuration, formatMoney, formatNumber } from '../lib/format.ts'
import { ask } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { formatTime } from '../lib/time.ts'
import { CellSelect } from './cell-select.tsx'
import { ListTable } from './list-table.tsx'
import { Outcome } from './run-outcome.tsx'
import { Section } from './section.tsx'
import { Empty, Panel } from './states.tsx'

const OUTCOMES = [
  { value: '', label: 'All' },
  { value: 'ok', label: 'Complete' },
  { value: 'incomplete', label: 'Incomplete' },
  { value: 'failed', label: 'Failed' },
]

const kinds = { full: 'full', incremental: 'changes', as_of: 'as of' }

/** Runs, newest first, of one check or of all; check, plant and outcome can be chosen. */
export function Runs(props: { check?: string }) {
  const estate = useEstate()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams<{ check?: string; plant?: string; outcome?: string }>()
  const text = (name: 'check' | 'plant' | 'outcome') =>
    typeof params[name] === 'string' ? (params[name] as string) : ''
  const set = (name: string) => (value: string) => setParams({ [name]: value || null }, { scroll: false })
  const scope = useScope()
  const answer = ask<RunList>(['runs'], () => ({
    path: '/api/runs',
    query: {
      check: props.check ?? text('check'),
      plant: text('plant'),
      flow: props.check ? '' : scope.flow(),
      currency: scope.currency(),
      outcome: text('outcome'),
      limit: props.check ? 100 : 30,
    },
  }))
  return (
    <Section title="Runs" sub="newest first; one run compares one plant on one cut">
      <div class="bar wrap filters inner">
        <Show when={!props.check}>
          <CellSelect
            label="Check"
            value={text('check')}
            onChange={set('check')}
            choices={[
              { value: '', label: 'All' },
              ...(estate.view()?.checks ?? []).map((c) => ({ value: c.check, label: c.title })),
            ]}
          />
        </Show>
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
                ...(props.check ? [] : ['Check']),
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
                <tr class="go" onClick={() => navigate(scope.hrefOf(`/runs/${run.run}`))}>
                  <td class="nowrap">
                    <Outcome run={run} />
                  </td>
                  <td class="nowrap">
                    <A href={scope.hrefOf(`/runs/${run.run}`)}>
                      {formatTime(run.started_at, estate.zoneOf(run.plant), { seconds: true })}
                    </A>
                  </td>
                  <Show when={!props.check}>
                    <td class="nowrap">
                      <A href={scope.hrefOf(`/checks/${run.check}`)}>{run.check_title}</A>
                    </td>
                  </Show>
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
