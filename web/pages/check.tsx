import { A, useParams } from '@solidjs/router'
import { Show } from 'solid-js'
import type { CheckList, RunList } from '../../server/api/schemas/runs.ts'
import { useEstate } from '../lib/estate.tsx'
import { formatMoney, formatNumber } from '../lib/format.ts'
import { may } from '../lib/may.ts'
import { ask, dataOf } from '../lib/queries.ts'
import { useScope } from '../lib/scope.ts'
import { useTitle } from '../lib/title.ts'
import { AsOf } from '../parts/as-of.tsx'
import { CheckFacts } from '../parts/check-facts.tsx'
import { CheckPlants, hasTolerated } from '../parts/check-plants.tsx'
import { CheckTrend } from '../parts/check-trend.tsx'
import { CurrencyCell } from '../parts/currency-cell.tsx'
import { PlantCell } from '../parts/plant-cell.tsx'
import { Runs } from '../parts/run-list.tsx'
import { RunNow } from '../parts/run-now.tsx'
import { Section } from '../parts/section.tsx'
import { Empty, Panel } from '../parts/states.tsx'

type Check = CheckList['checks'][number]

/** One check: what it compares and by which limits, its last run in every plant, its value over time, and all its runs. */
export default function CheckPage() {
  const params = useParams<{ check: string }>()
  const scope = useScope()
  const answer = ask<CheckList>(
    ['runs', 'exceptions'],
    () => ({ path: '/api/checks', query: { plant: scope.plant(), currency: scope.currency() } }),
    () => ({ every: 60_000 }),
  )
  const check = () => dataOf(answer)?.checks.find((one) => one.check === params.check)
  useTitle(() => check()?.title ?? 'Check')
  return (
    <>
      <div class="bar crumbs">
        <p>
          <A href={scope.hrefOf('/reconciliation')}>Reconciliation</A>
          {' / '}
          <b>{check()?.title ?? params.check}</b>
        </p>
        <span class="spacer" />
        <PlantCell />
        <CurrencyCell plant={scope.plant()} />
        <AsOf at={dataOf(answer)?.as_of} />
      </div>
      <main id="main" tabindex="-1" class="recon">
        <Panel answer={answer} what="The check" rows={12}>
          {(data) => (
            <Show when={check()} fallback={<Empty title={`The estate has no check "${params.check}"`} />}>
              {(one) => <Body check={one()} currency={data().currency} />}
            </Show>
          )}
        </Panel>
      </main>
    </>
  )
}

function Body(props: { check: Check; currency: string }) {
  const scope = useScope()
  const estate = useEstate()
  const recent = ask<RunList>(['runs'], () => ({
    path: '/api/runs',
    query: { check: props.check.check, plant: scope.plant(), currency: scope.currency(), limit: 1000 },
  }))
  const cases = () => props.check.plants.reduce((sum, plant) => sum + plant.open_cases, 0)
  return (
    <>
      <div class="sentence">
        <h1 class="text">
          <b>{props.check.title}</b>
          <span class="rest">
            {formatNumber(cases())} open, {formatMoney(props.check.open_amount, props.currency)} at risk.{' '}
            {props.check.description}
          </span>
        </h1>
      </div>
      <CheckFacts check={props.check} />
      <Section
        title="By plant"
        sub="the last run in each"
        more={
          <Show when={may('respond')}>
            <RunNow check={props.check.check} />
          </Show>
        }
        class="check-section"
      >
        <CheckPlants check={props.check} currency={props.currency} runs={dataOf(recent)?.rows ?? []} />
      </Section>
      <Section
        title="Over seven days"
        sub={scope.plant() ? estate.plantName(scope.plant()) : 'all plants together'}
      >
        <div class="check-trends">
          <CheckTrend
            points={props.check.trend}
            currency={props.currency}
            title="Open value at risk"
            label={`Open value of ${props.check.title} over time`}
          />
          <Show when={hasTolerated(props.check)}>
            <CheckTrend
              points={props.check.tolerance_trend}
              currency={props.currency}
              title="Let pass by tolerance, set off"
              label={`What tolerance let pass of ${props.check.title} over time`}
            />
          </Show>
        </div>
      </Section>
      <Runs check={props.check.check} />
    </>
  )
}
