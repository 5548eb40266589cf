import { A, useNavigate, useSearchParams } from '@solidjs/router'
import { createSignal, For, Show } from 'solid-js'
import type { AlertList } from '../../server/api/schemas/alerts.ts'
import { takeAlert } from '../lib/alert-acknowledge.ts'
import { conditionWords } from '../lib/alerts.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatNumber } from '../lib/format.ts'
import { useKeys } from '../lib/keys.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useTitle } from '../lib/title.ts'
import { AlertAcknowledgeDialog } from '../parts/alert-acknowledge.tsx'
import { AlertRows } from '../parts/alert-list.tsx'
import { AlertSilences } from '../parts/alert-silences.tsx'
import { CellSelect } from '../parts/cell-select.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Empty, Panel } from '../parts/states.tsx'

type Filter = 'plant' | 'severity' | 'team'

/** What fires now, since when, how much it is about, who was told; what is silenced; what ended in the last day. */
export default function AlertsPage() {
  useTitle(() => 'Alerts')
  const estate = useEstate()
  const navigate = useNavigate()
  const [params, setParams] = useSearchParams<Record<Filter, string>>()
  const text = (name: Filter) => (typeof params[name] === 'string' ? (params[name] as string) : '')
  const set = (name: Filter) => (value: string) => setParams({ [name]: value || null }, { scroll: false })
  const query = () => ({ plant: text('plant'), severity: text('severity'), team: text('team') })
  const answer = ask<AlertList>(
    ['alerts'],
    () => ({ path: '/api/alerts', query: { ...query(), status: 'all' } }),
    () => ({ every: 30_000 }),
  )
  const active = () => dataOf(answer)?.rows.filter((row) => row.status !== 'resolved') ?? []
  const over = () => dataOf(answer)?.rows.filter((row) => row.status === 'resolved') ?? []
  const [cursor, setCursor] = createSignal(-1)
  const move = (by: number) => setCursor((at) => Math.max(0, Math.min(active().length - 1, at + by)))
  const chosen = () => active()[cursor()]
  useKeys([
    { key: 'j', label: 'Next alert', run: () => move(1) },
    { key: 'k', label: 'Previous alert', run: () => move(-1) },
    {
      key: 'Enter',
      label: 'Open the alert',
      run: () => {
        const row = chosen()
        if (row) navigate(`/alerts/${row.fingerprint}`)
      },
    },
    {
      key: 'a',
      label: 'Acknowledge the alert',
      needs: 'respond',
      run: () => {
        const row = chosen()
        if (row) void takeAlert(row)
      },
    },
  ])
  return (
    <>
      <PageBar
        title="Alerts"
        asOf={dataOf(answer)?.evaluated_at ?? dataOf(answer)?.as_of}
        summary={
          <Show when={dataOf(answer)}>
            {(data) => (
              <>
                <b>{formatNumber(data().counts.firing)}</b> firing,{' '}
                <b>{formatNumber(data().counts.acknowledged)}</b> acknowledged,{' '}
                <A href="/deliveries">deliveries</A>
              </>
            )}
          </Show>
        }
      >
        <CellSelect
          label="Plant"
          value={text('plant')}
          onChange={set('plant')}
          choices={[
            { value: '', label: 'All' },
            ...(estate.view()?.plants ?? []).map((each) => ({ value: each.plant, label: each.name })),
          ]}
        />
        <CellSelect
          label="Severity"
          value={text('severity')}
          onChange={set('severity')}
          choices={[
            { value: '', label: 'All' },
            { value: 'page', label: 'Page' },
            { value: 'ticket', label: 'Ticket' },
            { value: 'info', label: 'Info' },
          ]}
        />
        <CellSelect
          label="Team"
          value={text('team')}
          onChange={set('team')}
          choices={[
            { value: '', label: 'All' },
            ...(estate.view()?.teams ?? []).map((each) => ({ value: each.team, label: each.name })),
          ]}
        />
      </PageBar>
      <main id="main" tabindex="-1">
        <Panel answer={answer} what="The alerts" rows={8}>
          {(data) => (
            <>
              <For each={data().failing}>
                {(each) => (
                  <p class="refusing" role="alert">
                    <Shape status="unknown" />
                    <span>
                      <b>{conditionWords(each.condition)}</b> could not be judged: {each.reason}
                    </span>
                  </p>
                )}
              </For>
              <Section title="Now" sub="the worst first; what somebody has taken on comes last" label="Now">
                <Show
                  when={active().length > 0}
                  fallback={
                    <Empty
                      title={
                        !data().evaluated_at
                          ? 'The conditions are judged for the first time'
                          : data().failing.length > 0
                            ? 'Nothing else fires'
                            : 'Plumb. Nothing fires.'
                      }
                      bob={data().evaluated_at !== null && data().failing.length === 0}
                    />
                  }
                >
                  <AlertRows rows={active()} currency={data().currency} label="Alerts" cursor={cursor()} />
                </Show>
              </Section>
              <AlertSilences />
              <Section title="Over" sub="in the last day, the newest first" label="Over">
                <Show
                  when={over().length > 0}
                  fallback={<p class="soft pad">Nothing ended in the last day.</p>}
                >
                  <AlertRows rows={over()} currency={data().currency} label="Alerts that are over" />
                </Show>
              </Section>
            </>
          )}
        </Panel>
      </main>
      <AlertAcknowledgeDialog />
    </>
  )
}
