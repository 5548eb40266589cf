import { createMemo, Show } from 'solid-js'
import type { CheckList } from '../../server/api/schemas/runs.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { useTitle } from '../lib/title.ts'
import { CheckTable } from '../parts/check-table.tsx'
import { CurrencyCell } from '../parts/currency-cell.tsx'
import { FlowCell } from '../parts/flow-cell.tsx'
import { PageBar } from '../parts/page-bar.tsx'
import { PlantCell } from '../parts/plant-cell.tsx'
import { Runs } from '../parts/run-list.tsx'
import { Section } from '../parts/section.tsx'
import { Shape } from '../parts/shape.tsx'
import { Empty, Panel } from '../parts/states.tsx'

/** Every check: can its last word be trusted, and what does it say? Below, every run. */
export default function ReconciliationPage() {
  const scope = useScope()
  const estate = useEstate()
  useTitle(() => 'Reconciliation')
  const checks = ask<CheckList>(
    ['runs', 'exceptions'],
    () => ({
      path: '/api/checks',
      query: { plant: scope.plant(), flow: scope.flow(), currency: scope.currency() },
    }),
    () => ({ every: 60_000 }),
  )
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
              {formatMoney(dataOf(checks)?.counted_amount ?? '0', dataOf(checks)?.currency ?? '')}
            </b>{' '}
            at risk
          </Show>
        }
      >
        <PlantCell />
        <FlowCell />
        <CurrencyCell plant={scope.plant()} />
      </PageBar>
      <main id="main" tabindex="-1" class="recon">
        <Panel answer={checks} what="The checks" rows={16}>
          {(data) => (
            <Show when={data().checks.length > 0} fallback={<Empty title="The estate names no check" />}>
              <Section
                title="Checks"
                sub={`${scope.plant() ? estate.plantName(scope.plant()) : 'all plants together'}; complete: plants whose last run can be trusted`}
              >
                <CheckTable checks={data().checks} currency={data().currency} />
              </Section>
            </Show>
          )}
        </Panel>
        <Runs />
      </main>
    </>
  )
}
